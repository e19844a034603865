"""Who may do what with the assistant. Whether it is on at all is a setting, not a right (ai_assist.queries)."""

from typing import Any

from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.policy import rule

READ, WRITE = "tickets:read", "tickets:write"


@rule("assist.use", scope=READ)
def use(actor: Actor, ticket: Ticket | None) -> bool:
    """See and ask for suggestions: whoever works the ticket; without a ticket, whoever works."""
    return actor.can_work and (ticket is None or ticket.internal_for(actor))


@rule("assist.decide", scope=WRITE)
def decide(actor: Actor, suggestion: Suggestion) -> bool:
    """Accept, dismiss, take back, rate: whoever works its ticket, or who asked where there is none."""
    if not actor.can_work:
        return False
    if suggestion.ticket is None:
        return suggestion.asked_by_id == actor.user.pk
    return suggestion.ticket.internal_for(actor)


@rule("assist.report", scope=READ)
def report(actor: Actor, _subject: Any) -> bool:
    """How often the suggestions are right."""
    return actor.is_support


@rule("assist.configure", scope="admin")
def configure(actor: Actor, _subject: Any) -> bool:
    """Settings, providers, how far a field is trusted."""
    return actor.is_admin


@rule("assist.train", scope="admin")
def train(actor: Actor, _subject: Any) -> bool:
    """Have the models learned anew."""
    return actor.is_admin
