"""What people type for promises: lengths of working time, and the simple part of a condition."""

import re
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import durations

_LENGTH = re.compile(
    r"(?:(?P<hours>[0-9]{1,5})\s*(?:h|hrs?|hours?|std\.?|stunden?))?\s*"
    r"(?:(?P<minutes>[0-9]{1,6})\s*(?:m|min\.?|minutes?|minuten?))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hours>[0-9]{1,5})(?::(?P<minutes>[0-5][0-9]))?")
# Conditions that have a field of their own in the form.
SIMPLE = {"departments": "ticket.department", "request_types": "ticket.request_type"}


def parse_length(text: str) -> str:
    """`4 h 30 min`, `4:30`, `90 min`, `4` (hours) or `PT4H30M` as ISO text; '' for nothing. ValueError otherwise."""
    text = text.strip()
    if not text:
        return ""
    if text.upper().startswith("P"):
        return durations.text(durations.parse(text.upper()))
    found = _CLOCK.fullmatch(text) or _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(_("Write hours and minutes of working time, such as 4 h 30 min."))
    length = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    if not length:
        raise ValueError(_("A target lies between one second and a year."))
    return durations.text(length)


def split_condition(condition: Any) -> tuple[dict[str, list[str]], Any]:
    """The chosen keys of the simple fields, and what else the condition says ({} for nothing)."""
    leaves = condition.get("all") if isinstance(condition, dict) and set(condition) == {"all"} else None
    rest = list(leaves) if isinstance(leaves, list) else [condition] if condition else []
    chosen: dict[str, list[str]] = {}
    for name, field in SIMPLE.items():
        for leaf in rest:
            if isinstance(leaf, dict) and (leaf.get("field"), leaf.get("op")) == (field, "in"):
                chosen[name] = list(leaf["value"])
                rest.remove(leaf)
                break
    return chosen, rest[0] if len(rest) == 1 else {"all": rest} if rest else {}


def join_condition(chosen: dict[str, list[str]], rest: Any) -> Any:
    """The other way round."""
    leaves: list[Any] = [
        {"field": field, "op": "in", "value": sorted(chosen[name])}
        for name, field in SIMPLE.items()
        if chosen.get(name)
    ]
    if rest:
        together = isinstance(rest, dict) and set(rest) == {"all"} and isinstance(rest["all"], list)
        leaves += rest["all"] if together else [rest]
    return leaves[0] if len(leaves) == 1 else {"all": leaves} if leaves else {}
