"""The agent's ticket page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.views.gate import desk_page, visible_ticket
from desk.views.ticket_parts import context, whole_page
from flowtic.core.http import wants_fragment


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
    return whole_page(request, ticket)
