"""The report of how satisfied requesters were."""

import csv
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Department
from accounts.views.gate import PersonRequest
from desk.ratings import MONTH, csv_rows, satisfaction
from desk.reports import report_tabs
from desk.views.gate import desk_page
from flowtic.core.errors import BadRequest
from flowtic.core.policy import require


@desk_page
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    """Share of good ratings by department, and what people wrote."""
    require(request.actor, "report.view")
    asked = _asked(request)
    context = {
        "tabs": report_tabs(request.actor, "satisfaction"),
        "asked": asked,
        "report": satisfaction(request.actor, **asked),
        "departments": Department.objects.worked_by(request.actor),
    }
    return render(request, "desk/rating/report.html", context)


@desk_page
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    """Every rating for a spreadsheet."""
    require(request.actor, "report.view")
    asked, text = _asked(request), StringIO()
    csv.writer(text).writerows(csv_rows(request.actor, **asked))
    name = f"ratings-{asked['first']}-{asked['last']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: PersonRequest) -> dict[str, Any]:
    """Months and department from the query; six months up to this one when it names none."""
    last = request.GET.get("last") or timezone.localdate().strftime("%Y-%m")
    first = request.GET.get("first") or (_months_before(last, 5) if MONTH.fullmatch(last) else "")
    for name, month in (("first", first), ("last", last)):
        if not MONTH.fullmatch(month):
            raise BadRequest(_("Write months as 2026-11."), fields={name: _("not valid")})
    return {"first": first, "last": last, "department": request.GET.get("department", "")[:40]}


def _months_before(month: str, number: int) -> str:
    count = int(month[:4]) * 12 + int(month[5:]) - 1 - number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
