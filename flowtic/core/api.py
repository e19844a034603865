"""Ground of the REST API's operations: who is at the door, what a body may hold, how answers look."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.security import HttpBearer

from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.api_shapes import MAX_ID, Problem
from flowtic.core.errors import BadRequest, CommandError, Forbidden, NotFound, PreconditionFailed
from flowtic.core.idempotency import Answer, fingerprint, run_once
from flowtic.core.paging import Sort, bounded_count, page
from flowtic.core.plain_text import VISIBLE_LINE

M = TypeVar("M", bound=Model)

_NUMBER = re.compile(r"^[0-9]{1,19}$")
_VISIBLE = re.compile(VISIBLE_LINE)

# ---- who is at the door --------------------------------------------------------------


class UnsupportedMediaType(CommandError):
    code = "unsupported_media_type"
    status = 415
    title = gettext_lazy("This media type is not understood here")


class TooLarge(CommandError):
    code = "body_too_large"
    status = 413
    title = gettext_lazy("The request is too large")


class BearerToken(HttpBearer):
    """`Authorization: Bearer <token>` with `scope`; sets `request.actor`. Sessions do not count here.

    `query`: the parameters the operation knows, any other is refused; `media`: the types a body may have.
    """

    def __init__(self, scope: str, query: Mapping[str, Any], media: tuple[str, ...]) -> None:
        super().__init__()
        self.scope, self.query, self.media = scope, query, media

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor: Actor | None = import_string(settings.FLOWTIC_TOKEN_BACKEND)(token)
        if actor is None:
            return None
        ratelimit.limit("api", f"u{actor.user.pk}")
        request.actor, request.user = actor, actor.user  # type: ignore[attr-defined]
        if self.scope:
            need(request, self.scope)
        unknown = [name for name in request.GET if name not in self.query]
        if unknown:
            names = [re.sub(r"[\x00-\x1f\x7f]", "?", name)[:60] for name in unknown[:20]]
            raise BadRequest(
                _("Some parameters do not exist here."), fields=dict.fromkeys(names, _("unknown parameter"))
            )
        self._check_body(request)
        return actor

    def _check_body(self, request: HttpRequest) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.FLOWTIC_MAX_BODY:
            raise TooLarge(_("The request is too large."))
        if self.media and length != "0" and request.content_type not in self.media:
            raise UnsupportedMediaType(_("Please send %(types)s.") % {"types": ", ".join(self.media)})


def actor_of(request: HttpRequest) -> Actor:
    """Who the token belongs to."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def need(request: HttpRequest, scope: str) -> Actor:
    """The request's actor if its token carries `scope`; raises Forbidden."""
    actor = actor_of(request)
    if not actor.may_use(scope):
        raise Forbidden(_("The token lacks the scope %(scope)s.") % {"scope": scope}, scope=scope)
    return actor


