"""The door of the agents' pages."""

import functools
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest, View
from flowtic.core.errors import Forbidden


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


def _portal(request: PersonRequest, number: str | None) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise Forbidden(_("Only agents work here."))
    if request.resolver_match and request.resolver_match.url_name == "ticket_new":
        return redirect("desk:portal_new")
    return redirect("desk:portal_ticket", number) if number else redirect("desk:portal_tickets")
