"""A long run that is told to stop also stops the servers that it started."""

import signal
import sys
from types import FrameType


def clean_up_when_stopped() -> None:
    """SIGTERM (a time limit) and SIGINT leave the run through its `with` blocks, also where a shell ignores SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second one ends at once
    sys.exit(128 + number)
