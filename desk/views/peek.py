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
QUICK = ("status", "priority", "department", "assignment", "snooze")


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
    """The menu of one property; its answer is the row. `seen`: the version on the ticket's page, which asks for its
    own menus; their answer is its head. Without JavaScript a page."""
    ticket = working_ticket(request, number)
    if name not in QUICK:
        raise NotFound
    seen = request.GET.get("seen", "")[:12]
    found = {
        "ticket": ticket,
        "view": TicketPage(request.actor, ticket),
        "name": name,
        "seen": seen if seen.isascii() and seen.isdigit() else "",
    }
    return render(request, "desk/queue/_quick.html" if wants_fragment(request) else "desk/queue/quick.html", found)
