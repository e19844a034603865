"""The ticket's status says what its workflow waits for (PRODUCT.md "Workflow life")."""

from collections.abc import Sequence

from django.db.models import Q

from desk.commands.status import move
from desk.models import Status, Ticket
from desk.seeds import INITIAL
from flowtic.core.actor import Actor
from flowtic.core.events import record
from workflows import events
from workflows.definition.format import Definition
from workflows.engine.state import RUNNING, Effect
from workflows.models import Instance, WorkItem

MACHINE = Actor.system("workflow")
ENDS = ("resolved", "closed", "rejected")


def mirror_status(
    actor: Actor, instance: Instance, ticket: Ticket, definition: Definition, effects: Sequence[Effect]
) -> None:
    """Moves the locked ticket to the status that fits the instance."""
    if instance.status != RUNNING:
        _finish(actor, instance, ticket, effects)
        return
    if not ticket.is_open:
        return
    _go_to(ticket, _wanted(instance, definition), events.ADVANCED)


def _go_to(ticket: Ticket, key: str, follows: str) -> None:
    """Old and new status are read at once: this happens with every step of every workflow."""
    rows = Status.objects.filter(Q(pk=ticket.status_id) | Q(key=key))
    found = {status.key: status for status in rows}
    target = found.get(key)
    ticket.status = next(status for status in found.values() if status.pk == ticket.status_id)
    if target is not None and target.pk != ticket.status_id:
        move(MACHINE, ticket, target, follows=follows)


def _finish(actor: Actor, instance: Instance, ticket: Ticket, effects: Sequence[Effect]) -> None:
    status = next((effect.data["status"] for effect in effects if effect.kind == "finish"), "closed")
    if status == "cancelled":
        return
    data = {"status": status, "workflow": instance.version.workflow.key}
    record(actor, events.FINISHED, instance, ticket_id=ticket.pk, data=data)
    target = Status.objects.get(key=status if status in ENDS else "closed")
    if ticket.status_id != target.pk and (ticket.is_open or not target.is_open):
        move(MACHINE, ticket, target, follows=events.FINISHED)


def _wanted(instance: Instance, definition: Definition) -> str:
    """The status's key; '' leaves it as it is."""
    said = [
        step.spec["ticket_status"]
        for token in instance.state["tokens"].values()
        if (step := definition.steps.get(token["step"])) is not None and isinstance(step.spec.get("ticket_status"), str)
    ]
    if said and Status.objects.filter(key=said[0], active=True, category__in=_OPEN).exists():
        return str(said[0])
    rows = list(instance.items.filter(state__in=WorkItem.OPEN).values_list("kind", "state", "assignee"))
    tasks = [(state, assignee) for kind, state, assignee in rows if kind == WorkItem.Kind.FORM]
    if any(state == WorkItem.State.CLAIMED for state, _assignee in tasks):
        return "assigned"
    if tasks:
        return INITIAL
    if any(kind == WorkItem.Kind.APPROVAL for kind, _state, _assignee in rows):
        return "waiting_approval"
    return "in_progress"


_OPEN = (Status.Category.PENDING_ASSIGNMENT, Status.Category.ASSIGNED, Status.Category.WAITING)
