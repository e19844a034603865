"""From the committed row to the subscriber: publish after commit, deliver under a lease, relay what was left."""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from flowtic.core import events
from flowtic.core.leases import leased
from flowtic.core.models import Delivery, Job, LeasedWork
from flowtic.core.request_context import current_request_id

log = structlog.get_logger("flowtic.outbox")

LEASE_SECONDS = 120
MAX_ATTEMPTS = 12
# Seconds until the next try after attempt 1, 2, 3, …; the last one repeats. Together about a day.
BACKOFF = (2, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400, 28800)
RELAY_AGE_SECONDS = 4
RELAY_BATCH = 500
# So long a worker tries to note how its work went while the database is gone.
NOTE_WITHIN, NOTE_PAUSE = 90.0, 1.0


def publish_on_commit(event_id: int) -> None:
    """Wakes a worker for the event when the transaction has committed."""
    transaction.on_commit(lambda: publish([event_id]))


def publish(event_ids: list[int]) -> bool:
    """Wakes a worker. A broken broker is logged, never an error of the change: the relay finds the rows."""
    from flowtic.core.tasks import deliver_events

    if not event_ids:
        return True
    try:
        deliver_events.apply_async((event_ids,), retry=False)
    except Exception as error:
        log.warning("publish_failed", events=event_ids[:20], error=str(error))
        return False
    return True


def deliver(delivery_id: int) -> bool:
    """Hands one event to one subscriber if nobody else does at this moment. True when it is done."""
    if not take(Delivery, delivery_id):
        return False
    delivery = Delivery.objects.select_related("event", "event__actor").get(pk=delivery_id)
    function = events.subscriber(delivery.subscriber)
    if function is None:
        return fail(delivery, f"No subscriber is called {delivery.subscriber}.", final=True)
    # What follows from a fact carries its request on: a chain of rules can tell how it came about.
    token = current_request_id.set(delivery.event.request_id or current_request_id.get())
    try:
        function(delivery.event)
    except Exception as error:
        log.exception("delivery_failed", delivery=delivery.pk, subscriber=delivery.subscriber)
        return fail(delivery, f"{type(error).__name__}: {error}")
    finally:
        current_request_id.reset(token)
    finish(delivery)
    return True


@leased("core.relay", 60)
def relay() -> int:
    """Publishes again what is due and was not delivered (dead broker, dead worker). Returns how many events."""
    now = timezone.now()
    due = Q(state=LeasedWork.State.PENDING, next_try__lte=now - timedelta(seconds=RELAY_AGE_SECONDS))
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    ids = list(
        Delivery.objects.filter(due & free).order_by("next_try").values_list("event_id", flat=True)[:RELAY_BATCH]
    )
    for start in range(0, len(ids), 50):
        publish(list(dict.fromkeys(ids[start : start + 50])))
    from flowtic.core import jobs

    jobs.relay(now)
    return len(ids)


def retry(work: LeasedWork) -> None:
    """Puts a dead row back to work at once (an admin's button)."""
    type(work)._default_manager.filter(pk=work.pk, state=LeasedWork.State.DEAD).update(
        state=LeasedWork.State.PENDING, attempts=0, next_try=timezone.now(), lease_until=None, finished_at=None
    )
    if isinstance(work, Delivery):
        event_id = work.event_id
        transaction.on_commit(lambda: publish([event_id]))


def oldest_waiting(now: datetime | None = None) -> timedelta | None:
    """Age of the oldest delivery or job that should have run by now; None when nothing waits."""
    now = now or timezone.now()
    ages = [
        now - first
        for model in (Delivery, Job)
        if (
            first := model._default_manager.filter(state=LeasedWork.State.PENDING, next_try__lte=now)
            .order_by("next_try")
            .values_list("next_try", flat=True)
            .first()
        )
    ]
    return max(ages, default=None)


def take(model: type[LeasedWork], pk: int, seconds: int = LEASE_SECONDS) -> bool:
    """Leases a due row; False when it is done, not due or held by another worker."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return bool(
        model._default_manager.filter(free, pk=pk, state=LeasedWork.State.PENDING, next_try__lte=now).update(
            lease_until=now + timedelta(seconds=seconds), attempts=F("attempts") + 1
        )
    )


def finish(work: LeasedWork) -> None:
    """Marks the row done."""
    _note(work, state=LeasedWork.State.DONE, lease_until=None, finished_at=timezone.now(), last_error="")


def fail(work: LeasedWork, error: str, *, final: bool = False) -> bool:
    """Notes the error and when to try again, or gives the row up. Always False: the work is not done."""
    dead = final or work.attempts >= MAX_ATTEMPTS
    pause = BACKOFF[min(work.attempts, len(BACKOFF)) - 1]
    _note(
        work,
        state=LeasedWork.State.DEAD if dead else LeasedWork.State.PENDING,
        lease_until=None,
        next_try=timezone.now() + timedelta(seconds=pause),
        last_error=error[:4000],
        finished_at=timezone.now() if dead else None,
    )
    return False


def _note(work: LeasedWork, **values: Any) -> None:
    """Writes how the work went. Waits for a database that is gone: else the row would lie there until its lease ends,
    and work that was done would be done again."""
    until = time.monotonic() + NOTE_WITHIN
    while True:
        try:
            type(work)._default_manager.filter(pk=work.pk).update(**values)
            return
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            log.warning("note_waits", work=work.pk, kind=type(work).__name__)
            connection.close()
            time.sleep(NOTE_PAUSE)
