"""Custom fields in the agents' list: columns, filters of a request type, and how they read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from desk import formschema
from desk.custom_fields import StoredNames
from desk.field_filters import PREFIX, Known, columns_named, is_field, known_fields, parts, values_of
from desk.formschema.pages import Spec, choices_of, kind_of
from desk.formschema.words import choice_label
from desk.list_rows import Row
from flowtic.core.actor import Actor

SIGNS = {"gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}


@dataclass(frozen=True)
class Control:
    """One field in the filter form: a choice of options, or one or two texts."""

    name: str
    label: str
    kind: str  # "choice", "text", "number", "date", "time"
    value: str = ""
    least: str = ""
    most: str = ""
    options: tuple[tuple[str, str], ...] = ()
    column: bool = False


def with_columns(actor: Actor, rows: list[Row], columns: list[Known]) -> list[Row]:
    """The rows with the words of these fields."""
    if not columns:
        return rows
    found = values_of(actor, [row.ticket.pk for row in rows], columns)
    specs = {field.key: field.spec for field in columns}
    names = StoredNames((specs[key], value) for values in found.values() for key, value in values.items())
    return [
        replace(row, extra=tuple(_words(field.spec, found.get(row.ticket.pk, {}), names) for field in columns))
        for row in rows
    ]


def fitting(actor: Actor, given: dict[str, list[str]], types: list[str]) -> dict[str, list[str]]:
    """Without the filters of another request type's fields: the form still sends them when the type is changed."""
    if not types or not any(map(is_field, given)):
        return given
    known = known_fields(actor, types)
    return {name: values for name, values in given.items() if not is_field(name) or parts(name)[0] in known}


def columns_of(actor: Actor, params: Mapping[str, Any], types: list[str]) -> list[Known]:
    """The columns an address asks for, in one list or as several parameters. Raises BadRequest."""
    several = params.getlist("columns") if hasattr(params, "getlist") else [params.get("columns", "")]
    names = [name for text in several for name in text.split(",") if name]
    if types:
        known = known_fields(actor, types)
        names = [name for name in names if parts(name)[0] in known]
    return columns_named(actor, ",".join(names), types)


def controls(actor: Actor, given: Mapping[str, list[str]], columns: list[Known]) -> list[Control]:
    """The fields of the one request type that the list is filtered by."""
    types = given.get("request_type", [])
    if len(types) != 1:
        return []
    shown = {field.key for field in columns}
    known = known_fields(actor, types).values()
    return [_control(field, given, field.key in shown) for field in known]


def label_of_filter(known: Mapping[str, Known], name: str) -> str:
    """ "field.amount__gte" as a chip says it: "Amount ≥"."""
    key, comparison = parts(name)
    label = formschema.label_of(known[key].spec) if key in known else key
    return f"{label} {SIGNS[comparison]}" if comparison else label


def said(known: Mapping[str, Known], name: str, value: str) -> str:
    """A filter's value as a chip says it."""
    key, _comparison = parts(name)
    spec = known[key].spec if key in known else {"key": key}
    if kind_of(spec) == "yes_no":
        return _("Yes") if value == "true" else _("No")
    if kind_of(spec) == "date":
        return formschema.value_words(spec, value)
    return choice_label(spec, value) if value in choices_of(spec) else value


def _words(spec: Spec, values: Mapping[str, Any], names: formschema.Names) -> str:
    return formschema.value_words(spec, values.get(spec["key"]), names)[:200]


def _control(field: Known, given: Mapping[str, list[str]], column: bool) -> Control:
    kind, name = kind_of(field.spec), f"{PREFIX}{field.key}"
    value = ", ".join(given.get(name, []))
    options: tuple[tuple[str, str], ...] = ()
    if kind in ("choice", "multi_choice"):
        options = tuple((choice, choice_label(field.spec, choice)) for choice in choices_of(field.spec))
    elif kind == "yes_no":
        options = (("true", _("Yes")), ("false", _("No")))
    shape = {"number": "number", "money": "number", "date": "date", "time": "time"}.get(kind, "text")
    return Control(
        name,
        formschema.label_of(field.spec),
        "choice" if options else shape,
        value,
        ", ".join(given.get(f"{name}__gte", [])),
        ", ".join(given.get(f"{name}__lte", [])),
        options,
        column,
    )
