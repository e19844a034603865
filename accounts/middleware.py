"""Who is let further: nobody before the approval, and nobody whose session is gone."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import activity
from flowtic.core.http import wants_fragment

# All that people may open who are not approved yet; the page that says so and what belongs to the account itself.
OPEN = frozenset(
    {
        "accounts:pending",
        "accounts:preferences",
        "account_login",
        "account_logout",
        "account_signup",
        "account_inactive",
        "account_confirm_email",
        "account_email_verification_sent",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_reauthenticate",
        "set_language",
        "health_live",
        "health_ready",
    }
)


class PendingMiddleware:
    """Sends people who wait for a decision to /pending, whatever they ask for.

    Also: an htmx request that would be sent to the login page gets 401, so that the page opens the login dialog in
    place, and so does a script's, which would take the login page for its answer; and active people are noted as being
    here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor = request.actor  # type: ignore[attr-defined]
        if actor.is_person and actor.via != "api":
            activity.note(actor.user)
        elif actor.user is None and (wants_fragment(request) or _is_script(request)) and _leads_to_login(response):
            return HttpResponse(status=401)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        actor = request.actor  # type: ignore[attr-defined]
        match = request.resolver_match
        if actor.user is None or actor.is_person or (match and match.view_name in OPEN):
            return None
        if wants_fragment(request):
            return HttpResponse(headers={"HX-Redirect": reverse("accounts:pending")})
        return redirect("accounts:pending")


def _is_script(request: HttpRequest) -> bool:
    """Asked by static/js/http.js and its like, which say so."""
    return request.headers.get("X-Requested-With") == "fetch"


def _leads_to_login(response: HttpResponse) -> bool:
    target = response.headers.get("Location", "")
    return response.status_code == 302 and target.partition("?")[0] == reverse("account_login")
