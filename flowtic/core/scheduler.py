"""The schedule: functions from `settings.FLOWTIC_SCHEDULE`, each called again and again at its own pace.

Runs as a child of `up`, or as `manage.py scheduler`. The functions find due work and hand it to the
workers; each is safe when two schedulers run, because what it hands over is claimed by a lease in the database.
"""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections
from django.utils.module_loading import import_string

from flowtic.processes import lifeline
from flowtic.processes.probe import HEARTBEAT_FILE

logger = logging.getLogger(__name__)

# Rare work waits a little, so that a start is not slowed down; nothing waits for its whole pace, because a
# machine that is switched off every evening would never get to it.
FIRST_RUN_AFTER = 15.0
HEARTBEAT_SECONDS = 5.0


@dataclass
class Entry:
    path: str
    seconds: float
    due: float
    function: Callable[[], object] | None = None

    def run(self) -> None:
        """Call the function. What it raises is logged: the next turn tries again, the others go on."""
        try:
            if self.function is None:
                self.function = import_string(self.path)
            self.function()
        except Exception:
            logger.exception("scheduled function %s failed", self.path)


class Schedule:
    def __init__(self, entries: Iterable[tuple[str, float]]) -> None:
        now = time.monotonic()
        self.entries = [Entry(path, seconds, now + min(seconds, FIRST_RUN_AFTER)) for path, seconds in entries]

    def run_due(self) -> float:
        """Run what is due now; return the seconds until the next entry is."""
        close_old_connections()
        for entry in self.entries:
            if time.monotonic() >= entry.due:
                entry.run()
                entry.due = time.monotonic() + entry.seconds
        close_old_connections()
        next_due = min((entry.due for entry in self.entries), default=time.monotonic() + 60)
        return max(next_due - time.monotonic(), 0.0)

    def run_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(self.run_due())


def run() -> None:
    """The schedule of the settings until a signal asks to stop. Ends with a message when the loop ended by itself."""
    stop = threading.Event()
    loop = threading.Thread(
        target=Schedule(settings.FLOWTIC_SCHEDULE).run_until, args=(stop,), name="schedule", daemon=True
    )
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    loop.start()
    heartbeat = Path(settings.DATA_DIR) / HEARTBEAT_FILE
    while not signal.sigtimedwait({signal.SIGINT, signal.SIGTERM}, HEARTBEAT_SECONDS):
        if not loop.is_alive():
            sys.exit("The schedule loop ended by itself.")
        heartbeat.touch()  # its age is the container's health check
    stop.set()
    loop.join(timeout=10)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def main() -> None:
    """A supervised child."""
    lifeline.hold()
    run()
