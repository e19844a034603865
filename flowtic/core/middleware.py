"""Middleware: request id and log line, the actor, and the translation of refused commands."""

import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.request_context import current_request_id, new_request_id

log = structlog.get_logger("flowtic.request")
GetResponse = Callable[[HttpRequest], HttpResponse]
_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_QUIET = ("/static/", "/health/")


class RequestLogMiddleware:
    """Gives every request an id, answers it as X-Request-ID, writes one log line."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.match(given) else new_request_id()
        token = current_request_id.set(request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            if not request.path.startswith(_QUIET):
                user = getattr(request, "user", None)
                log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    status=response.status_code,
                    ms=round((time.monotonic() - started) * 1000, 1),
                    person=user.pk if user is not None and user.is_authenticated else None,
                )
            return response
        finally:
            structlog.contextvars.unbind_contextvars("request_id")
            current_request_id.reset(token)


class ActorMiddleware:
    """Sets `request.actor`, the language and the time zone of the person."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/static/", "/health/")):
            request.actor = Actor.anonymous("api")  # type: ignore[attr-defined]
            language = translation.get_language_from_request(request)
            with translation.override(language):
                return self.get_response(request)
        user: Any = request.user if request.user.is_authenticated else None
        via = "admin" if request.path.startswith("/admin/") else "web"
        request.actor = Actor(user, via)  # type: ignore[attr-defined]
        language = (user.language if user else "") or _language_of(request)
        with translation.override(language), timezone.override(_zone_of(user)):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        # The same URL answers a page or a fragment, in the reader's language.
        patch_vary_headers(response, ("HX-Request", "HX-Target", "Accept-Language", "Cookie"))
        if user is not None and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response


def _language_of(request: HttpRequest) -> str:
    return translation.get_language_from_request(request) or settings.LANGUAGE_CODE


def _zone_of(user: Any) -> str | Any:
    return (user.time_zone if user else "") or settings.TIME_ZONE


class CommandErrorMiddleware:
    """A refused command or an outage that a view did not handle itself becomes the matching page or fragment."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from flowtic.core.error_views import refusal
        from flowtic.core.outages import outage_of

        refused = error if isinstance(error, CommandError) else outage_of(error)
        return refusal(request, refused) if refused else None
