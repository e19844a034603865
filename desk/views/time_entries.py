"""Time spent: noted on the ticket, summed up in a report."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Department
from accounts.views.gate import PersonRequest
from desk import time_spent
from desk.commands.time_entries import add_time, change_time, remove_time
from desk.models import TimeEntry
from desk.reports import report_tabs
from desk.views.gate import desk_change, desk_page, working_ticket
from desk.views.ticket_parts import changed, refused
from flowtic.core.errors import BadRequest, CommandError, Invalid
from flowtic.core.policy import require

PLACE = "#time"


@desk_change
def add(request: PersonRequest, number: str) -> HttpResponse:
    """One's own time, of today unless a day is given."""
    ticket = working_ticket(request, number)
    try:
        row = add_time(request.actor, ticket, **_given(request))
    except CommandError as error:
        return refused(request, number, error, {})
    said = _("%(time)s noted.") % {"time": time_spent.words(row.minutes)}
    return changed(request, number, said, focus="#time [data-add]", anchor=PLACE, undo=True)


@desk_change
def change(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Corrects an entry, or removes it."""
    ticket = working_ticket(request, number)
    entry = get_object_or_404(TimeEntry.objects.select_related("ticket"), ticket=ticket, pk=pk)
    try:
        if "remove" in request.POST:
            remove_time(request.actor, entry)
            return changed(request, number, _("Removed."), focus="#time [data-add]", anchor=PLACE, undo=True)
        change_time(request.actor, entry, **_given(request))
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("Changed."), focus=f"#time-{pk}", anchor=PLACE, undo=True)


@desk_page
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    """Who spent how much: by person, department or month."""
    require(request.actor, "report.view")
    asked = _asked(request)
    context: dict[str, Any] = {
        "tabs": report_tabs(request.actor, "time"),
        "asked": asked,
        "lines": time_spent.report(request.actor, asked),
        "whole": time_spent.whole(request.actor, asked),
        "ways": time_spent.BY.items(),
        "label": time_spent.BY[asked.by],
        "departments": Department.objects.worked_by(request.actor),
        "people": time_spent.people(request.actor),
    }
    return render(request, "desk/reports/time.html", context)


@desk_page
@require_safe
def report_csv(request: PersonRequest) -> HttpResponse:
    """Every entry for a spreadsheet."""
    require(request.actor, "report.view")
    asked, text = _asked(request), StringIO()
    csv.writer(text).writerows(time_spent.csv_rows(request.actor, asked))
    name = f"time-{asked.first}-{asked.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _given(request: PersonRequest) -> dict[str, Any]:
    post = request.POST
    found: dict[str, Any] = {"minutes": time_spent.parse(post.get("minutes", "")[:40]), "note": post.get("note", "")}
    if text := post.get("day", "").strip():
        try:
            found["day"] = date.fromisoformat(text)
        except ValueError:
            message = _("Please give a date.")
            raise Invalid(message, fields={"day": message}) from None
    return found


def _asked(request: PersonRequest) -> time_spent.Asked:
    """Days, grouping, department and person from the query; the last thirty days when it names none."""
    query = request.GET
    last = _day(query.get("last", ""), "last", timezone.localdate())
    first = _day(query.get("first", ""), "first", last - timedelta(days=29))
    by, person = query.get("by") or "person", query.get("person", "")
    if by not in time_spent.BY:
        raise BadRequest(fields={"by": _("not valid")})
    if person and not (person.isascii() and person.isdigit() and len(person) < 19):
        raise BadRequest(fields={"person": _("not valid")})
    return time_spent.Asked(first, last, by, query.get("department", "")[:40], person)


def _day(text: str, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise BadRequest(_("Write days as 2026-11-21."), fields={name: _("not valid")}) from None
