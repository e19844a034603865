"""The engine of this desk: what was learned here where something was, rules for the rest."""

import structlog

from ai_assist.local import classify
from ai_assist.results import Guess
from desk.models import Ticket

log = structlog.get_logger("flowtic.assist")


def guesses(ticket: Ticket) -> list[Guess]:
    """At most one for each field; each says which engine made it. Whatever fails, the ticket's work goes on."""
    from ai_assist.rules import classify as rules

    try:
        found = classify.guesses(ticket)
    except Exception:
        log.exception("local_engine_failed", ticket=ticket.pk)
        found = []
    answered = {guess.field for guess in found}
    missing = [target for target in classify.TARGETS if target not in answered]
    return found + (rules.guesses(ticket, fields=missing) if missing else [])
