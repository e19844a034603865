"""The one clock of all commands; demo content and imports are written under a past time."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_fixed: ContextVar[dt.datetime | None] = ContextVar("flowtic_clock", default=None)


def now() -> dt.datetime:
    """The current time, aware, UTC; inside `travel` the time given there."""
    return _fixed.get() or timezone.now()


@contextmanager
def travel(moment: dt.datetime) -> Iterator[None]:
    """Every command inside acts at `moment` (aware)."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
