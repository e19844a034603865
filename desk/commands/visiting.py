"""Looking at a ticket: kept per person, so that lists and threads tell what is new to them."""

from datetime import datetime, timedelta

from desk.models import Ticket, TicketVisit
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require
from flowtic.core.prepared import Prepared

# Looking again within this time writes nothing.
PAUSE = timedelta(minutes=1)


_seen = Prepared(lambda ids, person: TicketVisit.objects.filter(person=person, ticket__in=ids).values_list("seen_at"))


def seen_by(person: int, ticket: Ticket) -> datetime | None:
    """Up to when the person has seen the ticket."""
    return next((seen for (seen,) in _seen.among([ticket.pk], person)), None)


@command
def note_visit(actor: Actor, ticket: Ticket) -> None:
    """The person has seen the ticket up to now. Written at most once a minute; no fact of the ticket's history."""
    require(actor, "ticket.view_internal", ticket)
    now = clock.now()
    if actor.user is None:
        return
    seen = seen_by(actor.user.pk, ticket)
    if seen is None:
        # Two tabs at once: the second finds the row that the first made.
        TicketVisit.objects.bulk_create(
            [TicketVisit(person=actor.user, ticket=ticket, seen_at=now)], ignore_conflicts=True
        )
    elif seen < now - PAUSE:
        TicketVisit.objects.filter(person=actor.user, ticket=ticket, seen_at__lt=now).update(seen_at=now)
