"""Tickets of a status that was switched off go to its successor, one by one, in a worker."""

from desk.commands.retiring import KIND, pass_to_successor
from desk.models import Status, Ticket
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job

BATCH = 200


@jobs.job(KIND)
def move_tickets(job: Job) -> None:
    """Goes on where a killed worker stopped: what has moved is no longer found."""
    status = Status.objects.get(pk=job.payload["status"])
    successor = Status.objects.get(pk=job.payload["successor"])
    done, after = int(job.progress.get("done", 0)), 0
    while rows := list(Ticket.objects.filter(status=status, pk__gt=after).order_by("pk")[:BATCH]):
        for ticket in rows:
            done += pass_to_successor(Actor.system("retire_status"), ticket, status=status, successor=successor)
        after = rows[-1].pk
        job.progress = {"done": done}
        Job.objects.filter(pk=job.pk).update(progress=job.progress)
