"""Who owns the next move."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from desk import events
from desk.commands.status import move
from desk.concurrency import check_fresh, touch
from desk.models import Status, Ticket
from desk.seeds import INITIAL
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Conflict
from flowtic.core.events import change, record
from flowtic.core.journal import Step, journal, step
from flowtic.core.policy import allows, require


class AssigneeOutsideDepartment(CommandError):
    code = "assignee_outside_department"


class AlreadyTaken(Conflict):
    """Somebody else owns it; `extra["assignee"]` says who."""

    code = "already_taken"


class TicketIsClosed(Conflict):
    code = "ticket_is_closed"


@command
def claim_ticket(actor: Actor, ticket: Ticket, *, reason: dict[str, Any] | None = None) -> Ticket:
    """Takes a free ticket for oneself; exactly one of many wins, the others get AlreadyTaken.

    `reason` (see desk.dispatching.words): why this one, when it was not the person who chose it.
    """
    # The conditional update decides the race without reading first, on every database.
    won = Ticket.objects.filter(pk=ticket.pk, assignee=None, is_open=True).update(assignee=actor.user)
    ticket = Ticket.objects.lock(ticket.pk)
    if not won:
        if ticket.assignee_id == actor.user.pk:
            return ticket
        if ticket.assignee_id is None:
            raise TicketIsClosed(_("A closed ticket cannot be taken over."))
        raise AlreadyTaken(_("%(name)s got there first.") % {"name": ticket.assignee}, assignee=ticket.assignee)
    require(actor, "ticket.claim", ticket)
    _after_assignment(actor, ticket, None, events.CLAIMED, reason)
    return ticket


@command
def assign_ticket(
    actor: Actor,
    ticket: Ticket,
    *,
    assignee: User | None,
    seen: int | None = None,
    reason: dict[str, Any] | None = None,
) -> Ticket:
    """Gives the ticket to an agent of its department, or to nobody (None).

    One's own ticket may be handed over or given back; everything else is dispatch. `seen`: version on screen.
    `reason` (see desk.dispatching.words) is told in the history.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    previous = ticket.assignee_id
    if assignee is not None and previous is None and actor.user is not None and assignee.pk == actor.user.pk:
        require(actor, "ticket.claim", ticket)
    elif previous is not None and actor.user is not None and previous == actor.user.pk:
        require(actor, "ticket.release", ticket)
    else:
        require(actor, "ticket.dispatch", ticket)
    if previous == (assignee.pk if assignee else None):
        return ticket
    check_fresh(ticket, ["assignee"], seen)
    if not ticket.is_open:
        raise TicketIsClosed(_("A closed ticket cannot be assigned; reopen it first."))
    if assignee is not None and not ticket.department.has_agent(assignee):
        raise AssigneeOutsideDepartment(
            _("%(name)s does not work in %(department)s.") % {"name": assignee, "department": ticket.department},
            fields={"assignee": _("does not work in this department")},
        )
    ticket.assignee = assignee
    _after_assignment(actor, ticket, previous, events.ASSIGNED if assignee else events.RELEASED, reason)
    return ticket


def release_ticket(actor: Actor, ticket: Ticket) -> Ticket:
    """Back to the queue of its department."""
    return assign_ticket(actor, ticket, assignee=None)


def may_assign(actor: Actor, ticket: Ticket) -> bool:
    """Whether the actor may choose an assignee here (for doors that show or hide the choice)."""
    return allows(actor, "ticket.dispatch", ticket) or (
        ticket.assignee_id is not None and actor.user is not None and ticket.assignee_id == actor.user.pk
    )


def _after_assignment(
    actor: Actor, ticket: Ticket, previous: int | None, event: str, reason: dict[str, Any] | None = None
) -> None:
    """Version, status that mirrors the assignment, journal and event of a ticket whose assignee was just set."""
    ticket.updated_at = clock.now()
    undo = journal(actor, event, *_inverse(ticket, previous))
    ticket.save(update_fields=["assignee", *touch(ticket, "assignee")])
    record(
        actor,
        event,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("assignee", previous, ticket.assignee_id)],
        data={"reason": reason} if reason else None,
        operation_id=undo.pk,
    )
    category = ticket.status.category
    if ticket.assignee_id and category == Status.Category.PENDING_ASSIGNMENT:
        move(actor, ticket, Status.objects.get(key="assigned"), follows=event)
    elif ticket.assignee_id is None and category == Status.Category.ASSIGNED:
        move(actor, ticket, Status.objects.get(key=INITIAL), follows=event)


def _inverse(ticket: Ticket, previous: int | None) -> list[Step]:
    """The assignee before, and the status where giving back or taking over would lead to another one."""
    back = step("assign_ticket", ticket.pk, changed={"assignee": ticket.assignee_id}, assignee=previous)
    category, key = ticket.status.category, ticket.status.key
    if previous is None and category == Status.Category.PENDING_ASSIGNMENT and key != INITIAL:
        return [back, step("change_status", ticket.pk, status=key)]
    if ticket.assignee_id is None and category == Status.Category.ASSIGNED and key != "assigned":
        return [back, step("change_status", ticket.pk, status=key)]
    return [back]


def own_quietly(actor: Actor, ticket: Ticket, assignee: User) -> None:
    """A locked free ticket gets an owner as the consequence of something else, e.g. of a step taken over."""
    previous, ticket.assignee = ticket.assignee_id, assignee
    _after_assignment(actor, ticket, previous, events.CLAIMED)


def set_owner(actor: Actor, ticket: Ticket, assignee: User | None, *, event: str, reason: dict[str, Any]) -> None:
    """A locked ticket gets another owner, or none, by machine; whether it may, the caller has asked."""
    previous, ticket.assignee = ticket.assignee_id, assignee
    _after_assignment(actor, ticket, previous, event, reason)
