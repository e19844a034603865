"""Demo content: what the assistant of the demo company says about its open tickets, by the engine that any desk has."""

import datetime as dt

from ai_assist.commands.classifying import classify_ticket
from ai_assist.models import Suggestion
from desk.demo.parts import part
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor

MACHINE = Actor.system("assistant")
SOON = dt.timedelta(seconds=40)


@part
def suggest(now: dt.datetime) -> int:
    """Has every open ticket looked at that nobody looked at yet; it makes no tickets."""
    looked_at = Suggestion.objects.filter(feature=Suggestion.Feature.CLASSIFY).values("ticket")
    for ticket in Ticket.objects.open().exclude(pk__in=looked_at).order_by("pk"):
        with clock.travel(min(ticket.created_at + SOON, now)):
            classify_ticket(MACHINE, ticket)
    return 0
