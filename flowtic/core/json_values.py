"""JSON values that can be kept: not too deep, not too large, nothing that JSON does not know."""

import json
from typing import Any

# MariaDB takes 32 levels at most.
MAX_DEPTH = 30


def depth_of(value: Any, most: int = MAX_DEPTH) -> int:
    """How deep a value is nested, counted to just above `most`; without recursion, so that it ends for any."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > most:
            break
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting += [(part, depth + 1) for part in inner]
    return deepest


def size_of(value: Any) -> int | None:
    """Characters of the value as JSON; None when it holds something that JSON does not know (1e999, dates of YAML)."""
    try:
        return len(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None
