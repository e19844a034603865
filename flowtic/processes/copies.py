"""A copy of this process as a child: it shares the memory of everything that was loaded before, and starts at once.

Only a process with a single thread may copy itself: a lock that another thread holds would stay locked in the copy.
"""

import contextlib
import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Collection
from pathlib import Path

logger = logging.getLogger("flowtic.up")

RESET = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
ARENAS = -8  # mallopt's M_ARENA_MAX
NAME_LENGTH = 15  # what the kernel keeps


def settle() -> None:
    """Called once before the first copy: what is loaded stays, and collections would only tear the sharing apart."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(ARENAS, 2)
    gc.collect()
    gc.freeze()


class Copy:
    """Does `work` in a copy, in a session of its own; watched like a `subprocess.Popen`."""

    def __init__(self, name: str, work: Callable[[], object], keep: Collection[int]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(_live(name, work, keep))

    def poll(self) -> int | None:
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        code = self._reap(0)
        assert code is not None  # noqa: S101  (waited for)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _reap(self, options: int) -> int | None:
        if self.returncode is None:
            done, status = os.waitpid(self.pid, options)
            if done:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def _live(name: str, work: Callable[[], object], keep: Collection[int]) -> int:
    """The copy's whole life; its exit code."""
    try:
        _leave_the_parent(name, keep)
        work()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        logger.exception("%s failed", name)
        return 1
    finally:
        # No clean-up of the parent's on the way out: only what was said is written.
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _leave_the_parent(name: str, keep: Collection[int]) -> None:
    """Gives up what belongs to the parent: its session, signal handlers, open files (locks, pipes) and input."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in RESET:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    for entry in Path("/proc/self/fd").iterdir():
        if int(entry.name) not in {0, 1, 2, *keep}:
            with contextlib.suppress(OSError):
                os.close(int(entry.name))
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name[:NAME_LENGTH])
