"""What people do with work items: claim, give back, hand on, complete."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from desk.formschema.cleaning import facts
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, PreconditionFailed
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events, menu
from workflows.commands.answers import check_answer, form_of
from workflows.commands.drive import definition_of, drive, locked_ticket
from workflows.commands.mirror import mirror_status
from workflows.commands.owners import hold, let_see, withdraw
from workflows.models import Instance, WorkItem

State = WorkItem.State
OBJECTIONS = {
    "own_request": gettext_lazy("Nobody approves their own request."),
    "decided": gettext_lazy("You have decided here already; somebody else has to."),
}


class AlreadyDone(Conflict):
    """Somebody completed it or the workflow went another way; the sentence names who."""

    code = "already_done"


class AlreadyTaken(Conflict):
    code = "already_taken"


@command
def claim_work_item(actor: Actor, item: WorkItem) -> WorkItem:
    """Takes a free item for oneself; of many at once exactly one wins."""
    ticket, instance, item = _locked(item)
    if item.assignee_id == actor.user.pk and item.state == State.CLAIMED:
        return item
    require(actor, "work_item.claim", item)
    _still_open(item)
    if item.assignee_id is not None:
        raise AlreadyTaken(_("%(name)s got there first.") % {"name": item.assignee}, assignee=item.assignee)
    _four_eyes(actor, item)  # who may not decide must not hold it either
    _give(actor, ticket, instance, item, actor.user, {"code": "claimed", "params": {}}, events.ITEM_CLAIMED)
    return item


@command
def release_work_item(actor: Actor, item: WorkItem) -> WorkItem:
    """Back to its pool. What was given to one person by name stays with people: it can only be handed on."""
    ticket, instance, item = _locked(item)
    require(actor, "work_item.release", item)
    _still_open(item)
    if item.assignee_id is None:
        return item
    if item.department_id is None and not item.role:
        raise Conflict(_("This step belongs to one person; it can only be handed on."))
    give_back(actor, ticket, instance, item, events.ITEM_RELEASED)
    return item


@command
def assign_work_item(actor: Actor, item: WorkItem, *, assignee: User) -> WorkItem:
    """Gives it to somebody: one's own may be handed on, others' need dispatch."""
    ticket, instance, item = _locked(item)
    if item.assignee_id != getattr(actor.user, "pk", None) or item.assignee_id is None:
        require(actor, "work_item.assign", item)
    _still_open(item)
    if item.assignee_id == assignee.pk:
        return item
    if assignee.state != User.State.ACTIVE or (item.kind == WorkItem.Kind.FORM and not assignee.can_work):
        raise Invalid(fields={"assignee": _("This person cannot take over the step.")})
    if reason := item.objection(assignee):  # by whoever's name it came: nobody gets their own request handed on
        own = _("An approval cannot be handed to who asked for it.")
        decided = _("%(name)s has decided here already; somebody else has to.") % {"name": assignee}
        raise Invalid(fields={"assignee": own if reason == "own_request" else decided})
    withdraw(item)
    _give(actor, ticket, instance, item, assignee, {"code": "given", "params": {}}, events.ITEM_ASSIGNED)
    return item


@command
def complete_work_item(
    actor: Actor, item: WorkItem, *, outcome: str, data: dict[str, Any], note: str = "", if_match: int | None = None
) -> WorkItem:
    """The step is done with this outcome and these fields; the workflow goes on in the same transaction.

    Raises AlreadyDone with the winner's name when it came too late, Invalid naming fields that do not fit.
    """
    ticket, instance, item = _locked(item)
    require(actor, "work_item.complete", item)
    if if_match is not None and if_match != item.version:
        raise PreconditionFailed(version=item.version)
    _still_open(item)
    _four_eyes(actor, item)
    definition = definition_of(instance.version_id)
    cleaned = check_answer(actor, definition, instance, item, outcome, data, note)
    now = clock.now()
    item.state, item.outcome, item.data, item.note = State.COMPLETED, outcome, cleaned, note
    item.completed_at, item.completed_by = now, actor.user
    if item.assignee_id is None:
        item.assignee = actor.user
    item.version += 1
    item.save()
    record(
        actor,
        events.ITEM_COMPLETED,
        item,
        ticket_id=ticket.pk,
        data={"step": item.step, "version": instance.version_id, "outcome": outcome, "note": bool(note)},
    )
    plain = facts(form_of(definition.steps[item.step], item), cleaned)
    event = {"type": "completed", "item": item.key, "outcome": outcome, "data": plain, "by": actor.user.pk}
    drive(actor, instance, ticket, event)
    menu.forget(item.assignee_id)
    if item.assignee_id != actor.user.pk or not actor.works_in(ticket.department_id):
        withdraw(item)
    return item


@command
def touch_work_item(actor: Actor, item: WorkItem) -> None:
    """Somebody works on it: the moment to give it back moves on."""
    WorkItem.objects.filter(pk=item.pk, assignee=actor.user, state=State.CLAIMED).update(touched_at=clock.now())


def give_back(actor: Actor, ticket: Ticket, instance: Instance, item: WorkItem, event: str) -> None:
    """Frees a locked item; for commands and the sweep."""
    withdraw(item)
    holder, item.assignee, item.state = item.assignee_id, None, State.READY
    item.claimed_at = item.touched_at = item.return_at = None
    item.version += 1
    item.save()
    data = {"step": item.step, "version": instance.version_id, "assignee": holder}
    record(actor, event, item, ticket_id=ticket.pk, data=data)
    mirror_status(actor, instance, ticket, definition_of(instance.version_id), ())


def _give(
    actor: Actor,
    ticket: Ticket,
    instance: Instance,
    item: WorkItem,
    person: User,
    reason: dict[str, Any],
    event: str,
) -> None:
    hold(item, person, clock.now())
    item.assigned_reason = reason
    item.fallback_at = None
    item.version += 1
    item.save()
    let_see(item, ticket, person)
    data = {"step": item.step, "version": instance.version_id, "assignee": person.pk, "reason": reason}
    record(actor, event, item, ticket_id=ticket.pk, data=data)
    if item.kind == WorkItem.Kind.FORM:
        _own_ticket(actor, ticket, person)
    mirror_status(actor, instance, ticket, definition_of(instance.version_id), ())


def _own_ticket(actor: Actor, ticket: Ticket, person: User) -> None:
    """A free ticket gets its first worker as the owner of the whole."""
    from desk.commands.assignment import own_quietly

    if ticket.assignee_id is None and ticket.is_open and ticket.department.has_agent(person):
        own_quietly(actor, ticket, person)


def _four_eyes(actor: Actor, item: WorkItem) -> None:
    """Out of a pool nobody approves their own request, and nobody approves twice; who is named may."""
    if not item.is_named and (reason := item.objection(actor.user)):
        raise Conflict(str(OBJECTIONS[reason]))


def _locked(item: WorkItem) -> tuple[Ticket, Instance, WorkItem]:
    ticket = locked_ticket(item.ticket_id)
    instance = Instance.objects.lock(item.instance_id)
    fresh = WorkItem.objects.lock(item.pk)
    fresh.ticket = ticket
    return ticket, instance, fresh


def _still_open(item: WorkItem) -> None:
    if item.is_open:
        return
    if item.state == State.COMPLETED and item.completed_by is not None:
        raise AlreadyDone(
            _("%(name)s has completed this step already.") % {"name": item.completed_by}, by=item.completed_by
        )
    raise AlreadyDone(_("The workflow no longer waits for this step."))
