"""Ground of the REST API: token authentication, problem+json errors, idempotent POSTs, strict schemas."""

from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field, StringConstraints

from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest, CommandError, Forbidden, NotFound
from flowtic.core.idempotency import Answer, fingerprint, run_once
from flowtic.core.problem import problem_response

# NUL cannot be stored by every database; other control characters have no place in one-line texts.
Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=255)]
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=1_000_000)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=1000)]
Limit = Annotated[int, Field(ge=1, le=100)]
Id = Annotated[int, Field(ge=1, le=2**62)]


class In(Schema):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class ProblemError(Schema):
    field: str
    message: str


class Problem(Schema):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError]
    request_id: str


def problems(*statuses: int) -> dict[int, type[Problem]]:
    """Response map of the errors an operation may answer; 400, 401, 403, 429 and 503 are everywhere."""
    return dict.fromkeys({400, 401, 403, 429, 503, *statuses}, Problem)


class Unauthorized(CommandError):
    code = "unauthorized"
    status = 401


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`; sets `request.actor`. Sessions do not count here."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor: Actor | None = import_string(settings.FLOWTIC_TOKEN_BACKEND)(token)
        if actor is None:
            return None
        ratelimit.limit("api", f"u{actor.user.pk}")
        request.actor = actor  # type: ignore[attr-defined]
        return actor


def build_api() -> NinjaAPI:
    """The API object with its error translation; apps add their routers in flowtic/api.py."""
    api = NinjaAPI(
        title="Flowtic",
        version="1",
        description="Tickets, people and departments of a Flowtic desk.",
        auth=TokenAuth(),
        urls_namespace="api",
        openapi_url="/openapi.json",
        docs_url="/docs",
    )
    api.add_exception_handler(CommandError, lambda request, error: problem_response(request, error))
    api.add_exception_handler(Http404, lambda request, error: problem_response(request, NotFound()))
    api.add_exception_handler(AuthenticationError, _unauthorized)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    return api


def _unauthorized(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, Unauthorized(_("A valid API token is needed: Authorization: Bearer <token>.")))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, list[str]] = {}
    sources = set()
    for item in error.errors:
        source, *path = [str(part) for part in item["loc"]]
        sources.add(source)
        name = ".".join(path[1:] if len(path) > 1 else path) or source
        fields.setdefault(name, []).append(item["msg"])
    # A wrong query is a malformed request, a wrong body is content that breaks a rule.
    kind = BadRequest if sources <= {"query", "path", "header"} else CommandError
    found = kind(_("Some values are not valid."), fields=fields)
    found.code = "invalid"
    return problem_response(request, found)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    found = CommandError(str(error))
    found.status, found.code = error.status_code, "bad_request" if error.status_code == 400 else "refused"
    return problem_response(request, found)


def _too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    found = CommandError(_("The request is too large."))
    found.status, found.code = 413, "too_large"
    return problem_response(request, found)


def need(request: HttpRequest, scope: str) -> Actor:
    """The request's actor if its token carries `scope`; raises Forbidden."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not actor.may_use(scope):
        raise Forbidden(_("The token lacks the scope %(scope)s.") % {"scope": scope}, scope=scope)
    return actor


def once(request: HttpRequest, effect: Callable[[], Answer]) -> HttpResponse:
    """Runs a POST's effect at most once per `Idempotency-Key` and answers it (again)."""
    key = request.headers.get("Idempotency-Key", "")
    body = b"" if request.FILES else request.body
    names = [f"{name}:{item.name}:{item.size}" for name, item in request.FILES.items()]
    posted = sorted(request.POST.items()) if request.FILES else []
    body_hash = fingerprint(request.method or "", request.path, body, repr(posted), *names)
    answer = run_once(request.actor.user, key, body_hash, effect)  # type: ignore[attr-defined]
    response: HttpResponse = (
        HttpResponse(status=answer.status) if answer.status == 204 else JsonResponse(answer.body, status=answer.status, safe=False)
    )
    for name, value in answer.headers.items():
        response[name] = value
    if answer.repeated:
        response["Idempotency-Replayed"] = "true"
    return response
