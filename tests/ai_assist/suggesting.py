"""Guesses as an engine makes them, and decisions about them, for tests."""

from datetime import timedelta

from ai_assist import fields
from ai_assist.commands.classifying import keep_guesses
from ai_assist.models import AssistSettings, Suggestion, Trust
from ai_assist.results import Guess
from desk.models import Priority
from flowtic.core import clock
from flowtic.core.actor import Actor

MACHINE = Actor.system("assistant")


def guess(field, row, confidence=0.9, **more):
    values = {"engine": "local", "engine_version": "3", "reasons": [{"code": "words", "words": ["VPN"]}], **more}
    return Guess(field, row.pk, confidence, **values)


def priority(key):
    return Priority.objects.get(key=key)


def suggest(ticket, *guesses):
    """The suggestions kept for those guesses, by field."""
    seen = {field: fields.seen_version(ticket, field) for field in fields.FIELDS}
    return {row.field: row for row in keep_guesses(MACHINE, ticket, guesses=guesses, seen=seen)}


def suggest_priority(ticket, key="urgent", confidence=0.9, **more):
    return suggest(ticket, guess("priority", priority(key), confidence, **more))["priority"]


def trusted(field="priority", mode="fill", **more):
    values = {"mode": mode, "ceiling": "fill", **more}
    return Trust.objects.update_or_create(field=field, defaults=values)[0]


def switch(on):
    AssistSettings.objects.update_or_create(pk=1, defaults={"enabled": on})


def decisions(ticket, right, *, field="priority", confidence=0.9, mode="suggest"):
    """Decided suggestions, one for each entry of `right`, oldest first, a minute apart."""
    now = clock.now()
    rows = [
        Suggestion(
            key=f"{field[:8]}{number:024d}",
            feature="classify",
            field=field,
            ticket=ticket,
            mode=mode,
            value=4,
            before=2,
            confidence=confidence if isinstance(confidence, float) else confidence[number],
            engine="local",
            outcome="accepted" if good else "changed",
            decided_at=now - timedelta(minutes=len(right) - number),
            created_at=now - timedelta(minutes=len(right) - number + 1),
        )
        for number, good in enumerate(right)
    ]
    Suggestion.objects.bulk_create(rows)
