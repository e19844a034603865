"""After calendars or policies change: the due dates of all open tickets, in a worker, batch by batch."""

from desk.commands.recomputing import recompute_promises
from desk.models import Ticket
from desk.promise_rules import Rules
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job, LeasedWork

KIND = "desk.recompute_promises"
BATCH = 500
SLA = Actor.system("sla")


@jobs.job(KIND)
def recompute_due_dates(job: Job) -> None:
    """All open tickets, oldest first; goes on where a killed worker stopped. `progress` tells how far it is."""
    rules = Rules()
    after = int(job.progress.get("after", 0))
    done, changed = int(job.progress.get("done", 0)), int(job.progress.get("changed", 0))
    ids = list(Ticket.objects.filter(is_open=True, pk__gt=after).order_by("pk").values_list("pk", flat=True))
    total = done + len(ids)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        changed += recompute_promises(SLA, batch, rules=rules)
        done += len(batch)
        job.progress = {"after": batch[-1], "done": done, "total": total, "changed": changed}
        Job.objects.filter(pk=job.pk).update(progress=job.progress)


def recompute_soon(actor: Actor) -> Job | None:
    """Enqueues the job unless one waits that nobody has begun; that one will see this change too."""
    waiting = Job.objects.filter(kind=KIND, state=LeasedWork.State.PENDING, attempts=0, next_try__lte=clock.now())
    if waiting.exists():
        return None
    return jobs.enqueue(actor, KIND, {})
