"""Promises of which a part is used up: the sweep tells a few, a job in a worker drains what piled up."""

import time
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from desk.commands.promises import check_promise
from desk.models import Promise
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.models import Job, LeasedWork

log = structlog.get_logger("flowtic.desk")

KIND = "desk.check_promises"
SLA = Actor.system("sla")
READ = 200  # rows of one query
JOB_BATCH = 500
JOB_SECONDS = 600.0
PUT_OFF = timedelta(hours=1)


def check_due(*, most: int, seconds: float) -> tuple[int, bool]:
    """Looks at up to `most` promises that are due for it, the most overdue first, for at most so long.

    Returns how many it looked at, and whether some were left. One that fails is put off and keeps nobody waiting.
    """
    until, number = time.monotonic() + seconds, 0
    after: tuple[datetime | None, int] | None = None
    while True:
        rows = Promise.objects.open().filter(next_check_at__lte=clock.now()).order_by("next_check_at", "pk")
        if after is not None:
            rows = rows.filter(Q(next_check_at__gt=after[0]) | Q(next_check_at=after[0], pk__gt=after[1]))
        batch = list(rows[:READ])
        for promise in batch:
            if number >= most or time.monotonic() >= until:
                return number, True
            after = (promise.next_check_at, promise.pk)
            _check(promise)
            number += 1
        if len(batch) < READ:
            return number, False


def _check(promise: Promise) -> None:
    try:
        check_promise(SLA, promise)
        return
    except CommandError as error:
        log.info("promise_not_checked", promise=promise.pk, reason=error.message)
    except Exception:
        log.exception("promise_check_failed", promise=promise.pk)
    Promise.objects.filter(pk=promise.pk).update(next_check_at=clock.now() + PUT_OFF)


@jobs.job(KIND)
def check_backlog(job: Job) -> None:
    """Goes on until nothing is due, or the next job's turn has come; `progress` tells how many."""
    until, done, left = time.monotonic() + JOB_SECONDS, int(job.progress.get("done", 0)), True
    while left and time.monotonic() < until:
        number, left = check_due(most=JOB_BATCH, seconds=until - time.monotonic())
        done += number
        job.progress = {"done": done}
        Job.objects.filter(pk=job.pk).update(progress=job.progress)
        if not number:
            return


def check_backlog_soon(actor: Actor) -> Job | None:
    """Enqueues the job unless one is at it or waits to be."""
    if Job.objects.filter(kind=KIND, state=LeasedWork.State.PENDING).exists():
        return None
    return jobs.enqueue(actor, KIND, {})
