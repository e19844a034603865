"""The job that moves all running tickets of a version to another one; goes on where a killed worker stopped."""

from datetime import timedelta
from typing import Any

from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.models import Job
from workflows.commands.crossing import Crossing
from workflows.commands.moving import KIND
from workflows.commands.operations import migrate_instance
from workflows.models import Instance, WorkflowVersion
from workflows.words import obstacle_words

BATCH = 50
MOST_TOLD = 50  # runs that stayed, with their reasons


@jobs.job(KIND)
def move_runs(job: Job) -> None:
    """`progress`: {"after", "total", "done", "moved", "stayed", "why": [[number, sentence], …]}."""
    if job.started_by is None:
        return
    actor, payload = Actor(job.started_by, "web"), job.payload
    target = WorkflowVersion.objects.select_related("workflow").get(pk=payload["target"])
    crossing = Crossing(payload["source"], target, payload["steps"])
    progress = {"after": 0, "done": 0, "moved": 0, "stayed": 0, "why": []} | job.progress
    rows = Instance.objects.visible_to(actor).running().filter(version=payload["source"]).order_by("pk")
    progress["total"] = progress["done"] + rows.filter(pk__gt=progress["after"]).count()
    _tell(job, progress)
    while batch := list(rows.filter(pk__gt=progress["after"]).select_related("ticket", "version")[:BATCH]):
        for instance in batch:
            _move(actor, instance, target, crossing, payload, progress)
            progress["after"], progress["done"] = instance.pk, progress["done"] + 1
        _tell(job, progress)


def _move(
    actor: Actor,
    instance: Instance,
    target: WorkflowVersion,
    crossing: Crossing,
    payload: dict[str, Any],
    progress: dict[str, Any],
) -> None:
    why = " ".join(obstacle_words(one) for one in crossing.obstacles(instance))
    if not why:
        try:
            migrate_instance(actor, instance, version=target, step_map=payload["steps"], reason=payload["reason"])
            progress["moved"] += 1
            return
        except CommandError as error:
            why = error.message
    progress["stayed"] += 1
    if len(progress["why"]) < MOST_TOLD:
        progress["why"] = [*progress["why"], [instance.ticket.number, why]]


def _tell(job: Job, progress: dict[str, Any]) -> None:
    """How far it is; the lease moves on with it, so that nobody else begins the same meanwhile."""
    job.progress = progress
    until = clock.now() + timedelta(seconds=jobs.LEASE_SECONDS)
    Job.objects.filter(pk=job.pk).update(progress=progress, lease_until=until)
