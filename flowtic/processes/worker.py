"""A Celery worker for one queue. Run as `python -m flowtic.processes.worker QUEUE`."""

import gc
import importlib
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
    # One process, one task at a time: what runs together is decided by the number of workers.
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=solo",
            f"--queues={queue}",
            f"--hostname={queue}@%h",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "--loglevel=WARNING",
        ]
    )


if __name__ == "__main__":
    main(sys.argv[1])
