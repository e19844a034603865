"""Columns of the agents' list, and custom fields there: columns, filters of a request type, and how they read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import formschema
from desk.checklists import progress_of
from desk.custom_fields import StoredNames
from desk.field_filters import PREFIX, Known, columns_named, is_field, is_sortable, known_fields, parts, values_of
from desk.formschema.pages import Spec, choices_of, kind_of
from desk.formschema.words import choice_label
from desk.list_rows import STANDARD as STANDARD_NAMES
from desk.list_rows import Row
from desk.models import RequestType, Ticket
from flowtic.core import time_words
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest

MAX_SHOWN = 16
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


@dataclass(frozen=True)
class Heading:
    """A column's head: its state for `aria-sort` ('' when the list is sorted otherwise) and the next click."""

    name: str
    label: str
    classes: str
    width: str
    state: str = ""
    url: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Column:
    """One column as the table prints it; `sort` is the order of the first click, '' where there is none."""

    name: str
    label: str
    classes: str  # of its cells and its head
    width: str  # of its col
    sort: str = ""
    size: str = ""
    hint: str = ""

    @property
    def address(self) -> str:
        return f"{self.name}:{self.size}" if self.size else self.name


# name -> label, classes of cells, class of the column, order of the first click. The subject cannot be left out.
STANDARD: dict[str, tuple[str | Promise, str, str, str]] = {
    "number": (gettext_lazy("No."), "c-id", "col-id", "-created"),
    "subject": (gettext_lazy("Subject"), "c-sub", "", ""),
    "status": (gettext_lazy("Status"), "c-st", "col-st", ""),
    "requester": (gettext_lazy("Requester"), "c-req", "col-req", ""),
    "department": (gettext_lazy("Department"), "c-dep", "col-dep", ""),
    "assignee": (gettext_lazy("Assignee"), "c-ass", "col-ass", ""),
    "due": (gettext_lazy("Due"), "c-sla", "col-sla", "due"),
    "updated": (gettext_lazy("Activity"), "c-upd", "col-upd", "-updated"),
}
MORE: dict[str, tuple[str | Promise, str, str, str]] = {
    "created": (gettext_lazy("Created"), "c-dep", "col-dep", "-created"),
    "kind": (gettext_lazy("Kind"), "c-dep", "col-dep", ""),
    "source": (gettext_lazy("Source"), "c-dep", "col-dep", ""),
    "language": (gettext_lazy("Language"), "c-dep", "col-dep", ""),
    "request_type": (gettext_lazy("Request type"), "c-dep", "col-dep", ""),
    "checklist": (gettext_lazy("Checklist"), "c-dep num", "col-dep", ""),
}
SIZES = ("s", "m", "l")
FIELDS_OF = {"kind": ("kind",), "source": ("source",), "language": ("language",), "request_type": ("request_type",)}
AFTER = "status"  # fields alone are put behind it


class Columns:
    """The columns that an address asks for. Fields alone stand beside the usual ones, other names are all."""

    def __init__(self, actor: Actor, text: str, types: list[str]) -> None:
        self.actor, self.types = actor, types
        names, sizes = _sized(text)
        asked = [name for name in names if not name.startswith(PREFIX)]
        if unknown := [name for name in asked if name not in STANDARD and name not in MORE]:
            raise BadRequest(
                _("The filter %(name)s is not valid.") % {"name": "columns"},
                fields={"columns": _("There is no column %(name)s.") % {"name": unknown[0][:60]}},
            )
        self.known = {f"{PREFIX}{field.key}": field for field in _fields(actor, names, types)}
        names = [name for name in names if name in self.known or not name.startswith(PREFIX)]
        self.is_standard = not asked
        if not asked:
            place = list(STANDARD).index(AFTER) + 1
            names = [*list(STANDARD)[:place], *self.known, *list(STANDARD)[place:]]
        elif "subject" not in names:
            names.insert(names.index("number") + 1 if "number" in names else 0, "subject")
        self.names = list(dict.fromkeys(names))
        self.sizes = {name: size for name, size in sizes.items() if name in self.names}

    @property
    def fields(self) -> list[Known]:
        return list(self.known.values())

    @property
    def extra(self) -> list[str]:
        """The columns whose words are not part of every row."""
        return [name for name in self.names if name not in STANDARD]

    @property
    def model_fields(self) -> list[str]:
        return [field for name in self.names for field in FIELDS_OF.get(name, ())]

    @property
    def address(self) -> str:
        """As the address names them; '' for the usual ones."""
        if self.is_standard and not self.sizes:
            return ",".join(self.known)
        return ",".join(f"{name}:{self.sizes[name]}" if name in self.sizes else name for name in self.names)

    def shown(self) -> list[Column]:
        return [self.column(name) for name in self.names]

    def offered(self) -> list[Column]:
        """Those that could be added."""
        fields = known_fields(self.actor, self.types) if len(self.types) == 1 else {}
        more = {f"{PREFIX}{key}": field for key, field in fields.items()}
        names = [name for name in [*STANDARD, *MORE, *more] if name not in self.names]
        return [self.column(name, more.get(name)) for name in names]

    def column(self, name: str, known: Known | None = None) -> Column:
        size = self.sizes.get(name, "")
        width = f" col-size-{size}" if size else ""
        if field := known or self.known.get(name):
            label, sort = formschema.label_of(field.spec), name if is_sortable(field) else ""
            return Column(name, label, "c-dep", f"col-dep{width}", sort, size)
        title, classes, col, sort = {**STANDARD, **MORE}[name]
        hint = _("Least time left first, then the more urgent, then the older ticket") if name == "due" else ""
        return Column(name, str(title), classes, f"{col}{width}".strip(), sort, size, hint)


