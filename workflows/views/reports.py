"""The report on steps, as a page and as files."""

import csv
import io
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.reports import report_tabs
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.queries.report import Report
from workflows.views.gate import workflow_page


@workflow_page
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    """Numbers for the filters of the address."""
    require(request.actor, "workflow.report")
    template = "workflows/reports/_tables.html" if wants_fragment(request) else "workflows/reports/page.html"
    context = {"report": Report(request.actor, request.GET), "tabs": report_tabs(request.actor, "workflows")}
    return render(request, template, context)


@workflow_page
@require_safe
def download(request: PersonRequest) -> HttpResponse:
    """One of the tables as CSV."""
    require(request.actor, "workflow.report")
    name = request.GET.get("table") or "periods"
    heads, rows = Report(request.actor, request.GET).table(name)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="workflows-{name}.csv"'}
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: Any) -> Any:
    """Texts that a spreadsheet would take for a formula become plain."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
