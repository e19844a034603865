"""A Celery worker for one queue. Run as `python -m flowtic.processes.worker QUEUE`.

Alone it works in one process, one task at a time; FLOWTIC_WORKER_PROCESSES above 1 gives it a pool.
"""

import gc
import importlib
import os
import sys
import warnings

from flowtic.processes import lifeline


def main(queue: str) -> None:
    lifeline.hold()
    from celery.platforms import SecurityWarning

    # It warns of pickled messages to a worker of root's; only JSON is accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    app = importlib.import_module("flowtic.celery").app
    gc.collect()
    gc.freeze()
    app.worker_main(
        [
            "--quiet",
            "worker",
            *pool(int(os.environ.get("FLOWTIC_WORKER_PROCESSES") or 1)),
            f"--queues={queue}",
            f"--hostname={queue}@%h",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


def pool(processes: int) -> list[str]:
    return ["--pool=solo"] if processes == 1 else ["--pool=prefork", f"--concurrency={processes}"]


if __name__ == "__main__":
    main(sys.argv[1])
