"""The port for AI: whoever can classify tickets registers here. Without anybody the step is skipped cleanly."""

from collections.abc import Callable, Sequence
from typing import Any

from desk.models import Ticket

Classifier = Callable[[Ticket, Sequence[str]], dict[str, Any]]
_classifiers: list[Classifier] = []


def register(function: Classifier) -> Classifier:
    """`function(ticket, fields)` answers {field: value} for those it is sure of."""
    _classifiers.append(function)
    return function


def classify(ticket: Ticket, fields: Sequence[str]) -> dict[str, Any]:
    """What the first classifier says that knows anything; {} when none is installed."""
    for function in _classifiers:
        found = function(ticket, fields)
        if found:
            return {name: value for name, value in found.items() if name in fields}
    return {}
