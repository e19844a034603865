"""The open tickets a person owns, for who has to pass them on."""

from django.db import transaction

from accounts.holdings import Passed, Tell
from accounts.models import User
from desk.commands import assign_ticket
from desk.models import Ticket
from desk.models.ticket import TicketQuerySet
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError


def open_tickets(actor: Actor, person: User) -> TicketQuerySet:
    return Ticket.objects.visible_to(actor).open().filter(assignee=person)


def count(actor: Actor, person: User) -> int:
    return open_tickets(actor, person).count()


def pass_on(actor: Actor, person: User, successor: User | None, tell: Tell) -> Passed:
    """To the successor where they work in the ticket's department, else back to the department's queue."""
    handed = returned = kept = 0
    for ticket in open_tickets(actor, person).select_related("department").order_by("pk"):
        taker = successor if successor and ticket.department.has_agent(successor) else None
        try:
            with transaction.atomic():  # closed by somebody at this moment: it stays, the others go on
                assign_ticket(actor, ticket, assignee=taker)
        except CommandError:
            kept += 1
        else:
            handed, returned = handed + bool(taker), returned + (not taker)
        if not tell(Passed(handed, returned, kept)):
            break
    return Passed(handed, returned, kept)
