"""The door of the portal: every active person may enter, whatever the role."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from flowtic.core.http import wants_fragment

View = Callable[..., HttpResponseBase]


def portal_page(view: View) -> View:
    """Visitors log in first (htmx gets 401 and opens the login dialog); who is not active yet sees the reason."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if wants_fragment(request):
                return HttpResponse(status=401)
            return redirect_to_login(request.get_full_path())
        if not request.actor.is_person:  # type: ignore[attr-defined]
            return redirect("accounts:pending")
        return view(request, *args, **kwargs)

    return run
