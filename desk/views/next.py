"""Give me the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.commands import take_next
from desk.views.gate import desk_page
from flowtic.core.errors import Conflict
from flowtic.core.http import safe_next, wants_fragment


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: PersonRequest) -> HttpResponse:
    """Claims the ticket that is due first and opens it; without one, back to where the person was, with the reason.

    Who comes back to this address after a login sees the list.
    """
    if request.method != "POST":
        return redirect("desk:ticket_list")
    try:
        ticket = take_next(request.actor)
    except Conflict as error:
        messages.warning(request, error.message)
        return _go(request, safe_next(request, "/tickets"))
    if ticket is None:
        messages.info(request, _("Nothing waits in your queues."))
        return _go(request, safe_next(request, "/tickets"))
    messages.success(request, _("%(number)s is yours now.") % {"number": ticket.number})
    return _go(request, ticket.get_absolute_url())


def _go(request: PersonRequest, url: str) -> HttpResponse:
    """Another page, also for htmx, which would swap the answer to a redirect into the button."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if wants_fragment(request) else redirect(url)
