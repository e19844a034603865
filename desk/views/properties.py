"""Claiming and the properties in the head and side panel: one small form each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.gate import PersonRequest
from desk.commands import claim_ticket, reopen_ticket
from desk.forms.fields import PROPERTIES
from desk.models import Ticket
from desk.views.gate import desk_page
from desk.views.ticket_parts import changed, conflict, ticket_or_404
from flowtic.core.errors import Conflict, Invalid, Stale
from flowtic.core.http import wants_fragment


@desk_page
@require_POST
def change(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """Changes one property; a stale form is answered with both values."""
    ticket = ticket_or_404(request, number)
    form = PROPERTIES[name](request.POST)
    if not form.is_valid():
        raise Invalid(" ".join(message for messages in form.errors.values() for message in messages))
    try:
        form.apply(request.actor, ticket)
    except Stale as error:
        return conflict(request, number, form, error)
    return changed(request, number, _("Saved."))


@desk_page
@require_POST
def claim(request: PersonRequest, number: str) -> HttpResponse:
    """Takes the ticket; who was slower sees who won."""
    ticket = ticket_or_404(request, number)
    try:
        claim_ticket(request.actor, ticket)
    except Conflict as error:
        return _lost(request, number, error)
    said = _("%(number)s is yours.") % {"number": ticket.number}
    return _row(request, number, said, "success") if _from_list(request) else changed(request, number, said)


@desk_page
@require_POST
def reopen(request: PersonRequest, number: str) -> HttpResponse:
    reopen_ticket(request.actor, ticket_or_404(request, number))
    return changed(request, number, _("The ticket is open again."))


def _from_list(request: PersonRequest) -> bool:
    return wants_fragment(request) and request.headers.get("HX-Target", "").startswith("tr")


def _lost(request: PersonRequest, number: str, error: Conflict) -> HttpResponse:
    if not _from_list(request):
        raise error
    return _row(request, number, error.message, "warning", status=409)


def _row(request: PersonRequest, number: str, text: str, level: str, status: int = 200) -> HttpResponse:
    ticket = Ticket.objects.visible_to(request.actor).for_list().get(number=number)
    found = {"ticket": ticket, "heir": True, "text": text, "level": level}
    return render(request, "desk/queue/claimed.swap.html", found, status=status)
