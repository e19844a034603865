"""Claiming and the properties in the head and side panel: one small form each."""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.commands import claim_ticket, reopen_ticket
from desk.forms.details import DetailsForm
from desk.forms.fields import PROPERTIES
from desk.list_columns import with_columns
from desk.list_rows import Row, for_rows, people_of, rows
from desk.models import Ticket
from desk.queries import columns_shown
from desk.views.gate import desk_change, offer, visible_ticket, working_ticket
from desk.views.ticket_parts import changed, context, refused, shown_query, whole_page
from desk.words import Words
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Conflict, Stale
from flowtic.core.http import safe_next, wants_fragment
from flowtic.core.prepared import Prepared

# Where the focus goes after a change: the control that was used. Those without one are in the side panel.
FOCUS = ("status", "priority", "department", "assignment", "due", "subject")


@desk_change
def change(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """Changes one property; a stale form is answered with both values."""
    ticket = working_ticket(request, number)
    form = PROPERTIES[name](request.POST)
    try:
        form.apply(request.actor, ticket)
    except CommandError as error:
        if _from_list(request) and error.status in (409, 422):
            return _row(request, number, error.message, "warning", status=409)
        own = getattr(form, "cleaned_data", {}).get(form.name)
        return refused(request, number, error, {form.name: (form.fields[form.name].label, own)})
    if _from_list(request):
        return _row(request, number, f"{number}: {form.done}", "success")
    return changed(request, number, str(form.done), focus=name if name in FOCUS else "", undo=True)


@desk_change
def details(request: PersonRequest, number: str) -> HttpResponse:
    """Requester, kind and the request type's answers together."""
    ticket = working_ticket(request, number)
    form = DetailsForm(request.POST, actor=request.actor, ticket=ticket)
    if form.is_valid():
        try:
            form.apply()
            return changed(request, number, _("Details changed."), focus="#panel-details", undo=True)
        except Stale as error:
            return refused(request, number, error, _labels(form))
        except CommandError as error:
            if error.status not in (409, 422):
                raise
            form.add_refusal(error)
    if wants_fragment(request):
        found = context(request, ticket, details_form=form)
        return render(request, "desk/ticket/_edit.html", found, status=422)
    return whole_page(request, ticket, status=422, details_form=form, panel_asked=True)


@desk_change
def claim(request: PersonRequest, number: str) -> HttpResponse:
    """Takes the ticket; who was slower sees who won."""
    ticket = visible_ticket(request, number)
    try:
        claim_ticket(request.actor, ticket)
    except Conflict as error:
        return _lost(request, number, error)
    said = _("%(number)s is yours.") % {"number": ticket.number}
    if _from_list(request):
        return _row(request, number, said, "success")
    if "next" in request.POST:
        messages.success(request, said, extra_tags=offer(request))
        return redirect(safe_next(request))
    return changed(request, number, said, focus="assignment", undo=True)


@desk_change
def reopen(request: PersonRequest, number: str) -> HttpResponse:
    """Back to work."""
    try:
        reopen_ticket(request.actor, working_ticket(request, number))
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("The ticket is open again."), focus="status")


def _seen_rows(ids: Collection[int], actor: Actor, *fields: str) -> QuerySet[Ticket]:
    return for_rows(Ticket.objects.visible_to(actor).filter(pk__in=ids), actor, fields)


_seen = Prepared(_seen_rows)


def rows_shown(request: PersonRequest, ids: Collection[int]) -> list[Row]:
    """Rows of the list that the person looks at, with its columns; only of tickets that the person sees."""
    columns = columns_shown(request.actor, shown_query(request))
    tickets = _seen.among(ids, request.actor, *columns.model_fields)
    return with_columns(request.actor, rows(tickets, Words(request.actor), people_of(tickets)), columns)


def _labels(form: DetailsForm) -> dict[str, tuple[object, object]]:
    answers = ", ".join(str(row.bound.value() or "–") for row in form.rows if row.bound)
    return {
        "kind": (form.fields["kind"].label, form.cleaned_data["kind"]),
        "requester": (form.fields["requester"].label, form.cleaned_data["requester"]),
        "fields": (_("Request type"), answers),
    }


def _from_list(request: PersonRequest) -> bool:
    """A row of the list, or a card of its board, waits for the answer."""
    return wants_fragment(request) and request.headers.get("HX-Target", "").startswith(("tr", "li"))


def _lost(request: PersonRequest, number: str, error: Conflict) -> HttpResponse:
    if _from_list(request):
        return _row(request, number, error.message, "warning", status=409)
    if "next" in request.POST:
        messages.warning(request, error.message)
        return redirect(safe_next(request))
    return refused(request, number, error, {})


def _row(request: PersonRequest, number: str, text: str, level: str, status: int = 200) -> HttpResponse:
    """The row of the list as it is now, with what happened as a notice."""
    lines = rows_shown(request, Ticket.objects.filter(number=number).values_list("pk", flat=True))
    board = request.headers.get("HX-Target", "").startswith("li")
    found = {
        "rows": lines,
        "board": board,
        "target": request.headers.get("HX-Target", "").partition("#")[2],
        "text": text,
        "level": level,
        "undo_url": offer(request) if status == 200 else "",
    }
    return render(request, "desk/queue/claimed.swap.html", found, status=status)
