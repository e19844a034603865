"""What admins do to running instances. Each with a reason, which stays in the history."""

from typing import Any

from django.utils.translation import gettext as _

from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events
from workflows.commands.crossing import Crossing
from workflows.commands.drive import definition_of, drive, locked_ticket
from workflows.engine.operations import Obstacle
from workflows.models import Instance, WorkflowVersion, WorkItem

MAX_REASON = 500


@command
def retry_step(actor: Actor, instance: Instance, *, token: str, reason: str) -> Instance:
    """The failed step begins again."""
    return _operate(actor, instance, {"type": "retry", "token": token}, events.RETRIED, reason, {"token": token})


@command
def skip_step(actor: Actor, instance: Instance, *, token: str, outcome: str = "", reason: str) -> Instance:
    """On as if the step had been done, with that outcome where there are several."""
    event = {"type": "skip", "token": token, "outcome": outcome}
    return _operate(actor, instance, event, events.SKIPPED, reason, {"token": token})


@command
def jump_to_step(actor: Actor, instance: Instance, *, token: str, to: str, reason: str) -> Instance:
    """The token goes to any step of the version; what its step waited for is withdrawn."""
    event = {"type": "jump", "token": token, "to": to}
    return _operate(actor, instance, event, events.JUMPED, reason, {"token": token, "to": to})


@command
def repeat_step(actor: Actor, instance: Instance, *, step: str, reason: str) -> Instance:
    """A step that was done before is done once more, beside everything else."""
    return _operate(actor, instance, {"type": "repeat", "step": step}, events.REPEATED, reason, {"step": step})


@command
def cancel_instance(actor: Actor, instance: Instance, *, reason: str) -> Instance:
    """Nothing of it goes on; the ticket stays as it is."""
    ticket, instance, reason = _prepare(actor, instance, reason)
    instance.reason = reason
    drive(actor, instance, ticket, {"type": "cancel"})
    data = {"workflow": instance.version.workflow.key, "reason": reason}
    record(actor, events.CANCELLED, instance, ticket_id=ticket.pk, data=data)
    return instance


def migration_obstacles(instance: Instance, version: WorkflowVersion, step_map: dict[str, str]) -> list[Obstacle]:
    """What keeps the instance from moving to that version; empty: it can."""
    return Crossing(instance.version_id, version, step_map).obstacles(instance)


@command
def migrate_instance(
    actor: Actor, instance: Instance, *, version: WorkflowVersion, step_map: dict[str, str], reason: str
) -> Instance:
    """Moves the running instance to another version of its workflow; `step_map`: old step -> new step, else the same.

    Raises Conflict naming the obstacles when it cannot go.
    """
    ticket, instance, reason = _prepare(actor, instance, reason)
    if version.workflow_id != instance.version.workflow_id:
        raise Invalid(fields={"version": _("This version belongs to another workflow.")})
    if version.pk == instance.version_id:
        return instance
    found = migration_obstacles(instance, version, step_map)
    if found:
        from workflows.words import obstacle_words

        raise Conflict(" ".join(obstacle_words(entry) for entry in found), obstacles=[entry.code for entry in found])
    instance.version = version
    drive(actor, instance, ticket, {"type": "migrate", "map": step_map, "values": _new_defaults(version)})
    _rename_rows(instance, step_map)
    _change_topics(instance)
    data = {"workflow": version.workflow.key, "number": version.number, "reason": reason}
    record(actor, events.MIGRATED, instance, ticket_id=ticket.pk, data=data)
    return instance


def _new_defaults(version: WorkflowVersion) -> dict[str, Any]:
    fields = definition_of(version.pk).fields
    return {field["key"]: field["default"] for field in fields if isinstance(field, dict) and "default" in field}


def _rename_rows(instance: Instance, step_map: dict[str, str]) -> None:
    for old, new in step_map.items():
        if old != new:
            instance.items.filter(step=old, state__in=("ready", "claimed")).update(step=new)
            instance.timers.filter(step=old).update(step=new)
            instance.effects.filter(step=old, state="pending").update(step=new)


def _change_topics(instance: Instance) -> None:
    """Open tasks of robots are of the topic that the version now says."""
    steps = definition_of(instance.version_id).steps
    for item in instance.items.filter(kind=WorkItem.Kind.EXTERNAL, state__in=WorkItem.OPEN):
        topic = steps[item.step].spec.get("topic") or "" if item.step in steps else item.topic
        if topic != item.topic:
            instance.items.filter(pk=item.pk).update(topic=topic)


def _operate(
    actor: Actor, instance: Instance, event: dict[str, Any], name: str, reason: str, about: dict[str, Any]
) -> Instance:
    ticket, instance, reason = _prepare(actor, instance, reason)
    token = instance.state["tokens"].get(about.get("token"), {})
    step = about.get("step") or token.get("step", "")
    effects = drive(actor, instance, ticket, event)
    if [effect.kind for effect in effects] == ["ignored"]:
        raise Conflict(_("The workflow went on in the meantime; this is not possible any more."))
    data = {"step": step, "version": instance.version_id, "target": about.get("to", ""), "reason": reason}
    record(actor, name, instance, ticket_id=ticket.pk, data=data)
    return instance


def _prepare(actor: Actor, instance: Instance, reason: str) -> tuple[Ticket, Instance, str]:
    ticket = locked_ticket(instance.ticket_id)
    instance = Instance.objects.lock(instance.pk)
    instance.ticket = ticket
    require(actor, "instance.operate", instance)
    reason = " ".join(reason.split())
    if not reason or len(reason) > MAX_REASON:
        raise Invalid(fields={"reason": _("Please give a reason of up to 500 characters.")})
    if instance.status != Instance.State.RUNNING:
        raise Conflict(_("This workflow is not running any more."))
    return ticket, instance, reason
