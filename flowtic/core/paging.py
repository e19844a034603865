"""Keyset paging for pages and API: never an offset, never a count on load."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from flowtic.core.errors import BadRequest

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of rows with the cursors of its neighbours ('' where there is none)."""

    rows: list[M]
    next: str
    first: bool


@dataclass(frozen=True)
class Sort:
    """A sort order: a name for URLs and columns that are never NULL, each with '-' for descending; `id` breaks ties."""

    name: str
    columns: tuple[str, ...]

    def order_by(self) -> list[str]:
        return [*self.columns, self._tie]

    @property
    def _tie(self) -> str:
        return "-pk" if self.columns[0].startswith("-") else "pk"

    def after(self, values: Sequence[Any]) -> Q:
        """Rows that come behind the row with these values."""
        condition, equal = Q(), Q()
        for column, value in zip(self.order_by(), values, strict=True):
            name, behind = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
            condition |= equal & Q(**{f"{name}__{behind}": value})
            equal &= Q(**{name: value})
        # The first column once more as a plain bound: with it the databases walk the index from the cursor on.
        bound = self.order_by()[0]
        lead = Q(**{f"{bound.lstrip('-')}__{'lte' if bound.startswith('-') else 'gte'}": values[0]})
        return lead & condition


def page(rows: QuerySet[M], sort: Sort, *, cursor: str = "", limit: int = 25) -> Page[M]:
    """The page after `cursor`. Raises BadRequest for a cursor that is none or belongs to another sort order."""
    ordered = rows.order_by(*sort.order_by())
    if cursor:
        ordered = ordered.filter(sort.after(_decode(cursor, sort, rows)))
    return cut(list(ordered[: limit + 1]), sort, limit, first=not cursor)


def cut(found: list[M], sort: Sort, limit: int, *, first: bool = True) -> Page[M]:
    """The page out of rows in its order, of which one more than `limit` was read to know whether more follow."""
    more = len(found) > limit
    found = found[:limit]
    return Page(found, _encode(found[-1], sort) if more else "", first=first)


def _value_of(row: Model, column: str) -> Any:
    value: Any = row
    for part in column.lstrip("-").split("__"):
        value = getattr(value, part)
    return value


def _encode(row: Model, sort: Sort) -> str:
    values = [_value_of(row, column) for column in sort.order_by()]
    plain = [_plain(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps([sort.name, *plain]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _decode(cursor: str, sort: Sort, rows: QuerySet[Any]) -> list[Any]:
    wrong = BadRequest(_("This page mark is not valid. Please start at the first page."), fields={"cursor": "invalid"})
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, TypeError, UnicodeError, RecursionError):
        raise wrong from None
    columns = sort.order_by()
    if name != sort.name or len(values) != len(columns):
        raise wrong
    try:
        return [_typed(value, column, rows) for value, column in zip(values, columns, strict=True)]
    except (ValueError, TypeError, OverflowError, InvalidOperation):  # overflow: at the edge of time, with an offset
        raise wrong from None


def _field(column: str, rows: QuerySet[Any]) -> Any:
    """The model field behind a column of the order; the rows may carry it as an annotation."""
    if column in rows.query.annotations:
        return rows.query.annotations[column].output_field
    model: Any = rows.model
    *path, last = column.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _typed(value: Any, column: str, rows: QuerySet[Any]) -> Any:
    kind = _field(column.lstrip("-"), rows).get_internal_type()
    if kind == "DateTimeField":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("naive")
        return moment.astimezone(UTC)
    if kind == "DecimalField":
        number = Decimal(value) if isinstance(value, str) and len(value) <= 40 else None
        if number is None or not number.is_finite() or abs(number) >= 10**18:
            raise ValueError("decimal")
        return number
    if "Char" in kind or "Text" in kind:
        if not isinstance(value, str) or "\0" in value:
            raise ValueError("text")
        return value
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**62:
        raise ValueError("number")
    return value


def bounded_count(rows: QuerySet[Any], cap: int = 10_000) -> str:
    """The number of rows as text, "10000+" beyond the cap: never a count over everything."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return f"{cap}+" if number > cap else str(number)
