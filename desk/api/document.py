"""What the API's document says of this desk: its keys, and a new ticket's fields by request type."""

from typing import Any

from accounts.models import Department
from desk.models import Priority, RequestType, Status
from flowtic.core.actor import Actor
from flowtic.core.openapi import Node, shape, vocabulary
from flowtic.core.plain_text import EMAIL

vocabulary("status", lambda _actor: list(Status.objects.filter(active=True).values_list("key", flat=True)))
vocabulary("any_status", lambda _actor: list(Status.objects.values_list("key", flat=True)))
vocabulary("priority", lambda _actor: list(Priority.objects.values_list("key", flat=True)))
vocabulary("any_department", lambda actor: list(Department.objects.visible_to(actor).values_list("key", flat=True)))
vocabulary("request_type", lambda _actor: [row.key for row in _types()])
vocabulary("any_request_type", lambda _actor: list(RequestType.objects.values_list("key", flat=True)))

_TEXT = {"type": "string", "pattern": r"^[^\x00]*$", "maxLength": 20_000}
_URL = r"^https?://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,20}(/[A-Za-z0-9._~/-]*)?$"
_KINDS: dict[str, Node] = {
    "text": _TEXT,
    "long_text": _TEXT,
    "number": {"type": "number", "exclusiveMinimum": -(10**17), "exclusiveMaximum": 10**17},
    "date": {"type": "string", "format": "date"},
    "yes_no": {"type": "boolean"},
    "email": {"type": "string", "pattern": EMAIL, "maxLength": 254},
    "url": {"type": "string", "pattern": _URL, "maxLength": 500},
}


def _types() -> list[RequestType]:
    return list(RequestType.objects.filter(active=True).order_by("key"))


@shape("ticket_in")
def ticket_in(_reader: Actor, node: Node) -> Node:
    """One variant for tickets without a request type, one for each type with its own fields."""
    properties = {name: part for name, part in node["properties"].items() if name not in ("fields", "request_type")}
    plain = {**node, "properties": properties}
    variants = [_variant(plain, row) for row in _types()]
    return {"title": node.get("title", ""), "anyOf": [plain, *variants]} if variants else plain


def _variant(plain: Node, row: RequestType) -> Node:
    specs = (row.schema or {}).get("fields", [])
    own: Node = {"request_type": {"const": row.key, "title": row.name}}
    required = [*plain["required"], "request_type"]
    if specs:
        own["fields"] = _fields(specs)
    if any(spec.get("required") for spec in specs):
        required.append("fields")
    return {**plain, "title": f"Ticket: {row.key}", "properties": {**plain["properties"], **own}, "required": required}


@shape("ticket_patch")
def ticket_patch(_reader: Actor, node: Node) -> Node:
    """Any field of any type: which of them the ticket knows depends on its own type (409 for others)."""
    specs = [spec for row in _types() for spec in (row.schema or {}).get("fields", [])]
    properties = {name: part for name, part in node["properties"].items() if name != "fields"}
    if specs:
        properties["fields"] = {**_fields(specs), "required": []}
    return {**node, "properties": properties}


def _fields(specs: list[dict[str, Any]]) -> Node:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {spec["key"]: _field(spec) for spec in specs},
        "required": [spec["key"] for spec in specs if spec.get("required")],
    }


def _field(spec: dict[str, Any]) -> Node:
    kind, required = spec.get("kind", "text"), bool(spec.get("required"))
    title = {"title": spec["label_en"]} if spec.get("label_en") else {}
    if kind in ("choice", "multi_choice"):
        return {**_choice(list(dict.fromkeys(spec.get("choices") or [])), kind, required), **title}
    found = {**_KINDS[kind], **title}
    if required and found["type"] == "string":
        found["minLength"] = 1
    if kind == "number":
        found |= {name: spec[key] for name, key in (("minimum", "min"), ("maximum", "max")) if key in spec}
    return found


def _choice(choices: list[str], kind: str, required: bool) -> Node:
    one: Node = {"type": "string", "enum": choices} if choices else {"type": "string", "maxLength": 0}
    if kind == "choice":
        return one
    return {"type": "array", "items": one, "minItems": int(required), "maxItems": 100 if choices else 0}
