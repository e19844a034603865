"""Moving all running tickets of a version to another one: begun by a person, done in a worker."""

from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.models import Job, LeasedWork
from flowtic.core.policy import require
from workflows.commands.operations import MAX_REASON
from workflows.models import Instance, Workflow, WorkflowVersion

KIND = "workflows.move_runs"


@command
def move_all(
    actor: Actor, source: WorkflowVersion, *, target: WorkflowVersion, step_map: dict[str, str], reason: str
) -> Job:
    """Enqueues the job; each ticket is then moved in the person's name, and those that cannot go stay.

    Raises Conflict while an earlier one of this version goes on.
    """
    workflow = Workflow.objects.select_for_update().get(pk=source.workflow_id)
    require(actor, "instance.operate", any_run_of(workflow))
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": _("Please give a reason of up to 500 characters.")})
    if target.workflow_id != source.workflow_id or target.pk == source.pk:
        raise Invalid(fields={"version": _("Please choose a version.")})
    found = last_move(source)
    if found is not None and found.state == LeasedWork.State.PENDING:
        raise Conflict(_("These tickets are being moved already."))
    payload: dict[str, Any] = {"source": source.pk, "target": target.pk, "steps": step_map, "reason": reason}
    return jobs.enqueue(actor, KIND, payload)


def any_run_of(workflow: Workflow) -> Instance:
    """Stands for the runs of a workflow where a right is asked before there is one."""
    return Instance(version=WorkflowVersion(workflow=workflow))


def last_move(source: WorkflowVersion) -> Job | None:
    """The newest job that moves runs of this version, finished or not."""
    newest = Job.objects.filter(kind=KIND).order_by("-pk")[:50]
    return next((job for job in newest if job.payload.get("source") == source.pk), None)
