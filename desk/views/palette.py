"""The rows of the palette: fetched while somebody types, never a page of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.models import Ticket
from desk.palette import Palette
from desk.ticket_page import find
from desk.unified_search_page import MAX_QUESTION, SearchPage
from desk.views.gate import desk_page
from flowtic.core import ratelimit
from flowtic.core.shell import Shell


@desk_page
@require_safe
def choices(request: PersonRequest) -> HttpResponse:
    """What the typed words mean: commands for the ticket in front, places, and what the search finds."""
    text = request.GET.get("q", "")[:MAX_QUESTION]
    shown = Palette(request.actor, text, _ticket(request), Shell(request).main)
    search = None
    if shown.text and not shown.commands_only:
        ratelimit.limit("search", f"u{request.user.pk}")
        search = SearchPage(request.actor, shown.text, live=True, brief=True)
    return render(request, "desk/palette/_choices.html", {"palette": shown, "search": search})


def _ticket(request: PersonRequest) -> Ticket | None:
    """The ticket in front, if the person works it; anything else is as good as none."""
    number = request.GET.get("ticket", "")[:40]
    found = find(request.actor, number) if number else None
    return found if found is not None and found.internal_for(request.actor) else None
