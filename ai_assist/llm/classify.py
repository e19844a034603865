"""Joins a language model with this desk's own engine: it chooses among the engine's best guesses, never among all."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import structlog

from ai_assist import fields
from ai_assist.llm.prompts import Prompt
from ai_assist.llm.routing import LlmError, available
from ai_assist.llm.running import run
from ai_assist.llm.sizes import cut
from ai_assist.llm.visible import visible_text
from ai_assist.models import Suggestion
from ai_assist.results import Guess
from desk.models import Ticket
from flowtic.core.actor import Actor

log = structlog.get_logger("flowtic.assistant")
CANDIDATES = 5
# How much more likely a value is when the model chose it too: an assumption, on the careful side.
WEIGHT = 4.0
_TASK = (
    "Choose for each field the value that fits the ticket best. Only the listed values exist; choose by their number. "
    'Answer with JSON such as {"department": 2}.'
)


def refine(actor: Actor, ticket: Ticket, guesses: Sequence[Guess]) -> list[Guess]:
    """The guesses, weighed with the model's choice; unchanged when there is no model or it fails."""
    open_ = {guess.field: _candidates(guess) for guess in guesses if guess.others}
    open_ = {field: found for field, found in open_.items() if len(found) > 1}
    if not open_ or not available("classify", ticket):
        return list(guesses)
    try:
        result = run("classify", _messages(ticket, open_), schema=_schema(open_), person=actor, ticket=ticket)
    except LlmError as error:
        log.info("classification_without_model", ticket=ticket.pk, reason=error.code)
        return list(guesses)
    chosen = {field: open_[field][number - 1][0] for field, number in result.data.items() if field in open_}
    return [_joined(guess, chosen[guess.field], result.model) if guess.field in chosen else guess for guess in guesses]


def _candidates(guess: Guess) -> list[tuple[Any, float]]:
    return [(guess.value, guess.confidence), *guess.others][:CANDIDATES]


def _messages(ticket: Ticket, candidates: dict[str, list[tuple[Any, float]]]) -> list[dict[str, str]]:
    prompt = Prompt()
    lists = []
    for field, found in candidates.items():
        rows = [fields.row(field, value) for value, _share in found]
        named = [f"{number}. {getattr(row, 'name_en', None) or row or '?'}" for number, row in enumerate(rows, start=1)]
        lists.append(f"{field}:\n" + "\n".join(named))
    text = f"Subject: {ticket.subject}\n\n{cut(visible_text(ticket.description), 1500)}"
    return prompt.messages(_TASK, prompt.fence("TICKET", text), "\n\n".join(lists))


def _schema(candidates: dict[str, list[tuple[Any, float]]]) -> dict[str, Any]:
    numbers = {field: {"type": "integer", "minimum": 1, "maximum": len(found)} for field, found in candidates.items()}
    return {"type": "object", "properties": numbers, "additionalProperties": False}


def _joined(guess: Guess, chosen: Any, model: str) -> Guess:
    """The chosen value counts WEIGHT times; what was not among the candidates keeps its share."""
    shares = dict(_candidates(guess))
    rest = max(0.0, 1.0 - sum(shares.values()))
    weighed = {value: share * (WEIGHT if value == chosen else 1.0) for value, share in shares.items()}
    total = sum(weighed.values()) + rest
    ranked = sorted(((value, share / total) for value, share in weighed.items()), key=lambda item: -item[1])
    (value, confidence), others = ranked[0], ranked[1:]
    reasons = [*guess.reasons, {"code": "model", "agrees": chosen == guess.value}]
    return replace(
        guess,
        value=value,
        confidence=confidence,
        others=others,
        reasons=reasons,
        engine=Suggestion.Engine.LLM,
        engine_version=model,
    )
