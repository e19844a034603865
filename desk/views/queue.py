"""The agents' list of tickets."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.card_markup import cards
from desk.list_board import Board
from desk.list_chips import LABELS
from desk.list_counts import view_counts
from desk.list_groups import MAX_SORTED, NAMES, Groups
from desk.people_search import label, suggestions
from desk.queries import TicketList
from desk.row_markup import lines
from desk.ticket_filters import positive
from desk.ticket_page import find
from desk.views.gate import desk_page
from desk.views.peek import peeked
from desk.views.properties import rows_shown
from flowtic.core import ratelimit
from flowtic.core.http import wants_fragment

MAX_NAME = 100
MAX_ROWS = 100


@desk_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """The whole page, its table after a filter or a sort, or the next rows."""
    found = _list(request)
    if not wants_fragment(request):
        return render(request, "desk/queue/page.html", {"list": found, "peek": _peeked(request)})
    target = request.headers.get("HX-Target", "")
    if target == "tr#more-row":
        return render(
            request, "desk/queue/_rows.html", {"list": found, "rows": found.rows, "fresh": True, "brief": True}
        )
    if target.startswith("li#more-"):
        board = Board(found, only=found.part)
        return render(request, "desk/queue/_cards.html", {"column": board.columns[0], "fresh": True})
    response = _swapped(request, found)
    response["HX-Replace-Url"] = request.path + (found.query if len(found.query) > 1 else "")
    return response


def _swapped(request: PersonRequest, found: TicketList) -> HttpResponse:
    """The table again; only its rows for a browser whose table has the same head, which asks with the name of it."""
    source = request.headers.get("HX-Source", "")
    # Whoever sorts or shows new tickets leaves the filters as they are, and the form is as the person left it.
    context = {
        "list": found,
        "brief": True,
        "form": not source.startswith(("form#filters", "a#sort-", "button#new-tickets")),
    }
    if not (found.frame and found.frame == request.headers.get("Flowtic-Frame") and found.page.rows):
        return render(
            request, "desk/queue/table.swap.html", {**context, "from_form": source.startswith("form#filters")}
        )
    response = render(request, "desk/queue/rows.swap.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#ticket-rows", "innerMorph"
    return response


@desk_page
@require_safe
def filters(request: PersonRequest) -> HttpResponse:
    """What can be filtered: fetched into the list's own form, or a page with a form of its own without JavaScript.

    With `edit` the form of one filter, or of the columns.
    """
    found, edit = _list(request), positive(request.GET.get("edit", ""))
    context: dict[str, Any] = {"list": found}
    name = "choices"
    if edit in ("columns", "group"):
        name = edit
    elif edit in LABELS:
        name, context["editor"] = "editor", found.editor(edit)
    if wants_fragment(request):
        return render(request, f"desk/queue/_{name}.html", context)
    return render(request, "desk/queue/filters.html", {**context, "part": f"desk/queue/_{name}.html"})


@desk_page
@require_safe
def count(request: PersonRequest) -> HttpResponse:
    """How many tickets the filters find, "10000+" at most; fetched after the page. With `by` for each group."""
    found, by = _list(request), request.GET.get("by", "")
    if not by:
        text = f"{MAX_SORTED}+" if found.is_large else str(found.number)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    groups = Groups(by, found.words) if by in NAMES else found.groups
    totals = groups.totals(found.tickets) if groups and not found.is_large else {}
    return render(request, "desk/queue/totals.swap.html", {"totals": totals.items()})


@desk_page
@require_safe
def rows(request: PersonRequest) -> HttpResponse:
    """The rows of `ids` as they are now (`cards`: cards of the board), and which other ids (`maybe`) belong here.

    204 where the person sees none of them.
    """
    shown = rows_shown(request, _ids(request, "ids"))
    maybe = _ids(request, "maybe")
    fresh = _list(request).tickets.filter(pk__in=maybe).values_list("pk", flat=True) if maybe else []
    text = cards(shown) if "cards" in request.GET else lines(shown)
    response = HttpResponse(text, status=200 if shown else 204)
    response["X-New-Tickets"] = ",".join(map(str, fresh))
    return response


@desk_page
@require_safe
def counts(request: PersonRequest) -> HttpResponse:
    """The numbers beside the views, fetched after the page; kept for half a minute."""
    return render(request, "desk/queue/counts.swap.html", {"counts": view_counts(request.actor).items()})


@desk_page
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Suggestions for a text field that names a person, as options of its datalist."""
    ratelimit.limit("search", f"u{request.user.pk}")
    # The field's own name differs from form to form: whatever it is, there is one text.
    text = next((str(value) for value in request.GET.values() if value), "")[:MAX_NAME]
    labels = [label(person) for person in suggestions(request.actor, text)]
    return render(request, "desk/queue/_people.html", {"labels": labels})


def _list(request: PersonRequest) -> TicketList:
    found = TicketList(request.actor, request.GET)
    if found.q:
        ratelimit.limit("search", f"u{request.user.pk}")
    return found


def _peeked(request: PersonRequest) -> dict[str, Any] | None:
    """The ticket that is looked at beside the list, if the person works it."""
    number = request.GET.get("peek", "")[:40]
    ticket = find(request.actor, number) if number else None
    return peeked(request, ticket) if ticket and ticket.internal_for(request.actor) else None


def _ids(request: PersonRequest, name: str) -> list[int]:
    texts = request.GET.get(name, "").split(",")[:MAX_ROWS]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
