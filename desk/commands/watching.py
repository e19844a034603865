"""Watchers: told what happens, own nothing."""

from accounts.models import User
from desk import events
from desk.models import Participant, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import change, record
from flowtic.core.journal import journal, step
from flowtic.core.policy import require


@command
def add_watcher(actor: Actor, ticket: Ticket, *, person: User) -> Ticket:
    """The person sees the public part from now on (agents of the department saw it all before) and is told of news."""
    ticket = Ticket.objects.lock(ticket.pk)
    oneself = actor.user is not None and person.pk == actor.user.pk
    require(actor, "ticket.watch" if oneself else "ticket.edit_watchers", ticket)
    rows = ticket.participants.filter(person=person, reason=Participant.Reason.WATCHER)
    if rows.exists():
        return ticket
    Participant.objects.create(
        ticket=ticket,
        person=person,
        level=Participant.Level.PUBLIC,
        reason=Participant.Reason.WATCHER,
        created_at=clock.now(),
    )
    undo = journal(actor, events.WATCHER_ADDED, step("remove_watcher", ticket.pk, person=person.pk))
    changes = [change("watcher", None, person.pk)]
    record(actor, events.WATCHER_ADDED, ticket, ticket_id=ticket.pk, changes=changes, operation_id=undo.pk)
    return ticket


@command
def remove_watcher(actor: Actor, ticket: Ticket, *, person: User) -> Ticket:
    """No more news; the requester and those who work the ticket still see it."""
    ticket = Ticket.objects.lock(ticket.pk)
    oneself = actor.user is not None and person.pk == actor.user.pk
    require(actor, "ticket.watch" if oneself else "ticket.edit_watchers", ticket)
    removed, _rows = ticket.participants.filter(person=person, reason=Participant.Reason.WATCHER).delete()
    if removed:
        undo = journal(actor, events.WATCHER_REMOVED, step("add_watcher", ticket.pk, person=person.pk))
        changes = [change("watcher", person.pk, None)]
        record(actor, events.WATCHER_REMOVED, ticket, ticket_id=ticket.pk, changes=changes, operation_id=undo.pk)
    return ticket
