"""Filters, sort orders and columns of lists by custom fields, through TicketFieldValue and its indexes.

Only fields of published forms have a name here; internal ones only for who works tickets, and only on those tickets.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from accounts.models import User
from desk.custom_fields import MAX_ID, row_day, row_number, row_text
from desk.formschema import fields_of
from desk.formschema.kinds import MAX_NUMBER, time_of
from desk.formschema.pages import Spec, kind_of
from desk.models import RequestType, Ticket, TicketFieldValue
from desk.models.ticket import TicketQuerySet, inside_q
from desk.people_search import address_in
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest
from flowtic.core.paging import Sort

PREFIX = "field."
MAX_COLUMNS = 5
COMPARISONS = ("gte", "lte", "gt", "lt")
_NAME = re.compile(r"field\.([a-z][a-z0-9_]{0,58}?)(?:__(gte|lte|gt|lt))?\Z")
# Where the values of a kind stand in TicketFieldValue; kinds that are not named stand in `text`.
_COLUMNS = {"number": "number", "money": "number", "person": "number", "date": "date"}
_COMPARED = ("number", "money", "date", "time")
_UNSORTED = ("multi_choice", "file", "heading", "person", "long_text")


@dataclass(frozen=True)
class Known:
    """A field that lists may be asked about. Types that share its key share it only where the kind is the same."""

    key: str
    spec: Spec
    internal: bool

    @property
    def column(self) -> str:
        return _COLUMNS.get(kind_of(self.spec), "text")


def is_field(name: str) -> bool:
    """Whether a parameter's name has the form of a filter by custom field."""
    return bool(_NAME.match(name))


def parts(name: str) -> tuple[str, str]:
    """ "field.amount__gte" -> ("amount", "gte"); the comparison is '' for equality."""
    found = _NAME.match(name)
    return (found[1], found[2] or "") if found else ("", "")


def known_fields(actor: Actor, request_types: Iterable[str] = ()) -> dict[str, Known]:
    """The fields of all forms, or of those of these request types, that the actor may ask about.

    A key that two forms use for different kinds of values is only known once the request type is chosen.
    """
    rows = RequestType.objects.filter(key__in=list(request_types)) if request_types else RequestType.objects.all()
    found: dict[str, Known | None] = {}
    for schema in rows.order_by("pk").values_list("schema", flat=True):
        for spec in fields_of(schema):
            internal = bool(spec.get("internal"))
            if kind_of(spec) in ("heading", "file") or (internal and not (actor.can_work or actor.is_system)):
                continue
            other = found.get(spec["key"], Known(spec["key"], spec, internal))
            same = other is not None and kind_of(other.spec) == kind_of(spec)
            found[spec["key"]] = Known(spec["key"], other.spec, internal or other.internal) if same and other else None
    return {key: known for key, known in found.items() if known is not None}


def condition(actor: Actor, known: Mapping[str, Known], name: str, values: list[str]) -> Q:
    """Tickets whose field has one of the values, or stands in that order to the one. Raises BadRequest."""
    key, comparison = parts(name)
    field = _field(known, key, name)
    kind = kind_of(field.spec)
    if comparison and (kind not in _COMPARED or len(values) != 1):
        raise _wrong(name, _("This field cannot be compared like this."))
    wanted = [_value(actor, field, name, value) for value in values]
    lookup = f"{field.column}__{comparison}" if comparison else f"{field.column}__in"
    rows = TicketFieldValue.objects.filter(key=key, **{lookup: wanted[0] if comparison else wanted})
    return Q(pk__in=rows.values("ticket_id")) & _readable(actor, field)


def _readable(actor: Actor, field: Known) -> Q:
    """Nobody learns by filtering what they could not read."""
    return inside_q(actor) if field.internal and not actor.works_in_every_department else Q()


def _field(known: Mapping[str, Known], key: str, name: str) -> Known:
    if key not in known:
        raise _wrong(name, _("No form has this field, or several have it: then choose a request type too."))
    return known[key]


def _value(actor: Actor, field: Known, name: str, text: str) -> Any:
    kind = kind_of(field.spec)
    if kind == "person":
        return _person(actor, name, text)
    if field.column == "number":
        number = row_number(text) if len(text) <= 40 else None
        if number is None:
            raise _wrong(name, _("Please give a number."))
        return number
    if field.column == "date":
        try:
            return row_day(date.fromisoformat(text))
        except ValueError:
            raise _wrong(name, _("Please give a date such as 2026-12-31.")) from None
    if kind == "yes_no" and text not in ("true", "false"):
        raise _wrong(name, _("Please say true or false."))
    if kind == "time" and time_of(text) is None:
        raise _wrong(name, _("Please give a time such as 14:30."))
    return row_text(text)


