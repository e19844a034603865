"""What other apps begin on imported tickets when the import is told to: functions registered by them."""

from collections.abc import Callable, Sequence

from desk.models import Ticket
from flowtic.core.events import muted

# Gets the open tickets of a batch, inside its transaction; answers on how many of them something began.
Starter = Callable[[Sequence[Ticket]], int]
_starters: list[Starter] = []


def starter(function: Starter) -> Starter:
    """Registers `function`; what cannot begin on one ticket must not keep the others from it."""
    _starters.append(function)
    return function


def begin_on(tickets: Sequence[Ticket]) -> int:
    """Nobody is told, as for everything that an import does."""
    waiting = [ticket for ticket in tickets if ticket.is_open]
    with muted():
        return sum(begin(waiting) for begin in _starters) if waiting else 0
