"""Celery's shells around the outbox: the rows decide, the broker only wakes."""

from celery import shared_task

from flowtic.core import jobs, outbox
from flowtic.core.models import Delivery, LeasedWork
from flowtic.processes import apart


@shared_task(name="core.deliver_events")
def deliver_events(event_ids: list[int]) -> None:
    """Hands the events to those of their subscribers that have not had them."""
    rows = Delivery.objects.filter(event_id__in=event_ids, state=LeasedWork.State.PENDING)
    for pk in rows.order_by("event_id", "pk").values_list("pk", flat=True):
        outbox.deliver(pk)


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    if jobs.is_large(job_id):
        apart.run(lambda: jobs.run(job_id))
    else:
        jobs.run(job_id)
