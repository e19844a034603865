"""A Celery worker for one queue. Run as `python -m flowtic.processes.worker QUEUE`.

Alone it works in one process, one task at a time; FLOWTIC_WORKER_PROCESSES above 1 gives it a pool.
"""

import contextlib
import gc
import importlib
import logging
import os
import sys
import warnings

from flowtic.processes import lifeline

# What stands in this queue may last; pages, mails and short jobs on the same processors go first.
PATIENT = "long"
KINDER = 5


def main(queue: str) -> None:
    lifeline.hold()
    if queue == PATIENT:
        give_way(KINDER)
    from celery.platforms import SecurityWarning
    from celery.signals import setup_logging

    # It warns of pickled messages to a worker of root's; only JSON is accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    # `up` and every deployment check before they start; checking here as well would load all pages into each worker.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    # Logs are Django's matter; with a receiver of this signal Celery keeps its hands off them.
    setup_logging.connect(_keep_logging)
    logging.getLogger("celery.worker.strategy").setLevel(logging.WARNING)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)
    app = importlib.import_module("flowtic.celery").app
    processes = int(os.environ.get("FLOWTIC_WORKER_PROCESSES") or 1)
    if processes == 1:
        importlib.import_module("flowtic.processes.apart").allow()
    gc.collect()
    gc.freeze()
    app.worker_main(
        [
            "--quiet",
            "worker",
            *pool(processes),
            f"--queues={queue}",
            f"--hostname={queue}@%h",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def give_way(steps: int) -> None:
    """Lowers the priority of this process by so many steps, 0 to 19."""
    os.nice(steps)
    # Linux may weigh sessions against each other first (`sched_autogroup`); a niceness counts inside its session only.
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as session:
        session.write(str(steps))


def _keep_logging(**_: object) -> None:
    pass


def pool(processes: int) -> list[str]:
    return ["--pool=solo"] if processes == 1 else ["--pool=prefork", f"--concurrency={processes}"]


if __name__ == "__main__":
    main(sys.argv[1])
