"""One supervised child process: start, notice its end, wait longer after each quick death, stop."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from flowtic.processes import lifeline
from flowtic.processes.copies import Copy

# A child that lived this long was healthy: its next start is not delayed.
HEALTHY_AFTER = 10.0
LONGEST_DELAY = 30.0
# Somebody who kills a child does not say that it is broken: it is needed again at once.
LONGEST_DELAY_WHEN_KILLED = 1.0


@dataclass
class Child:
    """A Python module run as a process of its own, in its own session and process group.

    A warm one is a copy of the supervisor, which has loaded Flowtic already; else it is a new interpreter.
    """

    name: str
    module: str
    arguments: Sequence[str] = ()
    inherited: Sequence[int] = ()
    warm: bool = False
    process: subprocess.Popen[bytes] | Copy | None = None
    quick_deaths: int = 0
    was_killed: bool = False
    started_at: float = 0.0
    start_at: float = field(default_factory=time.monotonic)

    def start(self, lifeline_fd: int) -> None:
        self.started_at = time.monotonic()
        if self.warm:
            self.process = Copy(self.name, lambda: self._work(lifeline_fd), [lifeline_fd, *self.inherited])
            return
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *self.arguments],
            stdin=subprocess.DEVNULL,
            pass_fds=[lifeline_fd, *self.inherited],
            env={"MALLOC_ARENA_MAX": "2", **os.environ, lifeline.VARIABLE: str(lifeline_fd)},
            start_new_session=True,
        )

    def _work(self, lifeline_fd: int) -> None:
        os.environ[lifeline.VARIABLE] = str(lifeline_fd)
        importlib.import_module(self.module).main(*self.arguments)

    def end(self) -> str | None:
        """How the process ended, in words, once after it did; None while it runs or waits for its start."""
        code = self.process.poll() if self.process else None
        if self.process is None or code is None:
            return None
        lived = time.monotonic() - self.started_at
        sweep(self.process.pid)  # what it may have left behind
        self.process = None
        self.quick_deaths = 0 if lived >= HEALTHY_AFTER else self.quick_deaths + 1
        self.was_killed = code < 0
        self.start_at = time.monotonic() + self.delay()
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"

    def delay(self) -> float:
        """Seconds until the next start: none after a healthy life or one quick death, then 1, 2, 4 … 30."""
        longest = LONGEST_DELAY_WHEN_KILLED if self.was_killed else LONGEST_DELAY
        return 0.0 if self.quick_deaths < 2 else min(2.0 ** (self.quick_deaths - 2), longest)

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.start_at

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        if self.process is not None:
            sweep(self.process.pid)
            self.process.wait()


def sweep(group: int) -> None:
    """Kill everything in a process group, if there still is anything."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