def _person(actor: Actor, name: str, text: str) -> int:
    if text == "me" and actor.user is not None:
        return int(actor.user.pk)
    if text.isascii() and text.isdigit() and len(text) < 19 and 0 < int(text) <= MAX_ID:
        return int(text)
    address = address_in(text)
    if not address:
        raise _wrong(name, _("Please name a person by e-mail address or number."))
    found = User.objects.visible_to(actor).filter(email=address).values_list("pk", flat=True).first()
    return found or 0


def _wrong(field: str, message: str) -> BadRequest:
    return BadRequest(_("The filter %(name)s is not valid.") % {"name": field}, fields={field: message})


_EVERYTHING: dict[str, dict[str, Any]] = {
    "number": {"sorted_by__number__gte": -MAX_NUMBER * 100},
    "date": {"sorted_by__date__gte": datetime(1, 1, 1, tzinfo=UTC)},
    "text": {"sorted_by__text__gt": ""},
}

# ---- sorting -------------------------------------------------------------------------


@dataclass(frozen=True)
class FieldSort(Sort):
    """By the value of a custom field: tickets that have one, in the order of the index of the copy."""

    key: str = ""
    column: str = "text"
    internal: bool = False

    def prepare(self, actor: Actor, rows: TicketQuerySet) -> TicketQuerySet:
        """The rows with the columns that the order needs."""
        if self.internal and not actor.works_in_every_department:
            rows = rows.filter(inside_q(actor))
        copy = FilteredRelation("field_values", condition=Q(field_values__key=self.key))
        # Said as a range, which leads the planners to the index; empty columns are in none.
        rows = rows.annotate(sorted_by=copy).filter(**_EVERYTHING[self.column])
        ticket = F("sorted_by__ticket_id")
        return rows.annotate(sort_value=F(f"sorted_by__{self.column}"), sort_tie=ticket).alias(sort_behind=ticket + 0)

    def after(self, values: Sequence[Any]) -> Q:
        """Rows that come behind the row with these values."""
        value, tie = values
        sign = "lt" if self.columns[0].startswith("-") else "gt"
        # `sort_behind` is the same number as a sum: MariaDB would take the bare column for one of the ticket's and
        # begin with the tickets.
        behind = Q(**{f"sort_value__{sign}": value}) | Q(sort_value=value, **{f"sort_behind__{sign}": tie})
        return Q(**{f"sort_value__{sign}e": value}) & behind

    @property
    def _tie(self) -> str:
        # The copy's own number of the ticket: so the index gives the whole order.
        return "-sort_tie" if self.columns[0].startswith("-") else "sort_tie"


def field_sort(actor: Actor, name: str, request_types: Iterable[str] = ()) -> FieldSort | None:
    """The order that "field.amount" or "-field.amount" names; None for a field that has none."""
    sign, key = ("-", name[1:]) if name.startswith("-") else ("", name)
    plain, comparison = parts(key)
    found = known_fields(actor, request_types).get(plain) if plain and not comparison else None
    if found is None or kind_of(found.spec) in _UNSORTED:
        return None
    return FieldSort(name, (f"{sign}sort_value",), found.key, found.column, found.internal)


def is_sortable(field: Known) -> bool:
    return kind_of(field.spec) not in _UNSORTED


# ---- columns -------------------------------------------------------------------------


def columns_named(actor: Actor, text: str, request_types: Iterable[str] = ()) -> list[Known]:
    """The fields that `columns=field.room,field.amount` asks for. Raises BadRequest."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        return []
    if len(names) > MAX_COLUMNS:
        raise _wrong("columns", _("Please choose at most %(n)d columns.") % {"n": MAX_COLUMNS})
    known = known_fields(actor, request_types)
    found = []
    for name in dict.fromkeys(names):
        key, comparison = parts(name)
        if comparison or not key:
            raise _wrong("columns", _("Please name columns like field.room."))
        found.append(_field(known, key, "columns"))
    return found


def values_of(actor: Actor, ids: list[int], columns: list[Known]) -> dict[int, dict[str, Any]]:
    """Ticket id -> the values of these fields, by key, as far as the actor may read them."""
    if not ids or not columns:
        return {}
    rows = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "fields"))
    inside = set(ids)
    if any(field.internal for field in columns) and not actor.works_in_every_department:
        inside = set(Ticket.objects.internal_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        pk: {
            field.key: fields[field.key]
            for field in columns
            if field.key in fields and (not field.internal or pk in inside)
        }
        for pk, fields in rows.items()
    }
