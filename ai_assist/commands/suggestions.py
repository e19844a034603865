"""The life of a suggestion: begun, grown and finished by machines, decided and rated by people."""

import secrets
import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from ai_assist.commands.classifying import classify_ticket
from ai_assist.commands.deciding import accept, dismiss, rate, take_back
from ai_assist.models import Suggestion
from ai_assist.queries import assistant_on
from ai_assist.results import Source
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict
from flowtic.core.policy import require

__all__ = ["accept", "begin", "classify_ticket", "dismiss", "fail", "finish", "grow", "rate", "take_back"]

UNFINISHED = (Suggestion.State.WAITING, Suggestion.State.GROWING)
# Partial texts are saved no more often than this (seconds).
PACE = 0.34
MAX_ERROR = 300


@command
def begin(
    actor: Actor,
    feature: str,
    *,
    ticket: Ticket | None = None,
    subject: Model | None = None,
    options: Mapping[str, Any] | None = None,
    language: str = "",
    engine: str = Suggestion.Engine.LLM,
    input_hash: str = "",
) -> Suggestion:
    """A suggestion that somebody asked for and a worker will write; what was open of the same kind gives way.

    Raises Conflict while the assistant is off.
    """
    require(actor, "assist.use", ticket)
    if not assistant_on():
        raise Conflict(_("The assistant is off."))
    subject_type = subject._meta.label_lower if subject is not None else ""
    subject_id = subject.pk if subject is not None else None
    same = Suggestion.objects.filter(feature=feature, ticket=ticket, subject_type=subject_type, subject_id=subject_id)
    if feature != Suggestion.Feature.SUMMARY:
        same = same.filter(asked_by=actor.user)
    same.filter(outcome=Suggestion.Outcome.OPEN).update(outcome=Suggestion.Outcome.SUPERSEDED)
    return Suggestion.objects.create(
        key=secrets.token_hex(16),
        feature=feature,
        ticket=ticket,
        subject_type=subject_type,
        subject_id=subject_id,
        language=language,
        asked_by=actor.user,
        state=Suggestion.State.WAITING,
        options=dict(options or {}),
        engine=engine,
        input_hash=input_hash,
        created_at=clock.now(),
    )


def grow(suggestion: Suggestion, text: str) -> bool:
    """Saves the text so far, at most three times a second. False when nobody waits for the rest any more."""
    last: float = getattr(suggestion, "grown_at", 0.0)
    now = time.monotonic()
    if now - last < PACE:
        return True
    suggestion.grown_at = now  # type: ignore[attr-defined]
    return bool(_unfinished(suggestion).update(text=text, state=Suggestion.State.GROWING))


def finish(
    suggestion: Suggestion,
    *,
    text: str = "",
    value: Any = None,
    sources: Iterable[Source] = (),
    engine: str = "",
    engine_version: str = "",
    confidence: float | None = None,
    reasons: Iterable[Mapping[str, Any]] = (),
    options: Mapping[str, Any] | None = None,
    input_hash: str = "",
) -> bool:
    """Makes it ready to be read and decided; `sources` are numbered from 1. False when it was decided meanwhile."""
    values: dict[str, Any] = {
        "text": text,
        "value": value,
        "sources": [source.stored(number) for number, source in enumerate(sources, start=1)],
        "engine_version": engine_version[:80],
        "confidence": confidence,
        "reasons": [dict(reason) for reason in reasons],
    }
    if engine:
        values["engine"] = engine
    if options is not None:
        values["options"] = {**suggestion.options, **options}
    if input_hash:
        values["input_hash"] = input_hash
    return _end(suggestion, Suggestion.State.READY, values)


def fail(suggestion: Suggestion, code: str, sentence: str) -> bool:
    """Ends it without a result; `sentence` says why to whoever asked, `code` to statistics."""
    options = {**suggestion.options, "failure": code}
    return _end(suggestion, Suggestion.State.FAILED, {"error": sentence[:MAX_ERROR], "options": options})


def _end(suggestion: Suggestion, state: str, values: dict[str, Any]) -> bool:
    values |= {"state": state, "finished_at": clock.now()}
    done = bool(_unfinished(suggestion).update(**values))
    if done:
        for name, value in values.items():
            setattr(suggestion, name, value)
    return done


def _unfinished(suggestion: Suggestion) -> Any:
    return Suggestion.objects.filter(pk=suggestion.pk, state__in=UNFINISHED, outcome=Suggestion.Outcome.OPEN)
