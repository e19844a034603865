"""The agent's ticket page."""

from datetime import datetime

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.commands import note_visit
from desk.commands.visiting import PAUSE, seen_by
from desk.models import Ticket
from desk.views.gate import desk_change, desk_page, visible_ticket, working_ticket
from desk.views.ticket_parts import context, whole_page
from flowtic.core import clock
from flowtic.core.errors import Busy
from flowtic.core.http import wants_fragment

log = structlog.get_logger("flowtic.desk")


@desk_page
@require_safe
def page(request: PersonRequest, number: str) -> HttpResponse:
    """One ticket. A merged one leads to where the work goes on; who only asked reads it in the portal."""
    ticket = visible_ticket(request, number)
    if not ticket.internal_for(request.actor):
        return redirect("desk:portal_ticket", number)
    target = ticket.merged_into
    if target is not None and "merged" not in request.GET and target.internal_for(request.actor):
        words = {"number": ticket.number}
        messages.info(request, _("%(number)s was merged into this ticket.") % words)
        return redirect(target)
    if wants_fragment(request):
        return render(request, "desk/ticket/_panel.html", context(request, ticket))
    return whole_page(request, ticket, since=_note_visit(request, ticket))


@desk_page
@require_safe
def thread(request: PersonRequest, number: str) -> HttpResponse:
    """The conversation alone, as it is now; `?to=` names the message that gets the focus."""
    ticket = working_ticket(request, number)
    if not wants_fragment(request):
        return redirect("desk:ticket", number)
    to = request.GET.get("to", "")
    focus = f"#c-{to}" if to.isascii() and to.isdigit() else ""
    return render(request, "desk/ticket/_thread.html", context(request, ticket, thread_focus=focus))


@desk_change
def visit(request: PersonRequest, number: str) -> HttpResponse:
    """The page is looked at again."""
    note_visit(request.actor, working_ticket(request, number))
    return HttpResponse(status=204)


def _note_visit(request: PersonRequest, ticket: Ticket) -> datetime | None:
    """Up to when the person had seen the ticket. Reading works also while nothing can be written."""
    seen = seen_by(request.user.pk, ticket)
    is_looked_at = request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", "")
    if is_looked_at and (seen is None or seen < clock.now() - PAUSE):
        try:
            note_visit(request.actor, ticket)
        except Busy:
            log.info("visit_not_noted", ticket=ticket.pk)
    return seen
