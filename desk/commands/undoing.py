"""Going back to a value that the same person changed a moment ago. Called by desk.undo only, which has asked whether
the value is still what the operation set."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from desk import guards
from desk.commands.assignment import AssigneeOutsideDepartment, TicketIsClosed, set_owner
from desk.commands.fields import apply_changes
from desk.commands.merging import merge_ticket
from desk.commands.sending import schedule_message
from desk.commands.status import move
from desk.events import ASSIGNED, COMMENTED, RELEASED
from desk.models import Comment, ScheduledSend, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict
from flowtic.core.journal import journal, step
from flowtic.core.policy import allows, require
from flowtic.core.undo import CannotUndo


@command
def take_status_back(actor: Actor, ticket: Ticket, *, status: Status) -> Ticket:
    """The status before. The table of transitions is not asked (nobody may go back to "new"); guards are."""
    ticket = _locked(ticket)
    require(actor, "ticket.change_status", ticket)
    if ticket.status_id != status.pk:
        guards.check(actor, ticket, status)
        move(actor, ticket, status)
    return ticket


@command
def take_assignment_back(actor: Actor, ticket: Ticket, *, assignee: User | None) -> Ticket:
    """The assignee before; what one handed over oneself may be taken back by who still works the ticket."""
    ticket = _locked(ticket)
    mine = actor.user is not None and actor.user.pk in (ticket.assignee_id, assignee.pk if assignee else None)
    require(actor, "ticket.edit" if mine else "ticket.dispatch", ticket)
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return ticket
    if not ticket.is_open:
        raise TicketIsClosed(_("A closed ticket cannot be assigned; reopen it first."))
    if assignee is not None and not ticket.department.has_agent(assignee):
        words = {"name": assignee, "department": ticket.department}
        raise AssigneeOutsideDepartment(_("%(name)s does not work in %(department)s.") % words)
    set_owner(actor, ticket, assignee, event=ASSIGNED if assignee else RELEASED, reason={})
    return ticket


@command
def take_fields_back(actor: Actor, ticket: Ticket, *, values: dict[str, Any]) -> Ticket:
    """The values before. Who moved a ticket out of the own departments may bring it back there."""
    ticket = _locked(ticket)
    department = values.get("department")
    if department is None or not allows(actor, "ticket.bring_back", department):
        require(actor, "ticket.edit", ticket)
    return apply_changes(actor, ticket, values)


@command
def take_split_back(actor: Actor, ticket: Ticket, *, into: Ticket, version: int) -> Ticket:
    """A ticket that was split off joins the one it came from, unless somebody worked on it by then."""
    ticket = _locked(ticket)
    if ticket.version != version or Comment.objects.filter(ticket=ticket).exists():
        raise CannotUndo(_("Somebody worked on %(number)s since.") % {"number": ticket.number})
    return merge_ticket(actor, ticket, into=into).source


def _locked(ticket: Ticket) -> Ticket:
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; work on the other one."))
    return ticket


@command
def hold_message(actor: Actor, ticket: Ticket, *, body: str, seconds: timedelta, kind: str = "reply") -> ScheduledSend:
    """A reply or note that is written in a moment; until then the undo of the operation takes it back."""
    ticket = Ticket.objects.lock(ticket.pk)
    held = schedule_message(actor, ticket, kind=kind, body=body, due_at=clock.now() + seconds, held=True)
    journal(actor, COMMENTED, step("withdraw_reply", ticket.pk, send=held.pk))
    return held


@command
def withdraw_reply(actor: Actor, pk: int) -> bool:
    """A held message of one's own is not written, and leaves no draft: its text came from a macro or went to many."""
    row = ScheduledSend.objects.select_for_update().filter(pk=pk, person=actor.user, held=True).first()
    if row is None:
        return False
    row.delete()
    return True