def reads(scope: str, answer: Any, *errors: int, query: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Keyword arguments of an operation that only reads; `query`: JSON schema by parameter name."""
    parameters = [_parameter(name, schema) for name, schema in (query or {}).items() if schema is not None]
    # Lists of values can outgrow an address; the web server says so before the application is asked.
    too_long = {414: None} if any(one["schema"].get("type") == "array" for one in parameters) else {}
    return {
        "auth": BearerToken(scope, query or {}, ()),
        "response": {200: answer, **dict.fromkeys(sorted({400, 401, 403, 429, *errors}), Problem), **too_long},
        "openapi_extra": {"parameters": parameters} if parameters else None,
    }


def writes(
    scope: str, answers: dict[int, Any], *errors: int, media: tuple[str, ...] = ("application/json",), **more: Any
) -> dict[str, Any]:
    """Keyword arguments of an operation that changes something; `media`: what its body may be, () when it has none."""
    with_body = {413, 415, 422} if media else set()
    statuses = sorted({400, 401, 403, 429, 503, *with_body, *errors})
    return {"auth": BearerToken(scope, {}, media), "response": {**answers, **dict.fromkeys(statuses, Problem)}, **more}


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    text = {"description": schema["description"]} if "description" in schema else {}
    bare = {key: value for key, value in schema.items() if key != "description"}
    return {"in": "query", "name": name, "required": False, "schema": bare, **text}


# ---- reading -------------------------------------------------------------------------

PAGE = {
    # In the document's text only: no schema tells a cursor that was handed out from one that was made up.
    "cursor": None,
    "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 25},
    "count": {"type": "boolean", "description": '`true` adds `count`, counted no further than 10000 ("10000+").'},
}


def listing(
    request: HttpRequest, rows: QuerySet[M], sort: Sort, show: Callable[[list[M]], list[dict[str, Any]]]
) -> HttpResponse:
    """One page of `rows` as `{"results", "next"}`."""
    found = page(rows, sort, cursor=request.GET.get("cursor", ""), limit=_limit(request))
    body: dict[str, Any] = {"results": show(found.rows), "next": found.next or None}
    if flag(request, "count"):
        body["count"] = bounded_count(rows)
    return answer(body)


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", "25")
    if not _NUMBER.match(text) or not 1 <= int(text) <= 100:
        raise wrong_parameter("limit", _("Please give a number from 1 to 100."))
    return int(text)


def flag(request: HttpRequest, name: str) -> bool:
    """A boolean parameter; raises BadRequest for anything but true and false."""
    text = request.GET.get(name, "false")
    if text not in ("true", "false"):
        raise wrong_parameter(name, _("Please say true or false."))
    return text == "true"


def words(request: HttpRequest, name: str, longest: int) -> str | None:
    """The text of a search parameter, None without it; raises BadRequest when it is empty, too long or not plain."""
    text = request.GET.get(name)
    if text is not None and (len(text) > longest or not _VISIBLE.fullmatch(text)):
        raise wrong_parameter(name, _("Please give 1 to %(longest)s characters.") % {"longest": longest})
    return text


def wrong_parameter(name: str, message: str) -> BadRequest:
    return BadRequest(_("Some parameters are not valid."), fields={name: message})


def id_in_path(text: str) -> int:
    """A number out of the address; raises NotFound for anything no row can have."""
    if not _NUMBER.match(text) or not 0 < int(text) <= MAX_ID:
        raise NotFound()
    return int(text)


def expected_version(request: HttpRequest) -> int | None:
    """The version `If-Match` demands, None without one. Raises PreconditionFailed for what can match nothing."""
    header = request.headers.get("If-Match", "*").strip()
    if header == "*":
        return None
    bare = header.strip('"')
    if not _NUMBER.match(bare) or header != f'"{bare}"':
        raise PreconditionFailed(_("If-Match must be the ETag of the version that you know."))
    return int(bare)


# ---- answering -----------------------------------------------------------------------


def stamp(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON answer; 204 without a body."""
    if status == 204:
        return HttpResponse(status=204)
    response = JsonResponse(body, status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def once(request: HttpRequest, effect: Callable[[], Answer]) -> HttpResponse:
    """Runs a POST's effect at most once per `Idempotency-Key` and answers it (again)."""
    key = request.headers.get("Idempotency-Key", "")
    given = run_once(actor_of(request).user, key, _body_hash(request) if key else "", effect)
    repeated = {"Idempotency-Replayed": "true"} if given.repeated else {}
    return answer(given.body, given.status, {**given.headers, **repeated})


def _body_hash(request: HttpRequest) -> str:
    where = (request.method or "", request.path)
    if request.content_type != "multipart/form-data":
        return fingerprint(*where, request.body)
    posted = repr(sorted((name, values) for name, values in request.POST.lists()))
    parts: list[bytes | str] = [*where, posted]
    for name, files in request.FILES.lists():
        for item in files:
            parts += [name, item.name or "", b"".join(item.chunks())]
            item.seek(0)
    return fingerprint(*parts)
