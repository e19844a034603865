"""How conditions compare values: never raises, whatever JSON or form data comes in."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone

from flowtic.core import durations

OPS = (
    "is",
    "is_not",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "contains",
    "not_contains",
    "starts_with",
    "empty",
    "not_empty",
    "before",
    "after",
)
WITHOUT_VALUE = ("empty", "not_empty")
OPPOSITE = {"is_not": "is", "not_in": "in", "not_contains": "contains", "not_empty": "empty"}

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.,+\-Z]{4,24})?")


def compare(op: str, left: Any, right: Any, now: datetime) -> bool:
    """Whether `left op right` is true; an unknown operation and values that do not fit each other are false."""
    if op in OPPOSITE:
        return not compare(OPPOSITE[op], left, right, now)
    found = _COMPARISONS.get(op)
    try:
        return bool(found and found(left, right, now))
    except (TypeError, ValueError, ArithmeticError, RecursionError):
        return False


def same(left: Any, right: Any) -> bool:
    """Equality of people: case does not matter, 5 is 5.0, true is not 1, a date is its ISO text."""
    left, right = _plain(left), _plain(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    if isinstance(left, Mapping) or isinstance(right, Mapping):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def moment(value: Any, now: datetime) -> date | datetime | None:
    """The date or moment a value names: ISO text, a date, or a length of time from `now` on (P3D, -P3D)."""
    try:
        if isinstance(value, str):
            return _read(value, now)
        return _aware(value) if isinstance(value, datetime) else value if isinstance(value, date) else None
    except (ValueError, OverflowError):
        return None


def _read(text: str, now: datetime) -> date | datetime | None:
    if _is_relative(text):
        return now + durations.parse(text)
    if not _MOMENT.fullmatch(text):
        return None
    return date.fromisoformat(text) if len(text) == 10 else _aware(datetime.fromisoformat(text))


def _plain(value: Any) -> Any:
    """Folded text, Decimal, bool, list or None."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))  # 0.1 is what was written, not its binary neighbour
    if isinstance(value, date | time):
        return value.isoformat().casefold()
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    return value


def _aware(value: datetime) -> datetime:
    """With a time zone; OverflowError at the ends of the calendar, where there is no local time."""
    return timezone.localtime(timezone.make_aware(value) if timezone.is_naive(value) else value)


def _is(left: Any, right: Any, now: datetime) -> bool:
    return left is not None and right is not None and same(left, right)


def _in(left: Any, right: Any, now: datetime) -> bool:
    if left is None or not isinstance(right, list | tuple | set):
        return False
    several = left if isinstance(left, list | tuple | set) else [left]
    return any(same(one, wanted) for one in several for wanted in right)


def _contains(left: Any, right: Any, now: datetime) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right.casefold() in left.casefold()
    if isinstance(left, list | tuple | set):
        return right is not None and any(same(one, right) for one in left)
    return False


def _starts_with(left: Any, right: Any, now: datetime) -> bool:
    return isinstance(left, str) and isinstance(right, str) and left.casefold().startswith(right.casefold())


def _empty(left: Any, right: Any, now: datetime) -> bool:
    if isinstance(left, str):
        return not left.strip()
    return left is None or (isinstance(left, list | tuple | set | Mapping) and not left)


def _order(left: Any, right: Any, now: datetime) -> int | None:
    """-1, 0, 1, or None when the two have no order."""
    first, second = _plain(left), _plain(right)
    if type(first) is not type(second) or not isinstance(first, str | Decimal):
        return None
    if isinstance(first, str):
        relative = _is_relative(left) or _is_relative(right)
        ordered = None if relative else _moments(left, right, now)
        first, second = ordered or (first, second)
    return (first > second) - (first < second)


def _moments(left: Any, right: Any, now: datetime) -> tuple[Any, Any] | None:
    """Both as moments; both as local dates when one of them is only a date. None unless both are."""
    first, second = moment(left, now), moment(right, now)
    if first is None or second is None:
        return None
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first, second
    return _day(first), _day(second)


def _day(value: date | datetime) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _ordered(wanted: tuple[int, ...]) -> Callable[[Any, Any, datetime], bool]:
    return lambda left, right, now: _order(left, right, now) in wanted


def _before(left: Any, right: Any, now: datetime) -> bool:
    both = None if _is_relative(left) else _moments(left, right, now)
    return both is not None and both[0] < both[1]


def _after(left: Any, right: Any, now: datetime) -> bool:
    both = None if _is_relative(left) else _moments(left, right, now)
    return both is not None and both[0] > both[1]


def _is_relative(value: Any) -> bool:
    """Only the condition may say P3D; a field that holds such a text is no date."""
    return isinstance(value, str) and value.startswith(("P", "-P"))


_COMPARISONS: dict[str, Callable[[Any, Any, datetime], bool]] = {
    "is": _is,
    "in": _in,
    "gt": _ordered((1,)),
    "gte": _ordered((0, 1)),
    "lt": _ordered((-1,)),
    "lte": _ordered((-1, 0)),
    "contains": _contains,
    "starts_with": _starts_with,
    "empty": _empty,
    "before": _before,
    "after": _after,
}
