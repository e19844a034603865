"""The way of a ticket through its statuses."""

from django.utils.translation import gettext as _

from desk import events, guards
from desk.commands import promises
from desk.concurrency import check_fresh, touch
from desk.models import Status, Ticket
from desk.seeds import INITIAL
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Conflict
from flowtic.core.events import change, record
from flowtic.core.journal import journal, step
from flowtic.core.policy import require

C = Status.Category


class TransitionNotAllowed(CommandError):
    """The table of transitions does not let this role go there."""

    code = "transition_not_allowed"
    status = 409


class TooLateToReopen(Conflict):
    """The days in which a requester may reopen are over."""

    code = "too_late_to_reopen"


@command
def change_status(actor: Actor, ticket: Ticket, *, status: Status, seen: int | None = None) -> Ticket:
    """Takes the ticket to another status along an allowed transition. `seen`: version on screen."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.change_status", ticket)
    if ticket.status_id == status.pk:
        return ticket
    check_fresh(ticket, ["status"], seen)
    check_transition(actor, ticket, status)
    move(actor, ticket, status)
    return ticket


@command
def reopen_ticket(actor: Actor, ticket: Ticket) -> Ticket:
    """Back to the desk: to its assignee if there is one, else to the queue."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.change_status", ticket)
    if ticket.is_open:
        return ticket
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; undo the merge first."))
    target = Status.objects.get(key=INITIAL)
    check_transition(actor, ticket, target)
    reopen(actor, ticket)
    return ticket


def check_transition(actor: Actor, ticket: Ticket, status: Status) -> None:
    """Raises TransitionNotAllowed, TooLateToReopen or Guarded."""
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; work on the other one."))
    if not status.active or not ticket.can_become(status, actor):
        raise TransitionNotAllowed(
            _("The status cannot change from %(old)s to %(new)s.") % {"old": ticket.status, "new": status},
            fields={"status": _("This step is not allowed.")},
        )
    until = ticket.reopen_until()
    if status.is_open and until and clock.now() > until and ticket.acting_role(actor) == "user" and not actor.is_system:
        raise TooLateToReopen(_("This ticket can no longer be reopened. Please write a new one."))
    guards.check(actor, ticket, status)


def reopen(actor: Actor, ticket: Ticket) -> None:
    """Reopens a locked ticket without asking anybody; for commands."""
    keeps = ticket.assignee is not None and ticket.department.has_agent(ticket.assignee)
    if not keeps and ticket.assignee_id:
        ticket.assignee = None
        ticket.save(update_fields=["assignee", *touch(ticket, "assignee")])
    move(actor, ticket, Status.objects.get(key="assigned" if keeps else INITIAL), follows=events.REOPENED)


def move(actor: Actor, ticket: Ticket, status: Status, *, follows: str = "") -> None:
    """Sets the status of a locked ticket, its times and its event. For commands, after their checks.

    `follows` names the event of which this change is a mere consequence; it is journalled with that one.
    """
    previous, now = ticket.status, clock.now()
    if previous.pk == status.pk:
        return
    was_open = ticket.is_open
    ticket.status, ticket.is_open, ticket.updated_at = status, status.is_open, now
    if status.category == C.RESOLVED:
        ticket.resolved_at = now
    elif status.category == C.CLOSED:
        ticket.resolved_at = ticket.resolved_at or now
        ticket.closed_at = now
    else:
        ticket.resolved_at = ticket.closed_at = None
    undo = (
        None
        if follows
        else journal(
            actor,
            events.STATUS_CHANGED,
            step("change_status", ticket.pk, changed={"status": status.key}, status=previous.key),
        )
    )
    due = promises.follow_status(actor, ticket, was_open=was_open)
    ticket.save(update_fields=["status", "is_open", "resolved_at", "closed_at", *due, *touch(ticket, "status")])
    reopened = status.is_open and not was_open
    record(
        actor,
        events.REOPENED if reopened else events.STATUS_CHANGED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("status", previous.key, status.key)],
        data={"follows": follows} if follows else {},
        operation_id=undo.pk if undo else None,
    )
