"""The API as a whole: every refusal as problem+json, HEAD and OPTIONS, the document and its page."""

import functools
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger

from flowtic.core import openapi
from flowtic.core.api import TooLarge
from flowtic.core.errors import BadRequest, CommandError, Invalid, NotFound
from flowtic.core.json_body import StrictParser
from flowtic.core.outages import outage_of
from flowtic.core.problem import problem_response, sentence_of

log = structlog.get_logger("flowtic.api")
Handler = Callable[..., HttpResponse]

MAX_ERRORS = 50


class Unauthorized(CommandError):
    code = "unauthorized"
    status = 401
    title = gettext_lazy("A token is needed")


class MethodNotAllowed(CommandError):
    code = "method_not_allowed"
    status = 405
    title = gettext_lazy("This method does not exist here")


class ServerError(CommandError):
    code = "internal_error"
    status = 500
    title = gettext_lazy("Something went wrong")


class FlowticAPI(NinjaAPI):
    """The API under /api/v1; apps add their routers in flowtic/api.py."""

    def __init__(self) -> None:
        super().__init__(
            title="Flowtic",
            version="1",
            description=openapi.DESCRIPTION,
            urls_namespace="api",
            parser=StrictParser(),
            docs=Swagger({"persistAuthorization": False, "tryItOutEnabled": False}),
        )
        handlers: list[tuple[type[Exception], Any]] = [
            (CommandError, problem_response),
            (Http404, lambda request, error: problem_response(request, NotFound())),
            (AuthenticationError, _unauthorized),
            (ValidationError, _invalid),
            (HttpError, _http_error),
            (
                RequestDataTooBig,
                lambda request, error: problem_response(request, TooLarge(_("The request is too large."))),
            ),
            (SuspiciousOperation, _malformed),
            (MultiPartParserError, _malformed),
            (UnreadablePostError, _malformed),
            (OperationalError, _outage),
            (OSError, _outage),
            (Exception, _unexpected),
        ]
        for kind, handler in handlers:
            self.add_exception_handler(kind, handler)

    def get_openapi_operation_id(self, operation: Any) -> str:
        return str(operation.view_func.__name__)

    def _get_urls(self) -> list[Any]:
        found: list[Any] = [
            path("openapi.json", _sane(functools.partial(openapi.document_view, api=self)), name="openapi-json"),
            path("docs", login_required(functools.partial(_docs, api=self)), name="openapi-view"),
        ]
        patterns = [p for router in self._get_bound_routers() for p in router.urls_paths(router.prefix)]
        found += [URLPattern(pattern.pattern, _sane(pattern.callback), name=pattern.name) for pattern in patterns]
        return [*found, path("", _sane(_nothing_here), name="api-root"), path("<path:rest>", _sane(_nothing_here))]


# ---- around every operation ----------------------------------------------------------


def _sane(view: Handler) -> Handler:
    """HEAD as GET without body, OPTIONS from what the address allows, 405 as problem+json, nothing kept in caches."""

    def run(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"
        response = view(request, *args, **values)
        if response.status_code == 405:
            response = _not_allowed(request, response, asked or "")
        if asked == "HEAD":
            _drop_body(response)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response["Content-Language"] = translation.get_language() or "en"
        return response

    run.csrf_exempt = True  # type: ignore[attr-defined]  # bearer tokens only: no cookie is looked at
    return run


def _not_allowed(request: HttpRequest, response: HttpResponse, asked: str) -> HttpResponse:
    methods = {name.strip() for name in response.get("Allow", "").split(",") if name.strip()}
    allow = ", ".join(sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}))
    if asked == "OPTIONS":
        found = HttpResponse(status=204)
    else:
        found = problem_response(request, MethodNotAllowed(_("This address allows %(methods)s.") % {"methods": allow}))
    found["Allow"] = allow
    return found


def _drop_body(response: HttpResponse) -> None:
    if response.streaming:
        response.close()
        response.streaming_content = []  # type: ignore[attr-defined]
        return
    length = str(len(response.content))
    response.content = b""
    response["Content-Length"] = length


def _nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problem_response(request, NotFound(_("There is nothing at this address.")))


def _docs(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    return api.docs.render_page(request, api)


# ---- refusals ------------------------------------------------------------------------


def _unauthorized(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, Unauthorized(_("A valid API token is needed: Authorization: Bearer <token>.")))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    sources = {str(item["loc"][0]) for item in error.errors}
    for item in error.errors[:MAX_ERRORS]:
        source, *place = [str(part) for part in item["loc"]]
        name = ".".join(place[1:] if len(place) > 1 else place) or source
        fields.setdefault(name[:100], []).append(sentence_of(item))
    if sources == {"path"}:
        return problem_response(request, NotFound())
    return problem_response(request, Invalid(_("Some values are not valid."), fields=fields))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, RequestDataTooBig):
        return problem_response(request, TooLarge(_("The request is too large.")))
    found = error.__cause__ if isinstance(error.__cause__, CommandError) else CommandError(str(error))
    if found is not error.__cause__:
        found.status, found.code = error.status_code, "bad_request" if error.status_code == 400 else "refused"
    return problem_response(request, found)


def _malformed(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_response(request, BadRequest())


def _outage(request: HttpRequest, error: Exception) -> HttpResponse:
    found = outage_of(error)
    return problem_response(request, found) if found else _unexpected(request, error)


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    if not settings.DEBUG:
        raise error  # Django logs it and asks handler500, which answers problem+json here
    log.exception("unexpected_error")
    return problem_response(request, ServerError(_("Something went wrong on our side.")))
