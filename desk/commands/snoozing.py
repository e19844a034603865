"""Putting a ticket off: it comes back at its time, or when the requester writes."""

from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from desk import events
from desk.models import Snooze, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.events import change, record
from flowtic.core.journal import Step, journal, step
from flowtic.core.policy import require
from flowtic.core.undo import inverse

LONGEST = timedelta(days=366)


@command
def snooze_ticket(actor: Actor, ticket: Ticket, *, until: datetime) -> Ticket:
    """Takes the ticket out of the lists until that moment; a later call moves it. Promises go on running.

    Raises Invalid for a moment that is over or more than a year away, Conflict for a closed ticket.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.edit", ticket)
    row = Snooze.objects.filter(ticket=ticket).first()
    if row is not None and row.until == until:
        return ticket
    now = clock.now()
    if not ticket.is_open:
        raise Conflict(_("A closed ticket cannot be put off."))
    if not now < until <= now + LONGEST:
        raise Invalid(
            _("Please choose a moment within the next year."), fields={"until": _("not within the next year")}
        )
    before = row.until if row else None
    Snooze.objects.update_or_create(ticket=ticket, defaults={"until": until, "by": actor.user, "created_at": now})
    undo = journal(actor, events.SNOOZED, _back(ticket, before))
    changes = [change("snoozed", before.isoformat() if before else None, until.isoformat())]
    record(actor, events.SNOOZED, ticket, ticket_id=ticket.pk, changes=changes, operation_id=undo.pk)
    return ticket


@command
def wake_ticket(actor: Actor, ticket: Ticket) -> Ticket:
    """Brings a ticket that was put off back into the lists; one that is there stays as it is."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.edit", ticket)
    row = Snooze.objects.filter(ticket=ticket).first()
    if row is None:
        return ticket
    row.delete()
    undo = journal(actor, events.WOKEN, _back(ticket, row.until))
    changes = [change("snoozed", row.until.isoformat(), None)]
    data = {"by": row.by_id}
    record(actor, events.WOKEN, ticket, ticket_id=ticket.pk, changes=changes, data=data, operation_id=undo.pk)
    return ticket


def _back(ticket: Ticket, before: datetime | None) -> Step:
    return step("snooze_ticket", ticket.pk, until=before.isoformat() if before else "")


@inverse("snooze_ticket")
def _put_off_as_before(actor: Actor, one: Step) -> None:
    ticket = Ticket.objects.visible_to(actor).filter(pk=one["ticket"]).first()
    if ticket is None:
        raise NotFound(_("There is nothing to undo."))
    until = parse_datetime(one["arguments"]["until"] or "")
    if until is None or until <= clock.now():
        wake_ticket(actor, ticket)
    else:
        snooze_ticket(actor, ticket, until=until)
