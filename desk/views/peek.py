"""A look at a ticket beside the list, and the small menus that change it in its row."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.glance import glance
from desk.models import Ticket
from desk.ticket_page import TicketPage
from desk.views.gate import desk_page, working_ticket
from flowtic.core.errors import NotFound
from flowtic.core.http import wants_fragment

# What can be changed in a row: name -> the form's template.
QUICK = ("status", "priority", "department", "assignment")


def peeked(request: PersonRequest, ticket: Ticket) -> dict[str, Any]:
    """What the sheet shows."""
    return {"ticket": ticket, "view": TicketPage(request.actor, ticket), "glance": glance(ticket)}


@desk_page
@require_safe
def page(request: PersonRequest, number: str) -> HttpResponse:
    """Head facts, first words and last messages; without JavaScript the ticket itself."""
    ticket = working_ticket(request, number)
    if not wants_fragment(request):
        return redirect(ticket.get_absolute_url())
    return render(request, "desk/queue/_peek.html", peeked(request, ticket))


@desk_page
@require_safe
def quick(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """The menu of one property; its answer is the row."""
    ticket = working_ticket(request, number)
    if name not in QUICK:
        raise NotFound
    if not wants_fragment(request):
        return redirect(ticket.get_absolute_url())
    view = TicketPage(request.actor, ticket)
    return render(request, "desk/queue/_quick.html", {"ticket": ticket, "view": view, "name": name})
