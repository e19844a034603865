"""The assistant behind the workflow step "Classify": what the engine of this desk is certain enough of."""

from collections.abc import Sequence
from typing import Any

from ai_assist import fields
from ai_assist.queries import assistant_on, trust_of
from desk.models import Ticket
from workflows import classification


@classification.register
def classify(ticket: Ticket, wanted: Sequence[str]) -> dict[str, Any]:
    """{field: key of its value, as workflows compare them} where a guess reaches the field's threshold."""
    from ai_assist.local import engine

    if not assistant_on() or not set(wanted) & set(fields.FIELDS):
        return {}
    found: dict[str, Any] = {}
    for guess in engine.guesses(ticket):
        if guess.field not in wanted or guess.confidence < trust_of(guess.field).threshold:
            continue
        row = fields.row(guess.field, guess.value)
        if row is not None:
            found.setdefault(guess.field, row.key)
    return found
