"""Switching a status off: the tickets in it go to a successor."""

from django.utils.translation import gettext as _

from desk import events
from desk.commands.status import move
from desk.commands.transitions import check_ways
from desk.concurrency import touch
from desk.models import Status, Ticket
from desk.seeds import INITIAL
from desk.transitions import all_ways
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

KIND = "desk.retire_status"
# Where commands and workflows take tickets themselves.
FIXED = (INITIAL, "assigned", "in_progress", "waiting_approval", "resolved", "closed", "rejected")


@command
def retire_status(actor: Actor, status: Status, *, successor: Status | None = None) -> Status:
    """Nothing goes there any more. Where tickets are in it a successor of the same category takes them, in a job."""
    require(actor, "desk.configure", status)
    before = all_ways()
    status = Status.objects.select_for_update().get(pk=status.pk)
    if status.key in FIXED:
        raise Conflict(_("Flowtic itself takes tickets to “%(status)s”; it stays on.") % {"status": status.name})
    if not status.active:
        return status
    used = Ticket.objects.filter(status=status).exists()
    if used and successor is None:
        raise Invalid(fields={"successor": _("Tickets are in this status. Choose the one that takes them.")})
    if successor is not None and not is_successor(status, successor):
        raise Invalid(fields={"successor": _("Choose an active status of the same category.")})
    status.active = False
    status.save(update_fields=["active"])
    check_ways(before)
    data = {"successor": successor.key} if used and successor else {}
    record(actor, events.CONFIG_CHANGED, status, changes=[change("active", True, False)], data=data)
    if used and successor is not None:
        jobs.enqueue(actor, KIND, {"status": status.pk, "successor": successor.pk})
    return status


@command
def pass_to_successor(actor: Actor, ticket: Ticket, *, status: Status, successor: Status) -> bool:
    """Takes one ticket over; False when it has left the status since. Nobody gets a mail for it."""
    require(actor, "desk.configure", status)
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.status_id != status.pk:
        return False
    if ticket.is_open:
        move(actor, ticket, successor, follows=events.CONFIG_CHANGED)
        return True
    # When it was resolved and closed stays as it was.
    ticket.status, ticket.updated_at = successor, clock.now()
    ticket.save(update_fields=["status", *touch(ticket, "status")])
    record(
        actor,
        events.STATUS_CHANGED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("status", status.key, successor.key)],
        data={"follows": events.CONFIG_CHANGED},
    )
    return True


def is_successor(status: Status, successor: Status) -> bool:
    """Whether tickets may go on there without anything else changing for them."""
    return successor.active and successor.pk != status.pk and successor.category == status.category
