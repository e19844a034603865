"""Jobs: named functions with a JSON payload that run in a worker under the same lease as deliveries."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from flowtic.core import outbox
from flowtic.core.actor import Actor
from flowtic.core.models import Job, LeasedWork

log = structlog.get_logger("flowtic.jobs")

LEASE_SECONDS = 900
_kinds: dict[str, Callable[[Job], None]] = {}
_large: set[str] = set()


def job(kind: str, *, large: bool = False) -> Callable[[Callable[[Job], None]], Callable[[Job], None]]:
    """Registers the function that does jobs of that kind; it must bear being run twice.

    A large one takes memory that its worker shall not keep, see `flowtic.processes.apart`.
    """

    def add(function: Callable[[Job], None]) -> Callable[[Job], None]:
        _kinds[kind] = function
        if large:
            _large.add(kind)
        return function

    return add


def enqueue(
    actor: Actor, kind: str, payload: dict[str, Any], *, queue: str = "long", at: datetime | None = None
) -> Job:
    """Writes the job in the caller's transaction and wakes a worker after commit (or at `at`, by the relay)."""
    if kind not in _kinds:
        raise LookupError(kind)
    now = timezone.now()
    row = Job.objects.create(
        kind=kind, payload=payload, queue=queue, started_by=actor.user, next_try=at or now, created_at=now
    )
    if at is None:
        transaction.on_commit(lambda: publish(row.pk, queue))
    return row


def publish(job_id: int, queue: str) -> None:
    from flowtic.core.tasks import run_job

    try:
        run_job.apply_async((job_id,), queue=queue, retry=False)
    except Exception as error:
        log.warning("publish_failed", job=job_id, error=str(error))


def is_large(job_id: int) -> bool:
    return Job.objects.filter(pk=job_id, kind__in=_large).exists()


def run(job_id: int) -> bool:
    """Does the job if nobody else does at this moment. True when it is done."""
    if not outbox.take(Job, job_id, LEASE_SECONDS):
        return False
    row = Job.objects.get(pk=job_id)
    function = _kinds.get(row.kind)
    if function is None:
        return outbox.fail(row, f"No job kind is called {row.kind}.", final=True)
    try:
        function(row)
    except Exception as error:
        log.exception("job_failed", job=row.pk, kind=row.kind)
        return outbox.fail(row, f"{type(error).__name__}: {error}")
    outbox.finish(row)
    return True


def relay(now: datetime) -> None:
    """Wakes workers for jobs that are due and lie about."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Job.objects.filter(
        free, state=LeasedWork.State.PENDING, next_try__lte=now - timedelta(seconds=outbox.RELAY_AGE_SECONDS)
    )
    for pk, queue in due.order_by("next_try").values_list("pk", "queue")[:100]:
        publish(pk, queue)
