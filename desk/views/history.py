"""The history of a ticket beyond what the side panel shows at first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.history_filter import History, HistoryFilter
from desk.ticket_page import HISTORY_PAGE
from desk.views.gate import desk_page, visible_ticket
from flowtic.core.errors import BadRequest
from flowtic.core.http import wants_fragment
from flowtic.core.policy import allows


@desk_page
@require_safe
def page(request: PersonRequest, number: str) -> HttpResponse:
    """A page of the history as the address narrows it; for htmx only the lines that follow event `before`."""
    ticket = visible_ticket(request, number)
    if not allows(request.actor, "ticket.view_internal", ticket):
        return redirect("desk:portal_ticket", number)
    past = History(ticket, HistoryFilter.of(request.GET.dict()), size=HISTORY_PAGE, before=_before(request))
    shown = {"ticket": ticket, "past": past}
    name = "desk/ticket/_history.html" if wants_fragment(request) else "desk/ticket/history.html"
    return render(request, name, shown)


def _before(request: PersonRequest) -> int | None:
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest
    return int(text) if text else None
