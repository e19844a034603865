"""Doors of the account pages: what a request carries, and who may open the pages of the administration."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.policy import require


class PersonRequest(HttpRequest):
    """A request behind ActorMiddleware and login_required."""

    actor: Actor
    user: User


View = Callable[..., HttpResponseBase]


def admin_page(view: View) -> View:
    """Only for administrators: visitors log in first, everybody else reads which right is missing."""

    @login_required
    @functools.wraps(view)
    def run(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.actor, "settings.view")
        return view(request, *args, **kwargs)

    return run
