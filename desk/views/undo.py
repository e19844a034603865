"""Taking back what one did a moment ago: the button of a toast."""

from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.bulk_results import Result
from desk.models import BulkRun, ScheduledSend
from desk.ticket_page import find
from desk.views.gate import desk_page
from desk.views.properties import rows_shown
from desk.views.ticket_parts import context
from flowtic.core.errors import CommandError
from flowtic.core.http import safe_next, wants_fragment
from flowtic.core.models import Operation
from flowtic.core.undo import tickets_of, undo

SHOWN_ROWS = 100  # rows of a list that are drawn anew; more are seen when the list is opened again


@desk_page
def take_back(request: PersonRequest, key: UUID) -> HttpResponse:
    """Runs the inverse of an operation and draws what changed on the page that is looked at."""
    if request.method != "POST":
        return redirect("desk:ticket_list")
    stays = _stays(request, key)
    try:
        operation = undo(request.actor, key)
    except CommandError as error:
        if wants_fragment(request):
            raise
        messages.error(request, error.message)
        return redirect(safe_next(request))
    run = BulkRun.objects.filter(operation_id=operation.pk).first()
    undone = _("Undone. What was written meanwhile stays.") if stays else _("Undone.")
    said = Result(run).sentence if run else undone
    if run is not None and run.state == BulkRun.State.RUNNING:
        url = run.get_absolute_url()
        return HttpResponse(headers={"HX-Redirect": url}) if wants_fragment(request) else redirect(url)
    if wants_fragment(request):
        return _drawn(request, _tickets(operation, run), said)
    messages.success(request, said)
    return redirect(safe_next(request))


def _stays(request: PersonRequest, key: UUID) -> bool:
    """Whether a reply or note of the operation was written by now: that is not taken back."""
    operation = Operation.objects.filter(pk=key, actor=request.user).first()
    steps = operation.inverse if operation else []
    sends = [one["arguments"]["send"] for one in steps if one["command"] == "withdraw_reply"]
    return ScheduledSend.objects.filter(pk__in=sends).count() < len(sends)


def _tickets(operation: Operation, run: BulkRun | None) -> list[int]:
    """Ids of what changed, as many as a list may show."""
    if run is not None:
        return list(run.rows.values_list("ticket", flat=True)[:SHOWN_ROWS])
    return tickets_of(operation)[:SHOWN_ROWS]


def _drawn(request: PersonRequest, ids: list[int], said: str) -> HttpResponse:
    """The parts of the shown page that show these tickets, as partials, and a toast."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    if request.POST.get("board"):
        messages.success(request, said)
        return HttpResponse(headers={"HX-Redirect": f"/{shown.path.lstrip('/')}?{shown.query}"})
    try:
        place = resolve(shown.path)
    except Resolver404:
        place = None
    found = {"text": said, "level": "success"}
    if place is not None and place.view_name == "desk:ticket":
        ticket = find(request.actor, place.kwargs["number"])
        if ticket is not None and ticket.internal_for(request.actor):
            return render(request, "desk/undo/ticket.swap.html", context(request, ticket, **found))
    if place is not None and place.view_name == "desk:ticket_list":
        singles = [[row] for row in rows_shown(request, ids)]
        return render(request, "desk/undo/rows.swap.html", {**found, "singles": singles})
    return render(request, "components/messages.swap.html", found)
