"""Where to go after sending: the next ticket of the list one came from, else the next of one's own."""

import re

from django.urls import reverse

from desk.models import Ticket
from flowtic.core.actor import Actor

# What the page offers: a ticket, with the list's own query behind it.
OFFERED = re.compile(r"^/tickets/([\w-]{1,40})(\?[\w=&%.,:+~-]{0,2000})?$")


def next_address(actor: Actor, ticket: Ticket, offered: str = "") -> str:
    """A ticket's page, or the list when nothing is left. `offered`: where the page's own arrow leads."""
    named = OFFERED.match(offered)
    if named and named[1] != ticket.number and Ticket.objects.visible_to(actor).filter(number=named[1]).exists():
        return offered
    own = Ticket.objects.filter(assignee=actor.user).open().exclude(pk=ticket.pk).order_by("sort_due_at", "pk").first()
    return own.get_absolute_url() if own else reverse("desk:ticket_list")
