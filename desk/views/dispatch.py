"""The dispatcher's board: /dispatch."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.views.gate import PersonRequest
from desk.commands.distributing import Given, distribute_tickets
from desk.dispatch_board import Board
from desk.models import Ticket
from desk.views.gate import desk_page
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.http import wants_fragment
from flowtic.core.models import Operation


@desk_page
@require_safe
def board(request: PersonRequest) -> HttpResponse:
    """The queue and the people; as a fragment the board alone."""
    found = _board(request)
    name = "desk/dispatch/_board.html" if wants_fragment(request) else "desk/dispatch/page.html"
    return render(request, name, {"board": found})


@desk_page
@require_POST
def assign(request: PersonRequest) -> HttpResponse:
    """Gives the chosen tickets to one person."""
    shown = _board(request)
    person = _person(shown, request.POST.get("person", ""))
    tickets = _tickets(request, request.POST.getlist("ticket"))
    if not tickets:
        raise Invalid(_("Choose a ticket first."))
    given, operation = distribute_tickets(request.actor, [(ticket, person) for ticket in tickets], code="by_hand")
    return _told(request, given, operation)


@desk_page
@require_safe
def plan(request: PersonRequest) -> HttpResponse:
    """Who would get what, to be confirmed."""
    found = _board(request)
    return render(request, "desk/dispatch/plan.html", {"board": found, "shares": found.plan()})


@desk_page
@require_POST
def distribute(request: PersonRequest) -> HttpResponse:
    """Hands out what was left ticked in the plan, each ticket to the person that was shown."""
    shown = _board(request)
    wanted = dict(part.split(":", 1) for part in request.POST.getlist("share") if ":" in part)
    tickets = _tickets(request, list(wanted))
    if not tickets:
        raise Invalid(_("Choose a ticket first."))
    pairs = [(ticket, _person(shown, wanted[ticket.number])) for ticket in tickets]
    given, operation = distribute_tickets(request.actor, pairs, code="distributed")
    return _told(request, given, operation)


def _board(request: PersonRequest) -> Board:
    """Only for who hands out work somewhere."""
    given = request.POST if request.method == "POST" else request.GET
    found = Board(request.actor, given.get("department", "")[:60])
    if not found.departments:
        raise Forbidden(_("Only leads, support and administrators hand out work."))
    return found


def _person(shown: Board, text: str) -> User:
    for lane in shown.lanes:
        if str(lane.person.pk) == text:
            return lane.person
    raise Invalid(_("This person is not on the board any more."))


def _tickets(request: PersonRequest, numbers: Sequence[str]) -> list[Ticket]:
    wanted = [number[:40] for number in numbers][:200]
    return list(Ticket.objects.visible_to(request.actor).filter(number__in=wanted).order_by("pk"))


def _told(request: PersonRequest, given: Sequence[Given], operation: Operation | None) -> HttpResponse:
    """The board anew with a sentence about what happened and one undo for all of it."""
    done = [row for row in given if row.error is None]
    said = ngettext("%(n)d ticket assigned.", "%(n)d tickets assigned.", len(done)) % {"n": len(done)}
    refused = [f"{row.ticket.number}: {row.error.message}" for row in given if row.error]
    text = " ".join([said, *refused[:3]])
    level = "warning" if refused else "success"
    undo_url = reverse("desk:undo", args=[operation.pk]) if operation else ""
    if wants_fragment(request):
        found = {"board": _board(request), "text": text, "level": level, "undo_url": undo_url}
        return render(request, "desk/dispatch/board.swap.html", found)
    messages.add_message(request, messages.WARNING if refused else messages.SUCCESS, text, extra_tags=undo_url)
    shown = _board(request).department
    query = f"?{urlencode({'department': shown.key})}" if shown else ""
    return redirect(f"{reverse('desk:dispatch')}{query}")
