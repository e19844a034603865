"""One question to a language model, with everything around it: masking, budget, breaker, log, one repair."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import structlog
from django.utils.translation import gettext as _

from ai_assist import breaker, budget, providers
from ai_assist.commands.calls import keep_call
from ai_assist.llm import names, schema
from ai_assist.llm.routing import LlmError, Route, route
from ai_assist.llm.sizes import fitted, tokens, tokens_of
from ai_assist.masking import Masker
from ai_assist.models import Suggestion
from ai_assist.providers.base import Answer, Call, Message, ProviderError
from desk.models import Ticket
from flowtic.core.actor import Actor

log = structlog.get_logger("flowtic.assistant")


@dataclass(frozen=True)
class Result:
    """What the model said, personal data put back; `data` where a schema was asked for."""

    text: str
    data: Any = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)
    model: str = ""
    complete: bool = True


@dataclass
class _Run:
    """What all calls of one question share."""

    actor: Actor
    way: Route
    masker: Masker
    ticket: Ticket | None
    suggestion: Suggestion | None
    restore: bool


def run(
    feature: str,
    messages: Sequence[Message],
    *,
    schema: dict[str, Any] | None = None,
    person: Actor,
    ticket: Ticket | None = None,
    suggestion: Suggestion | None = None,
    on_text: Callable[[str], None] | None = None,
    people: Sequence[str] = (),
    restore: bool = True,
) -> Result:
    """Asks the feature's model. Raises LlmError with a code and a sentence for whoever waits.

    `people`: names that are masked also where only a part of them stands. `restore=False` leaves the placeholders in
    the answer and masks whatever the department says: for texts that many will read.
    """
    way = route(feature, ticket)
    own = [*people, *(names.people_of(ticket) if ticket is not None else ())]
    kinds = way.kinds if restore else ("names", "emails", "phones", "ibans")
    known = names.everybody() if "names" in kinds else {}
    masker = Masker(kinds, people=own, known=known, words=way.words)
    asked = [{**message, "content": masker.mask(message["content"])} for message in messages]
    working = _Run(person, way, masker, ticket, suggestion, restore)
    answer, cost = _ask(working, fitted(asked), schema, on_text)
    if schema is None:
        return _result(working, answer, cost, answer.text, None)
    return _structured(working, asked, schema, answer, cost)


def _structured(working: _Run, asked: list[Message], form: dict[str, Any], answer: Answer, cost: Decimal) -> Result:
    """The value of a structured answer; an unfit one may be repaired once."""
    try:
        return _result(working, answer, cost, answer.text, schema.read(answer.text, form))
    except schema.Unfit as unfit:
        log.info("answer_repaired", feature=working.way.feature.feature, errors=len(unfit.errors))
        said = {"role": "assistant", "content": answer.text[:8000]}
        wish = (
            "That answer does not fit: " + "; ".join(unfit.errors) + "\nThe JSON schema is:\n" + json.dumps(form)
            + "\nAnswer again with nothing but the JSON."
        )  # fmt: skip
        again, more = _ask(working, fitted([*asked, said, {"role": "user", "content": wish}]), form, None)
    try:
        value = schema.read(again.text, form)
    except schema.Unfit:
        raise LlmError("bad_answer", _("The language model's answer has not the form that was asked for.")) from None
    both = Answer(again.text, answer.tokens_in + again.tokens_in, answer.tokens_out + again.tokens_out)
    return _result(working, both, cost + more, again.text, value)


def _result(working: _Run, answer: Answer, cost: Decimal, text: str, data: Any) -> Result:
    if working.restore:
        text, data = working.masker.restore(text), working.masker.restore_all(data)
    model = f"{working.way.provider.name}: {working.way.model}"
    return Result(text, data, answer.tokens_in, answer.tokens_out, cost, model, answer.complete)


def _ask(
    working: _Run, messages: list[Message], form: dict[str, Any] | None, on_text: Callable[[str], None] | None
) -> tuple[Answer, Decimal]:
    """One call: taken from the budget, made, settled, logged."""
    way = working.way
    key = way.key()
    try:
        breaker.admit(way.provider)
    except breaker.Open as stopped:
        raise LlmError("open_circuit", str(stopped)) from None
    most_in, most_out = tokens_of(messages), way.feature.max_output_tokens
    try:
        reservation = budget.reserve(working.actor, tokens=most_in + most_out, cost=_cost(way, most_in, most_out))
    except budget.BudgetUsedUp as refused:
        _log(working, messages, Answer(""), Decimal(0), 0, ProviderError("budget", refused.message, attempts=0))
        raise LlmError("budget", refused.message) from None
    began, grown = time.monotonic(), _Growing(working, on_text)
    failure: ProviderError | None = None
    answer = Answer("")
    used = (0, 0)
    try:
        call = Call(way.provider.base_url, key, way.model, messages, most_out, way.provider.timeout, form)
        answer = providers.client().complete(call, grown if on_text else None)
        used = (answer.tokens_in or most_in, answer.tokens_out or tokens(answer.text))
    except ProviderError as error:
        failure, answer = error, Answer(grown.text, status=error.status or 0, attempts=error.attempts)
        # What was written before it broke off has been paid for.
        used = (most_in, tokens(grown.text)) if grown.text else (0, 0)
    finally:
        cost = _cost(way, *used)
        budget.settle(working.actor, reservation, tokens=sum(used), cost=cost)
    answer = Answer(answer.text, *used, answer.status, answer.attempts, answer.complete)
    milliseconds = round((time.monotonic() - began) * 1000)
    _log(working, messages, answer, cost, milliseconds, failure)
    if failure is not None:
        if failure.server_is_ill:
            breaker.failed(way.provider)
        raise LlmError(failure.code, failure.sentence)
    breaker.succeeded(way.provider)
    return answer, cost


class _Growing:
    """Passes the growing text on with personal data put back; a reader who left ends nothing."""

    def __init__(self, working: _Run, on_text: Callable[[str], None] | None):
        self.text, self._masker, self._on_text = "", working.masker, on_text
        self._restore, self._told = working.restore, 0.0

    def __call__(self, text: str) -> None:
        self.text = text
        now = time.monotonic()
        # Tokens come by the hundred in a second; nobody reads that fast.
        if self._on_text is not None and now - self._told >= 0.1:
            self._told = now
            self._on_text(self._masker.restore(text, growing=True) if self._restore else text)


def _cost(way: Route, tokens_in: int, tokens_out: int) -> Decimal:
    return budget.price(tokens_in, tokens_out, way.feature.price_in, way.feature.price_out)


def _log(
    working: _Run,
    messages: list[Message],
    answer: Answer,
    cost: Decimal,
    milliseconds: int,
    failure: ProviderError | None,
) -> None:
    text = "\n\n".join(f"{message['role']}:\n{message['content']}" for message in messages)
    way = working.way
    keep_call(
        working.actor,
        working.suggestion,
        ticket=working.ticket,
        feature=way.feature.feature,
        provider=way.provider.name,
        model=way.model,
        input_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        input_text=text,
        output_text=answer.text,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        cost=cost,
        status=answer.status or None,
        error=failure.code if failure else "",
        attempts=failure.attempts if failure else answer.attempts,
        milliseconds=milliseconds,
    )