def _sized(text: str) -> tuple[list[str], dict[str, str]]:
    names, sizes = [], {}
    for part in text.split(","):
        name, _colon, size = part.strip().partition(":")
        if name and name != "standard":
            names.append(name)
            if size in SIZES:
                sizes[name] = size
    return list(dict.fromkeys(names))[:MAX_SHOWN], sizes


def _fields(actor: Actor, names: list[str], types: list[str]) -> list[Known]:
    wanted = [name for name in names if name.startswith(PREFIX)]
    if types and wanted:
        known = known_fields(actor, types)
        wanted = [name for name in wanted if parts(name)[0] in known]
    return columns_named(actor, ",".join(wanted), types)


def with_columns(actor: Actor, rows: list[Row], columns: Columns) -> list[Row]:
    """The rows with the words of the columns that not every list has."""
    extra, shown = columns.extra, tuple(columns.names)
    if not rows or not extra:
        return rows if shown == STANDARD_NAMES else [replace(row, names=shown) for row in rows]
    found = values_of(actor, [row.ticket.pk for row in rows], columns.fields)
    specs = {field.key: field.spec for field in columns.fields}
    names = StoredNames((specs[key], value) for values in found.values() for key, value in values.items())
    types = {row.pk: row.name for row in RequestType.objects.all()} if "request_type" in extra else {}
    progress = progress_of(row.ticket.pk for row in rows) if "checklist" in extra else {}

    def said_of(ticket: Ticket, name: str) -> str:
        if name in columns.known:
            return _words(columns.known[name].spec, found.get(ticket.pk, {}), names)
        if name == "checklist":
            return str(progress.get(ticket.pk, ""))
        return _plain_words(ticket, name, types)

    return [replace(row, names=shown, extra=tuple(said_of(row.ticket, name) for name in extra)) for row in rows]


def _plain_words(ticket: Ticket, name: str, types: Mapping[int, str]) -> str:
    if name == "created":
        return time_words.age(ticket.created_at)
    if name == "request_type":
        return types.get(ticket.request_type_id or 0, "")
    if name == "language":
        return ticket.language.upper()
    return str(ticket.get_kind_display() if name == "kind" else ticket.get_source_display())


def fitting(actor: Actor, given: dict[str, list[str]], types: list[str]) -> dict[str, list[str]]:
    """Without the filters of another request type's fields: the form still sends them when the type is changed."""
    if not types or not any(map(is_field, given)):
        return given
    known = known_fields(actor, types)
    return {name: values for name, values in given.items() if not is_field(name) or parts(name)[0] in known}


def columns_of(actor: Actor, params: Mapping[str, Any], types: list[str]) -> Columns:
    """The columns an address asks for, in one list or as several parameters. Raises BadRequest."""
    several = params.getlist("columns") if hasattr(params, "getlist") else [params.get("columns", "")]
    return Columns(actor, ",".join(several), types)


def controls(actor: Actor, given: Mapping[str, list[str]], columns: Columns) -> list[Control]:
    """The fields of the one request type that the list is filtered by."""
    types = given.get("request_type", [])
    if len(types) != 1:
        return []
    shown = {field.key for field in columns.fields}
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
