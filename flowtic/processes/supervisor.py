"""Keeps child processes alive until a signal asks to stop, then stops them all."""

import logging
import os
import select
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from flowtic.processes import lifeline
from flowtic.processes.child import Child
from flowtic.processes.copies import Copy

logger = logging.getLogger("flowtic.up")

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The longest a child may take to finish what it is doing after it was asked to stop.
PATIENCE = 10.0
# A web process that never came up after so many starts will not come up by itself.
HOPELESS_AFTER = 5


class Supervisor:
    """Runs children from the thread that made it (signals are delivered there)."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stops_asked = 0
        self._lifeline, self._lifeline_held = os.pipe()
        self._wake, wake_end = os.pipe()
        os.set_blocking(wake_end, False)
        os.set_blocking(self._wake, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._ask_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _ask_stop(self, number: int, frame: FrameType | None) -> None:
        self.stops_asked += 1

    @property
    def stopping(self) -> bool:
        return self.stops_asked > 0

    # ---- running ------------------------------------------------------------------

    def start(self, children: Sequence[Child]) -> None:
        self.children = list(children)
        for child in self.children:
            child.start(self._lifeline)

    def tick(self, seconds: float) -> None:
        """Wait for a signal or for the time to pass, then start again whatever ended."""
        self._sleep(seconds)
        if self.stopping:
            return
        for child in self.children:
            how = child.end()
            if how is not None:
                logger.warning("%s %s; starting it again in %.0f s", child.name, how, child.delay())
            if child.is_due():
                child.start(self._lifeline)

    def run(self) -> None:
        while not self.stopping:
            self.tick(1.0)

    def is_hopeless(self, name: str) -> bool:
        return any(child.quick_deaths >= HOPELESS_AFTER for child in self.children if child.name == name)

    def _sleep(self, seconds: float) -> None:
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 4096)

    # ---- stopping -------------------------------------------------------------------

    def stop(self) -> None:
        """Ask every child to finish; kill what takes too long, or all of it at a second Ctrl-C."""
        for child in self.children:
            child.terminate()
        asked, until = self.stops_asked, time.monotonic() + PATIENCE
        while any(child.is_running() for child in self.children):
            if time.monotonic() > until or self.stops_asked > max(asked, 1):
                break
            self._sleep(0.2)
        for child in self.children:
            child.kill()

    # ---- work before the children -----------------------------------------------------

    def run_forked(self, work: Callable[[], None]) -> int:
        """Do the work in a copy of this process, so that its memory is given back; return its exit code."""

        def watched() -> None:
            lifeline.watch(self._lifeline)
            work()

        copy = Copy("prepare", watched, [self._lifeline])
        while (code := copy.poll()) is None:
            if self.stopping:
                copy.send_signal(signal.SIGTERM)
            self._sleep(0.5)
        return code
