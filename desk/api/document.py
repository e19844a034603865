"""What the API's document says of this desk: its keys, and a new ticket's fields by request type."""

from accounts.models import Department
from desk.field_filters import PREFIX, known_fields
from desk.formschema import fields_of, label_of
from desk.formschema.kinds import MAX_LINE, MAX_TEXT
from desk.formschema.pages import Spec, choices_of, kind_of
from desk.models import Priority, RequestType, Status
from flowtic.core.actor import Actor
from flowtic.core.openapi import Node, shape, vocabulary
from flowtic.core.plain_text import EMAIL, LINE, VISIBLE_LINE, VISIBLE_TEXT

TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

vocabulary("status", lambda _actor: list(Status.objects.filter(active=True).values_list("key", flat=True)))
vocabulary("any_status", lambda _actor: list(Status.objects.values_list("key", flat=True)))
vocabulary("priority", lambda _actor: list(Priority.objects.values_list("key", flat=True)))
vocabulary("any_department", lambda actor: list(Department.objects.visible_to(actor).values_list("key", flat=True)))
vocabulary("request_type", lambda _actor: [row.key for row in _types()])
vocabulary("field_column", lambda actor: [f"{PREFIX}{key}" for key in known_fields(actor)])
vocabulary("any_request_type", lambda _actor: list(RequestType.objects.values_list("key", flat=True)))

_URL = r"^https?://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,20}(/[A-Za-z0-9._~/-]*)?$"
_KINDS: dict[str, Node] = {
    "text": {"type": "string", "pattern": LINE, "maxLength": MAX_LINE},
    "long_text": {"type": "string", "pattern": TEXT, "maxLength": MAX_TEXT},
    "number": {"type": "number", "exclusiveMinimum": -(10**15), "exclusiveMaximum": 10**15},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"},
    "yes_no": {"type": "boolean"},
    "email": {"type": "string", "pattern": EMAIL, "maxLength": 254},
    "phone": {"type": "string", "pattern": r"^\+?[0-9][0-9 ()/.-]{1,38}[0-9]$"},
    "url": {"type": "string", "pattern": _URL, "maxLength": 500},
}
_VISIBLE = {"text": VISIBLE_LINE, "long_text": VISIBLE_TEXT}
# What a JSON schema of the body cannot say: such forms are described by /request-types alone.
_BEYOND = ("show_when", "pattern", "internal")


def _types() -> list[RequestType]:
    return list(RequestType.objects.filter(active=True).order_by("key"))


def _is_plain(spec: Spec) -> bool:
    kind = kind_of(spec)
    bounded = spec.get("min") is not None or spec.get("max") is not None
    if any(spec.get(name) for name in _BEYOND) or (bounded and kind in ("date", "time")):
        return False
    return kind in _KINDS or kind in ("choice", "multi_choice", "heading")


@shape("ticket_in")
def ticket_in(_reader: Actor, node: Node) -> Node:
    """One variant for tickets without a request type, one for each type with its own fields."""
    properties = {name: part for name, part in node["properties"].items() if name not in ("fields", "request_type")}
    plain = {**node, "properties": properties}
    variants = [_variant(plain, row) for row in _types() if all(_is_plain(spec) for spec in fields_of(row.schema))]
    return {"title": node.get("title", ""), "anyOf": [plain, *variants]} if variants else plain


def _variant(plain: Node, row: RequestType) -> Node:
    specs = _with_values(fields_of(row.schema))
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
    specs = _with_values([spec for row in _types() for spec in fields_of(row.schema) if _is_plain(spec)])
    properties = {name: part for name, part in node["properties"].items() if name != "fields"}
    if specs:
        properties["fields"] = {**_fields(specs), "required": []}
    return {**node, "properties": properties}


def _with_values(specs: list[Spec]) -> list[Spec]:
    return [spec for spec in specs if kind_of(spec) != "heading"]


def _fields(specs: list[Spec]) -> Node:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {spec["key"]: _field(spec) for spec in specs},
        # A field with a default need not be named.
        "required": [spec["key"] for spec in specs if spec.get("required") and spec.get("default") in (None, "", [])],
    }


def _field(spec: Spec) -> Node:
    kind, required = kind_of(spec), bool(spec.get("required"))
    label = label_of(spec)
    title = {"title": label} if label != spec["key"] else {}
    if kind in ("choice", "multi_choice"):
        return {**_choice(spec, kind, required), **title}
    found = {**_KINDS[kind], **title}
    if required and kind in _VISIBLE:
        found |= {"minLength": 1, "pattern": _VISIBLE[kind]}
    names = {
        "number": ("minimum", "maximum"),
        "text": ("minLength", "maxLength"),
        "long_text": ("minLength", "maxLength"),
    }
    found |= {name: spec[key] for name, key in zip(names.get(kind, ()), ("min", "max"), strict=False) if key in spec}
    return found


def _choice(spec: Spec, kind: str, required: bool) -> Node:
    choices = list(choices_of(spec))
    one: Node = {"type": "string", "enum": choices} if choices else {"type": "string", "maxLength": 0}
    if kind == "choice":
        return one
    most = min(spec.get("max", 100), len(choices)) if choices else 0
    return {"type": "array", "items": one, "minItems": max(int(required), spec.get("min", 0)), "maxItems": most} | {
        "uniqueItems": True
    }
