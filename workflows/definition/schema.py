"""The published JSON Schema (2020-12) of workflow documents, made from the vocabulary that `shape` checks by."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from desk.formschema.kinds import KINDS as FIELD_KINDS
from workflows.definition import format as f
from workflows.definition import vocabulary as v

ADDRESS = "urn:flowtic:workflow:1"
# [-]P with at least one part, weeks alone, T followed by something; only lengths above nothing make sense.
DURATION = r"^P(?!$)(?:[0-9]{1,6}W|(?:[0-9]{1,6}D)?(?:T(?=[0-9])(?:[0-9]{1,8}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,11}S)?)?)$"

Schema = dict[str, Any]
_SHARED: dict[str, v.Shape] = {"owner": v.OWNER, "due": v.DUE, "source": v.SOURCE, "receiver": v.RECEIVER}


@lru_cache(maxsize=1)
def document_schema() -> Schema:
    """The whole schema; treat it as read-only."""
    document = _object(v.DOCUMENT)
    document["properties"]["fields"]["items"] = {"$ref": "#/$defs/field"}
    document["properties"]["steps"]["items"] = {"$ref": "#/$defs/step"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "Flowtic workflow",
        "description": "One version of a workflow. docs/workflow-format.md explains every part with examples.",
        **document,
        "$defs": {
            "localised": _localised_schema(),
            "condition": _condition(),
            "form": _form(),
            "field": _field(),
            "step": {
                "type": "object",
                "required": ["key", "kind"],
                "properties": {"kind": {"enum": list(f.KINDS)}},
                "allOf": [_when(kind) for kind in f.KINDS],
            },
            **{name: _print(shape) for name, shape in _SHARED.items()},
            **{f"step_{kind}": _object(shape) for kind, shape in v.STEPS.items()},
        },
    }


def _when(kind: str) -> Schema:
    """A step of the kind has the kind's shape: says more clearly than oneOf what is wrong."""
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"$ref": f"#/$defs/step_{kind}"},
    }


def _reference(shape: v.Shape) -> Schema:
    """A reference for what has a name of its own, else the shape itself."""
    for name, shared in _SHARED.items():
        if shape is shared:
            return {"$ref": f"#/$defs/{name}"}
    return _print(shape)


def _print(shape: v.Shape) -> Schema:
    return _PRINTERS[type(shape)](shape)


def _text(shape: v.Text) -> Schema:
    found: Schema = {"type": "string", "minLength": 0 if shape.empty else 1, "maxLength": shape.longest}
    return {**found, "pattern": f"^(?:{shape.pattern})$"} if shape.pattern else found


def _localised(shape: v.Localised) -> Schema:
    return {
        "$ref": "#/$defs/localised",
        "if": {"type": "string"},
        "then": {"maxLength": shape.longest},
        "else": {"additionalProperties": {"maxLength": shape.longest}},
    }


def _list_of(shape: v.ListOf) -> Schema:
    return {"type": "array", "minItems": shape.least, "maxItems": shape.most, "items": _reference(shape.of)}


def _map_of(shape: v.MapOf) -> Schema:
    return {
        "type": "object",
        "minProperties": shape.least,
        "maxProperties": shape.most,
        "propertyNames": _print(shape.names),
        "additionalProperties": _reference(shape.of),
    }


def _object(shape: v.Object) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {name: _reference(part) for name, part in shape.parts.items()},
        "additionalProperties": False,
    }
    if shape.required:
        found["required"] = list(shape.required)
    if shape.one_of:
        found["oneOf"] = [{"required": [name]} for name in shape.one_of]
    return found


def _either(shape: v.Either) -> Schema:
    return {"anyOf": [_reference(one) for one in shape.shapes]}


_PRINTERS: dict[type, Callable[[Any], Schema]] = {
    v.Text: _text,
    v.Localised: _localised,
    v.Whole: lambda shape: {"type": "integer", "minimum": shape.least, "maximum": shape.most},
    v.Choice: lambda shape: {"enum": list(shape.values)},
    v.Flag: lambda shape: {"type": "boolean"},
    v.Duration: lambda shape: {"type": "string", "pattern": DURATION, "maxLength": 50},
    v.Condition: lambda shape: {"$ref": "#/$defs/condition"},
    v.FormSchema: lambda shape: {"$ref": "#/$defs/form"},
    v.AnyJson: lambda shape: {},
    v.ListOf: _list_of,
    v.MapOf: _map_of,
    v.Object: _object,
    v.Either: _either,
}


def _localised_schema() -> Schema:
    text = {"type": "string"}
    languages = {"type": "object", "properties": {"de": text, "en": text}, "additionalProperties": False}
    return {"description": "A text, or one per language.", "anyOf": [text, {**languages, "minProperties": 1}]}


def _condition() -> Schema:
    from flowtic.core.comparison import OPS

    inner: Schema = {"$ref": "#/$defs/condition"}
    group: Schema = {"type": "array", "minItems": 1, "maxItems": 100, "items": inner}
    leaf = {"field": _print(v.PATH), "op": {"enum": list(OPS)}, "value": {}}
    shapes: list[tuple[Schema, list[str]]] = [
        (leaf, ["field", "op"]),
        ({"formula": {"type": "string", "minLength": 1, "maxLength": 500}}, ["formula"]),
        ({"all": group}, ["all"]),
        ({"any": group}, ["any"]),
        ({"not": inner}, ["not"]),
        ({}, []),
    ]
    return {
        "description": "A comparison, a formula (CEL), or several with all, any, not. {} and null are always true.",
        "anyOf": [
            {"type": "null"},
            *(
                {"type": "object", "properties": parts, "required": needed, "additionalProperties": False}
                for parts, needed in shapes
            ),
        ],
    }


def _form() -> Schema:
    fields: Schema = {"type": "array", "maxItems": f.MAX_FIELDS, "items": {"$ref": "#/$defs/field"}}
    page: Schema = {
        "type": "object",
        "required": ["fields"],
        "properties": {"key": {"type": "string"}, "title": {"$ref": "#/$defs/localised"}, "fields": fields},
    }
    pages: Schema = {"type": "array", "minItems": 1, "maxItems": 20, "items": page}
    return {
        "type": "object",
        "properties": {"pages": pages, "fields": fields},
        "anyOf": [{"required": ["pages"]}, {"required": ["fields"]}],
    }


def _field() -> Schema:
    text: Schema = {"$ref": "#/$defs/localised"}
    choice = {"type": "object", "required": ["value"], "properties": {"value": {"type": "string"}, "label": text}}
    return {
        "type": "object",
        "required": ["key"],
        "properties": {
            "key": _print(v.KEY),
            "kind": {"enum": list(FIELD_KINDS)},
            "label": text,
            "help": text,
            "required": {"type": "boolean"},
            "default": {},
            "min": {"type": ["number", "string", "null"]},
            "max": {"type": ["number", "string", "null"]},
            "pattern": {"type": "string"},
            "pattern_hint": text,
            "choices": {"type": "array", "items": {"anyOf": [{"type": "string"}, choice]}},
            "show_when": {"$ref": "#/$defs/condition"},
            "maps_to": {"type": "string"},
            "internal": {"type": "boolean"},
        },
    }
