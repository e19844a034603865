"""Tickets that somebody else hands out: a running workflow gives them to whoever has its step."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.models import Ticket

Skip = Callable[["Ticket"], bool]
_skips: list[Skip] = []


def skip_if(function: Skip) -> Skip:
    """Registers a function that says whether a ticket is none of the department policy's business."""
    if function not in _skips:
        _skips.append(function)
    return function


def is_skipped(ticket: "Ticket") -> bool:
    """Whether another app hands out this ticket."""
    return any(function(ticket) for function in _skips)
