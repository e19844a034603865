"""What administrators do with the record of changes is itself recorded."""

from desk import events
from desk.audit_log import CHECK, Asked
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import record
from flowtic.core.models import Job, LeasedWork
from flowtic.core.policy import require


@command
def note_audit_export(actor: Actor, asked: Asked) -> None:
    """Before the first row leaves the house: who took which part of the record."""
    require(actor, "audit.view")
    record(actor, events.AUDIT_EXPORTED, actor.user, data={"asked": asked.given})


@command
def check_audit(actor: Actor) -> Job:
    """Has the whole chain of seals checked in the background; one check at a time."""
    require(actor, "audit.view")
    waiting = Job.objects.filter(kind=CHECK, state=LeasedWork.State.PENDING).order_by("-pk").first()
    return waiting or jobs.enqueue(actor, CHECK, {})
