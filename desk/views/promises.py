"""Why a ticket is due when it is, and how many promises were kept."""

import csv
from io import StringIO

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Department
from accounts.views.gate import PersonRequest
from desk import sla_words
from desk.models import Promise, SlaPolicy
from desk.promise_report import MONTH, Asked, csv_rows, promise_report, totals
from desk.reports import report_tabs, reports_for
from desk.views import properties
from desk.views.gate import desk_page, visible_ticket
from flowtic.core.errors import BadRequest, Forbidden
from flowtic.core.http import wants_fragment
from flowtic.core.policy import allows, require


@desk_page
def due(request: PersonRequest, number: str) -> HttpResponseBase:
    """GET: the calculation hour by hour, as page or fragment. POST: a due date by hand."""
    if request.method not in ("GET", "HEAD"):
        return properties.change(request, number=number, name="due")
    ticket = visible_ticket(request, number)
    if not allows(request.actor, "ticket.view_internal", ticket):
        return redirect("desk:portal_ticket", number)
    context = {"ticket": ticket, "promises": sla_words.explain(ticket), "zone": timezone.get_current_timezone_name()}
    return render(request, "desk/sla/_why.html" if wants_fragment(request) else "desk/sla/why.html", context)


@desk_page
@require_safe
def reports(request: PersonRequest) -> HttpResponse:
    """The one entry of the menu: leads to the first report that the reader may open."""
    found = reports_for(request.actor)
    if not found:
        raise Forbidden
    return redirect(found[0].url_name)


@desk_page
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    """Kept and broken promises as a table."""
    require(request.actor, "report.view")
    asked = _asked(request)
    lines = promise_report(request.actor, asked)
    kept, broken = totals(lines)
    context = {
        "tabs": report_tabs(request.actor, "promises"),
        "asked": asked,
        "lines": lines,
        "kept": kept,
        "broken": broken,
        "departments": Department.objects.worked_by(request.actor),
        "policies": SlaPolicy.objects.all(),
        "kinds": Promise.Kind.choices,
    }
    return render(request, "desk/sla/report.html", context)


@desk_page
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    """The same table for a spreadsheet."""
    require(request.actor, "report.view")
    asked, text = _asked(request), StringIO()
    csv.writer(text).writerows(csv_rows(promise_report(request.actor, asked)))
    name = f"promises-{asked.first}-{asked.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: PersonRequest) -> Asked:
    """From the query; six months up to this one when it names none."""
    last = request.GET.get("last") or timezone.localdate().strftime("%Y-%m")
    if not MONTH.fullmatch(last):
        raise BadRequest(_("Write months as 2026-11."), fields={"last": _("not valid")})
    first = request.GET.get("first") or _months_before(last, 5)
    if not MONTH.fullmatch(first):
        raise BadRequest(_("Write months as 2026-11."), fields={"first": _("not valid")})
    others = {name: request.GET.get(name, "")[:40] for name in ("department", "policy", "kind")}
    return Asked(first, last, **others)


def _months_before(month: str, number: int) -> str:
    day = parse_date(f"{month}-01")
    assert day is not None  # noqa: S101  (the caller has checked it)
    count = day.year * 12 + day.month - 1 - number
    return f"{count // 12:04d}-{count % 12 + 1:02d}"
