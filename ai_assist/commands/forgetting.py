"""After a secret was taken out of a ticket: nothing that the assistant wrote or sent about it may still hold it."""

from ai_assist.models import ModelCall, Suggestion
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require


@command
def forget_ticket_texts(actor: Actor, ticket: Ticket) -> None:
    """Written suggestions and the words of reasons go, the texts of calls too; figures and decisions stay."""
    require(actor, "ticket.redact", ticket)
    rows = Suggestion.objects.filter(ticket=ticket)
    rows.update(text="", reasons=[], options={})
    rows.exclude(feature=Suggestion.Feature.CLASSIFY).update(value=None, outcome_value=None)
    ModelCall.objects.filter(ticket=ticket).update(input_text="", output_text="")
