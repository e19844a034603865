"""Dotted paths into plain data: requester.department, steps.check.outcome, items.0.name."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
LONGEST = 120
DEEPEST = 10


def is_path(text: Any) -> bool:
    """Whether the text can be a path at all."""
    return isinstance(text, str) and len(text) <= LONGEST and text.count(".") < DEEPEST and bool(PATH.fullmatch(text))


def find(values: Any, path: str) -> Any:
    """What lies at the path, None when there is nothing.

    A mapping may hold a dotted key as one word ({"ticket.priority": …}) or nested; in lists, numbers count from 0.
    """
    if isinstance(values, Mapping):
        if path in values:
            return values[path]
        start = path.find(".")
        while start != -1:
            head = path[:start]
            if head in values:
                return find(values[head], path[start + 1 :])
            start = path.find(".", start + 1)
        return None
    if isinstance(values, Sequence) and not isinstance(values, str | bytes):
        head, _dot, rest = path.partition(".")
        if not (head.isascii() and head.isdigit() and len(head) <= 6) or int(head) >= len(values):
            return None
        return find(values[int(head)], rest) if rest else values[int(head)]
    return None


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with dotted keys unfolded: {"a.b": 1} becomes {"a": {"b": 1}}."""
    result: dict[str, Any] = {}
    for key in sorted(values, key=len):
        place, (*folders, last) = result, key.split(".")
        for folder in folders:
            inner = place.get(folder)
            inner = dict(inner) if isinstance(inner, Mapping) else {}
            place[folder] = inner
            place = inner
        value = values[key]
        place[last] = nested(value) if isinstance(value, Mapping) else value
    return result
