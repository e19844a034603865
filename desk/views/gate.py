"""The door of the agents' pages: who may enter, and which ticket an address means."""

import functools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest, View
from desk.models import Ticket
from desk.ticket_page import find
from flowtic.core.errors import Forbidden, NotFound
from flowtic.core.journal import heard
from flowtic.core.policy import require
from flowtic.core.undo import can_be_offered


def desk_page(view: View) -> View:
    """For who works tickets; requesters who follow a link are led to the same place in the portal."""

    @login_required
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_person:
            return redirect("accounts:pending")
        if not request.actor.can_work:
            return _portal(request, kwargs.get("number"))
        return view(request, *args, **kwargs)

    return run


def desk_change(view: View) -> View:
    """The same for addresses that only take changes: who comes back to one after a login sees the ticket instead."""

    @desk_page
    @functools.wraps(view)
    def run(request: PersonRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return redirect("desk:ticket", number)
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        with heard() as request.operations:  # type: ignore[attr-defined]
            return view(request, number, *args, **kwargs)

    return run


def offer(request: PersonRequest) -> str:
    """Where to take back what this request journalled last; '' when there is nothing."""
    operation = next(iter(reversed(getattr(request, "operations", []))), None)
    return reverse("desk:undo", args=[operation.pk]) if operation and can_be_offered(operation) else ""


def visible_ticket(request: PersonRequest, number: str) -> Ticket:
    """The ticket if the person sees any of it; strangers learn nothing."""
    ticket = find(request.actor, number)
    if ticket is None:
        raise NotFound(_("There is no ticket with this number."))
    return ticket


def working_ticket(request: PersonRequest, number: str) -> Ticket:
    """The ticket if the person works it: only then may its page with the notes be an answer."""
    ticket = visible_ticket(request, number)
    require(request.actor, "ticket.view_internal", ticket)
    return ticket


def _portal(request: PersonRequest, number: str | None) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise Forbidden(_("Only agents work here."))
    if number is not None:
        return redirect("desk:portal_ticket", number)
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    is_new = name.startswith(("ticket_new", "ticket_form"))
    return redirect("desk:portal_new" if is_new else "desk:portal_tickets")
