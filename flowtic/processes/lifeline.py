"""A child ends when its parent is gone, however the parent went (kill -9 included).

The parent holds the only writing end of a pipe. The kernel closes it with the parent, the child reads
end-of-file and stops itself together with its process group.
"""

import os
import signal
import threading
import time

VARIABLE = "FLOWTIC_LIFELINE"
GRACE = 6.0


def hold() -> None:
    """Called first in a child: watch the pipe that the parent named in the environment, if there is one."""
    given = os.environ.pop(VARIABLE, "")
    if given:
        watch(int(given))


def watch(fd: int) -> None:
    os.set_inheritable(fd, False)
    threading.Thread(target=_wait_for_end, args=(fd,), name="lifeline", daemon=True).start()


def _wait_for_end(fd: int) -> None:
    while os.read(fd, 64):
        pass
    _signal(signal.SIGTERM)
    time.sleep(GRACE)
    _signal(signal.SIGKILL)


def _signal(number: int) -> None:
    """To this process, and to whatever it started when it leads a group of its own."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), number)
    else:
        os.kill(os.getpid(), number)
