"""Doors of the assistant's pages: closed for everybody while it is off."""

import functools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest, View
from ai_assist import queries
from ai_assist.models import Suggestion
from desk.models import Ticket
from desk.views.gate import working_ticket
from flowtic.core.errors import NotFound
from flowtic.core.policy import require


def measured_page(view: View) -> View:
    """For who may read how often suggestions are right; everybody else reads which right is missing."""

    @login_required
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.actor, "assist.report")
        return view(request, *args, **kwargs)

    return run


def assisted_ticket(request: PersonRequest, number: str) -> Ticket:
    """The ticket if the person works it and the assistant is on."""
    ticket = working_ticket(request, number)
    require(request.actor, "assist.use", ticket)
    if not queries.assistant_on():
        raise NotFound(_("The assistant is off."))
    return ticket


def readable(request: PersonRequest, key: str, ticket: Ticket | None = None) -> Suggestion:
    """The suggestion (of that ticket); strangers learn nothing."""
    row = queries.by_key(request.actor, key) if queries.assistant_on() else None
    if row is None or (ticket is not None and row.ticket_id != ticket.pk):
        raise NotFound(_("This suggestion does not exist."))
    return row
