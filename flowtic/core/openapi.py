"""The OpenAPI document: ninja's, made to say what the API really answers.

Without a token it is general. With one (or with a session, for the docs page) it names the desk's own words: statuses,
departments, request types with their fields. Apps say how with `@shape`; a place in a schema asks with "x-desk".
"""

import copy
import functools
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from ninja.openapi.schema import OpenAPISchema

from flowtic.core.actor import Actor
from flowtic.core.api import answer
from flowtic.core.problem import MEDIA_TYPE

Node = dict[str, Any]
# (reader, node) -> the node made particular, None when nothing at all would be accepted there
Shaper = Callable[[Actor, Node], Node | None]

DESCRIPTION = """
Every call needs `Authorization: Bearer <token>`; tokens are made on the profile page or with `manage.py create_token`.

- **Errors** are `application/problem+json` (RFC 9457) with `code`, `detail`, `errors[{field, message}]`, `request_id`.
  What you may not see is 404 (403 `not_available` where a body names it); what you see but may not do is 403.
- **Lists** are `{"results", "next"}`; pass `next` as `?cursor=` with the same filters and sort order.
  `?count=true` counts, no further than 10000.
- **Repeating a POST** is safe with an `Idempotency-Key` header (up to 200 characters, kept 24 hours): the same body
  gets the same answer with `Idempotency-Replayed: true`, another body 422.
- **Versions**: answers with one ticket carry `ETag`; send it as `If-Match` with PATCH and PUT to change only the
  version that you know (else 412).
- **Times** are RFC 3339 in UTC. Names and sentences come in German or English after `Accept-Language`.
""".strip()

_shapers: dict[str, Shaper] = {}


def shape(name: str) -> Callable[[Shaper], Shaper]:
    """Registers what "x-desk": name becomes for a reader."""

    def add(function: Shaper) -> Shaper:
        _shapers[name] = function
        return function

    return add


def vocabulary(name: str, keys: Callable[[Actor], list[str]]) -> None:
    """Registers a set of keys: texts of that kind are one of these."""

    @shape(name)
    def one_of(reader: Actor, _node: Node) -> Node | None:
        found = keys(reader)
        return {"type": "string", "enum": found} if found else None


class Document(OpenAPISchema):
    """ninja's document with the scope, the media type of errors and the headers of answers."""

    def operation_details(self, operation: Any) -> Node:
        details = super().operation_details(operation)
        scope = getattr(next(iter(operation.auth_callbacks), None), "scope", "")
        text = " ".join(details.get("description", "").split())
        details["description"] = f"{text} Scope: `{scope}`." if scope else text
        method = operation.methods[0]
        for status, response in details["responses"].items():
            if status >= 400:
                content = response.get("content")
                if not content:  # said by the web server, in its own form
                    continue
                response["content"] = {MEDIA_TYPE: next(iter(content.values()))}
            response["headers"] = _headers(status, method)
        return details

    def responses(self, operation: Any) -> dict[int, Node]:
        found = super().responses(operation)
        for status, model in operation.response_models.items():
            if model is not None and model.model_fields["response"].annotation is bytes:
                found[status]["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
        return found


def _headers(status: int, method: str) -> Node:
    names = {"X-Request-ID": "The id of this request in the logs."}
    if status == 201:
        names["Location"] = "Where the new object is."
    if status == 429:
        names["Retry-After"] = "Seconds to wait."
    if method == "POST" and status < 300:
        names["Idempotency-Replayed"] = "`true` when this is the stored answer of an earlier request."
    optional = ("Idempotency-Replayed",)
    return {
        name: {"description": text, "schema": {"type": "string"}, "required": name not in optional}
        for name, text in names.items()
    }


@functools.cache
def _general(api: Any) -> Node:
    return dict(Document(api, path_prefix=api.get_root_path({})))


def document(api: Any, reader: Actor | None) -> Node:
    """The document as this reader may see it."""
    return _filled(copy.deepcopy(_general(api)), reader) or {}


def document_view(request: HttpRequest, api: Any) -> HttpResponse:
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    return answer(document(api, _reader(request)))


def _reader(request: HttpRequest) -> Actor | None:
    found = re.match(r"^Bearer (\S+)$", request.headers.get("Authorization", ""), re.IGNORECASE)
    if found:
        actor: Actor | None = import_string(settings.FLOWTIC_TOKEN_BACKEND)(found[1])
    else:
        actor = Actor(request.user, "web") if request.user.is_authenticated else None
    return actor if actor is not None and actor.is_person else None


def _filled(node: Any, reader: Actor | None) -> Any:
    """The node with every "x-desk" answered; None where nothing can be said, so that the place above leaves it out."""
    if isinstance(node, list):
        return [item for item in (_filled(item, reader) for item in node) if item is not None]
    if not isinstance(node, dict):
        return node
    found: Node = {}
    for key, value in node.items():
        if key == "x-desk":
            continue
        if key in ("properties", "schemas"):
            found[key] = {n: s for n, part in value.items() if (s := _filled(part, reader)) is not None}
        elif (part := _filled(value, reader)) is not None or value is None:
            found[key] = part
        elif key in ("items", "schema"):
            return None
    if "patternProperties" in found:  # what fits none of the patterns is refused
        found.setdefault("additionalProperties", False)
    if found.get("anyOf") == [] or ("required" in found and set(_names(found)) - set(found.get("properties", ()))):
        return None
    if reader is not None and "x-desk" in node and node["x-desk"] in _shapers:
        return _shapers[node["x-desk"]](reader, found)
    return found


def _names(node: Node) -> list[str]:
    names = node["required"]
    return names if isinstance(names, list) and "properties" in node else []
