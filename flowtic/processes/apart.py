"""Work that loads large libraries or much data, done in a copy of the worker: its memory goes back when it ends.

Only a worker that does one task at a time copies itself: a test, a command or a pool's process works where it is.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable

from django.core.cache import caches
from django.db import connections

logger = logging.getLogger("flowtic.worker")

# Nobody waits for large work; pages and mails on the same processors go first.
KINDER = 10

_allowed: list[bool] = []


def allow() -> None:
    """Called once by a worker that may be copied: it works in its main thread and has nothing else to do meanwhile."""
    _allowed.append(True)


def run(work: Callable[[], object]) -> None:
    """Does the work and comes back when it has ended. When a copy dies, its lease ends and it is tried again."""
    if not _allowed:
        work()
        return
    # Nothing that is open may be used from both sides.
    connections.close_all()
    caches.close_all()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(_in_copy(work))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        logger.warning("work in a copy of the worker ended with %s", code)


def _in_copy(work: Callable[[], object]) -> int:
    """Exit code. Whoever ends the worker ends its process group, so the copy needs no lifeline of its own."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.nice(KINDER)
    try:
        work()
    except BaseException:
        logger.exception("work in a copy of the worker failed")
        return 1
    finally:
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0
