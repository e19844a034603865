"""What the desk adds to a person's contact card."""

from django.utils.translation import gettext as _

from accounts.cards import Figure
from accounts.models import User
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.paging import bounded_count


def ticket_figures(actor: Actor, person: User) -> list[Figure]:
    """How many tickets the person asked, of those the actor may see."""
    rows = Ticket.objects.visible_to(actor).filter(requester=person)
    return [Figure(bounded_count(rows.open()), _("open")), Figure(bounded_count(rows), _("total"))]
