"""What the assistant of the demo company learned from its solved tickets, says about open ones, and was right with."""

import datetime as dt
import json
import secrets
from collections.abc import Iterator
from typing import Any

from accounts.models import Department, User
from ai_assist import fields
from ai_assist.commands.classifying import classify_ticket
from ai_assist.commands.trust import recalculate
from ai_assist.demo.history import FOLDER, history_tickets
from ai_assist.local.examples import Example
from ai_assist.models import AssistSettings, LearnedModel, Suggestion
from ai_assist.results import Guess
from desk.commands import create_ticket
from desk.demo.parts import part
from desk.models import Priority, Ticket
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.leases import lease
from flowtic.core.models import Job

MACHINE = Actor.system("assistant")
KIND, LONGEST = "ai.demo", 3600
SOON = dt.timedelta(seconds=40)
DECIDED_AFTER = dt.timedelta(minutes=50)
LEAST = 150
Outcome = Suggestion.Outcome


@part
def play(now: dt.datetime) -> int:
    """Lets new tickets come in and leaves the learning to a worker: its libraries take longer than the whole demo.
    Returns how many tickets it made."""
    told = bool(history_tickets())
    if told:
        AssistSettings.objects.get_or_create(pk=1, defaults={"least_tickets": LEAST})
        jobs.enqueue(MACHINE, KIND, {}, queue="long")
    return _come_in(now) if told else 0


@jobs.job(KIND, large=True)
def look_around(_job: Job) -> None:
    """Learns, remembers how often that was right, and looks at every open ticket."""
    from ai_assist.local.training import train_all

    if not LearnedModel.objects.filter(live=True, target="department").exists():
        with lease("ai.train", LONGEST) as held:
            if held:
                train_all(MACHINE)
    if not Suggestion.objects.filter(ticket__is_open=False).exists():
        _remember(history_tickets())
    now = clock.now()
    for ticket in Ticket.objects.open().order_by("pk"):
        with clock.travel(min(ticket.created_at + SOON, now)):
            classify_ticket(MACHINE, ticket)


def _come_in(now: dt.datetime) -> int:
    """Requests that land where requests without a department land."""
    rows = json.loads((FOLDER / "incoming.json").read_text(encoding="utf-8"))
    place = Department.objects.filter(is_default=True).first()
    made = 0
    for row in rows:
        person = User.objects.filter(email=f"{row['requester']}@flowtic.example").first()
        if person is not None and place is not None:
            with clock.travel(now - dt.timedelta(hours=row["hours_ago"])):
                create_ticket(Actor(person, "web"), subject=row["subject"], description=row["text"], department=place)
            made += 1
    return made


def _remember(tickets: list[Ticket]) -> None:
    """What models that had not seen them would have said about solved tickets, and what people made of it."""
    usual = {
        "department": Department.objects.filter(is_default=True).values_list("pk", flat=True).first(),
        "priority": Priority.objects.filter(key="normal").values_list("pk", flat=True).first(),
    }
    by_text = {(ticket.subject, ticket.description): ticket for ticket in tickets}
    rows = []
    for field, before in usual.items():
        for example, value, confidence in _unseen(field):
            ticket = by_text.get((example.subject, example.body))
            if ticket is not None:
                rows.append(_decided(ticket, Guess(field, value, confidence, "local", "1"), before))
    Suggestion.objects.bulk_create(rows)
    for field in usual:
        recalculate(MACHINE, field)


def _unseen(field: str) -> Iterator[tuple[Example, Any, float]]:
    """(ticket, answer, how sure) by models in folds, with the calibration of the one in use."""
    from ai_assist.local import duplicates, store
    from ai_assist.local.examples import split
    from ai_assist.local.learning import Material, folded
    from ai_assist.local.tickets import examples

    row = LearnedModel.objects.filter(target=field, live=True).first()
    model = store.model_of(row) if row else None
    if model is None:
        return
    known = list(examples())
    duplicates.mark(known)
    material = Material(split(known))
    told = [example for example in material.examples if example.labels.get(field) in model.values]
    matrix = material.vocabulary.matrix(told)
    apart = folded(material.vocabulary, matrix, [example.labels[field] for example in told], model.values)
    chances = model.confidences(apart.scores)
    for example, scores, sure in zip(told, apart.scores, chances, strict=True):
        best = int(scores.argmax())
        yield example, model.values[best], round(float(sure[best]), 4)


def _decided(ticket: Ticket, guess: Guess, before: int | None) -> Suggestion:
    """A suggestion as it would have been made when the ticket came, judged by how the ticket ended."""
    value, truth = fields.plain(guess.field, guess.value), fields.current(ticket, guess.field)
    at = ticket.created_at + SOON
    return Suggestion(
        key=secrets.token_hex(16),
        feature=Suggestion.Feature.CLASSIFY,
        field=guess.field,
        ticket=ticket,
        language=ticket.language,
        mode=Suggestion.Mode.WATCH if value == before else Suggestion.Mode.SUGGEST,
        value=value,
        before=before,
        confidence=guess.confidence,
        reasons=list(guess.reasons),
        engine=guess.engine,
        engine_version=guess.engine_version,
        outcome=Outcome.ACCEPTED if value == truth else Outcome.CHANGED,
        outcome_value=truth,
        decided_by_id=ticket.assignee_id,
        decided_at=at + DECIDED_AFTER,
        created_at=at,
        finished_at=at,
    )
