"""The log of calls of language models, for administrators."""

import csv
import io

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest, admin_page
from ai_assist.llm.call_log import Asked, csv_rows, page, totals
from ai_assist.models import ModelCall


@admin_page
@require_safe
def calls(request: PersonRequest) -> HttpResponse:
    """The newest first, with filters."""
    asked = Asked.of(request.GET)
    shown = page(request.actor, asked)
    context = {"asked": asked, "page": shown, "totals": totals(request.actor, asked), "choices": asked.choices()}
    return render(request, "ai_assist/calls/list.html", context)


@admin_page
@require_safe
def call(request: PersonRequest, pk: int) -> HttpResponse:
    """One call: what went out (masked) and what came back, as text."""
    rows = ModelCall.objects.visible_to(request.actor).select_related("person", "ticket", "suggestion__decided_by")
    return render(request, "ai_assist/calls/call.html", {"call": get_object_or_404(rows, pk=pk)})


@admin_page
@require_safe
def export(request: PersonRequest) -> HttpResponse:
    """The same rows as a table for a spreadsheet; without texts."""
    text = io.StringIO()
    csv.writer(text).writerows(csv_rows(request.actor, Asked.of(request.GET)))
    headers = {"Content-Disposition": 'attachment; filename="calls.csv"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
