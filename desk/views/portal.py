"""Overview and list of the portal."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk import portal_queries
from desk.models import Status
from desk.request_catalog import on_offer
from desk.views.portal_gate import portal_page
from flowtic.core.ratelimit import limit
from knowledge.queries import public_articles

TILES = 8
STATES = ("open", "closed", "all")


@require_safe
@portal_page
def home(request: PersonRequest) -> HttpResponse:
    """Greeting, search for help, the way to a new request, the newest tickets."""
    rows, types = portal_queries.latest(request.actor), list(on_offer())
    context = {
        "rows": rows,
        "waiting": sum(row.state.kind == Status.Kind.WAITING_REQUESTER for row in rows),
        "types": types[:TILES],
        "more_types": len(types[TILES:]),
        "help": public_articles().exists(),
    }
    return render(request, "desk/portal/home.html", context)


@require_safe
@portal_page
def ticket_list(request: PersonRequest) -> HttpResponse:
    """My tickets: open or closed ones, searched, page by page."""
    state = request.GET.get("state", "")
    state = state if state in STATES else "open"
    text = request.GET.get("q", "").strip()
    if text:
        limit("search", request.user.pk)
    found, rows = portal_queries.ticket_page(
        request.actor,
        state=state,
        text=text,
        cursor=request.GET.get("cursor", ""),
    )
    return render(request, "desk/portal/list.html", {"rows": rows, "page": found, "state": state, "text": text})
