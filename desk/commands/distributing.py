"""Handing out several tickets at once: what a dispatcher confirmed on the board."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from desk.commands.assignment import AlreadyTaken, assign_ticket
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Invalid
from flowtic.core.journal import grouped
from flowtic.core.models import Operation

MOST = 100


@dataclass(frozen=True)
class Given:
    """What became of one ticket; `error` says why it stayed."""

    ticket: Ticket
    error: CommandError | None = None


@command
def distribute_tickets(
    actor: Actor, pairs: Sequence[tuple[Ticket, User]], *, code: str
) -> tuple[list[Given], Operation | None]:
    """Gives each free ticket to its person: one operation with one undo; one that is refused does not keep the others.

    `code` is told in the history as the reason (desk.dispatching.words). Raises Invalid above MOST tickets.
    """
    if len(pairs) > MOST:
        raise Invalid(_("Up to %(n)d tickets can be changed at once.") % {"n": MOST})
    found = []
    with grouped("tickets.distributed") as group:
        for ticket, person in sorted(pairs, key=lambda pair: pair[0].pk):
            try:
                with transaction.atomic():
                    found.append(Given(_give(actor, ticket, person, code)))
            except CommandError as error:
                found.append(Given(ticket, error))
    return found, group.operation


def _give(actor: Actor, ticket: Ticket, person: User, code: str) -> Ticket:
    """Free tickets only: who was faster keeps it."""
    now = Ticket.objects.lock(ticket.pk)
    if now.assignee_id is not None:
        raise AlreadyTaken(_("%(name)s got there first.") % {"name": now.assignee}, assignee=now.assignee)
    return assign_ticket(actor, now, assignee=person, reason={"code": code, "params": {}})
