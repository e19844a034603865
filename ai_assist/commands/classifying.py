"""Department, priority and request type of a ticket: guessed by the engines, kept by how far each field is trusted."""

import secrets
from collections.abc import Sequence
from typing import Any

from ai_assist import events, fields
from ai_assist.commands.deciding import tell
from ai_assist.models import Suggestion, Trust
from ai_assist.queries import assistant_on, trust_rows
from ai_assist.results import Guess
from desk.commands import change_fields
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError
from flowtic.core.policy import require

Feature, Mode, Outcome = Suggestion.Feature, Suggestion.Mode, Suggestion.Outcome
MOST_OTHERS = 4


def classify_ticket(actor: Actor, ticket: Ticket) -> list[Suggestion]:
    """Asks the engine of this desk about the ticket and keeps what it says; [] while the assistant is off."""
    from ai_assist.local import engine

    if not assistant_on():
        return []
    require(actor, "assist.use", ticket)
    # Outside the transaction: other writers do not wait for the engine.
    seen = {field: fields.seen_version(ticket, field) for field in fields.FIELDS}
    return keep_guesses(actor, ticket, guesses=engine.guesses(ticket), seen=seen)


@command
def keep_guesses(actor: Actor, ticket: Ticket, *, guesses: Sequence[Guess], seen: dict[str, int]) -> list[Suggestion]:
    """Stores the guesses as suggestions and fills in those whose field is trusted that far.

    `seen`: the version of each field that the guess was made from; a field that changed since is left alone.
    """
    require(actor, "assist.use", ticket)
    ticket = Ticket.objects.lock(ticket.pk)
    if not ticket.is_open or ticket.merged_into_id is not None:
        return []
    trust = trust_rows()
    best = {guess.field: guess for guess in reversed(guesses) if guess.field in fields.FIELDS}
    found = [_keep(actor, ticket, guess, trust.get(field) or Trust(field=field), seen) for field, guess in best.items()]
    if not Suggestion.objects.filter(ticket=ticket, feature=Feature.CLASSIFY).exists():
        _nothing(ticket)
    return [row for row in found if row is not None]


def _keep(actor: Actor, ticket: Ticket, guess: Guess, trust: Trust, seen: dict[str, int]) -> Suggestion | None:
    field, value = guess.field, fields.plain(guess.field, guess.value)
    if value is None:
        return None
    earlier = Suggestion.objects.select_for_update().filter(ticket=ticket, feature=Feature.CLASSIFY, field=field)
    last = earlier.order_by("-pk").first()
    if last is not None and last.outcome == Outcome.OPEN and last.value == value:
        return last
    touched = fields.seen_version(ticket, field)
    if touched > 1 and not _filled_by_us(last, touched):
        # Somebody chose since the ticket came. Only who guessed from an older state leaves a note of it.
        if touched > seen.get(field, 1):
            return _yield(actor, ticket, guess, value)
        return None
    if last is not None and last.outcome not in (Outcome.OPEN, Outcome.SUPERSEDED) and last.value == value:
        return None
    earlier.filter(outcome=Outcome.OPEN).update(outcome=Outcome.SUPERSEDED)
    row = _made(ticket, guess, value, _mode(ticket, guess, value, trust))
    row.options["unsure"] = guess.confidence < trust.threshold or (_was_put(ticket, field) and _is_doubted(guess))
    row.save(force_insert=True)
    if row.mode == Mode.FILL:
        _fill(actor, ticket, row)
    return row


def _nothing(ticket: Ticket) -> None:
    """Notes that the ticket was looked at without a result: nobody waits for one, and the sweep does not come again."""
    nothing = Guess("", None, 0.0, Suggestion.Engine.RULES)
    row = _made(ticket, nothing, None, Mode.WATCH)
    row.outcome, row.decided_at, row.confidence = Outcome.SUPERSEDED, row.created_at, None
    row.save(force_insert=True)


def _mode(ticket: Ticket, guess: Guess, value: int, trust: Trust) -> str:
    """How the guess is used. One that agrees with the ticket has nothing to show, it only counts."""
    field = guess.field
    if value == fields.current(ticket, field) or field not in fields.CHANGEABLE:
        return Mode.WATCH
    if trust.mode != Mode.FILL:
        return trust.mode
    # What an agent wrote down in somebody's name was chosen by a person who knows the desk.
    untouched = field not in ticket.field_versions and ticket.reporter_id is None
    sure = guess.confidence >= trust.threshold and not _is_doubted(guess)
    return Mode.FILL if untouched and sure else Mode.SUGGEST


def _is_doubted(guess: Guess) -> bool:
    """Whether the engine itself was not right often enough with answers like this one."""
    return any(reason.get("code") == "unsure" for reason in guess.reasons)


def _was_put(ticket: Ticket, field: str) -> bool:
    """Whether a person or a rule chose where it lies: it is not where everything lands."""
    return field == "department" and not ticket.department.is_default


def _made(ticket: Ticket, guess: Guess, value: int | None, mode: str) -> Suggestion:
    now, field = clock.now(), guess.field
    others = [(fields.plain(field, other), confidence) for other, confidence in guess.others[:MOST_OTHERS]]
    return Suggestion(
        key=secrets.token_hex(16),
        feature=Feature.CLASSIFY,
        field=field,
        ticket=ticket,
        language=ticket.language,
        mode=mode,
        value=value,
        before=fields.current(ticket, field) if field else None,
        confidence=guess.confidence,
        reasons=list(guess.reasons),
        sources=[source.stored(number) for number, source in enumerate(guess.sources, start=1)],
        options={"others": [[other, confidence] for other, confidence in others if other not in (None, value)]},
        engine=guess.engine,
        engine_version=guess.engine_version[:80],
        field_version=fields.seen_version(ticket, field),
        created_at=now,
        finished_at=now,
    )


def _fill(actor: Actor, ticket: Ticket, row: Suggestion) -> None:
    """Writes it into the field as the machine; a refusal leaves it as an offer."""
    changes: dict[str, Any] = {row.field: fields.row(row.field, row.value)}
    row.options["assignee"] = ticket.assignee_id
    try:
        changed = change_fields(actor, ticket, seen=row.field_version, **changes)
    except CommandError:
        row.mode = Mode.SUGGEST
        row.save(update_fields=["mode"])
        return
    row.options["written"] = fields.seen_version(changed, row.field)
    row.save(update_fields=["options"])
    tell(actor, events.FILLED, row)
    for name in ("version", "field_versions", f"{row.field}_id"):
        setattr(ticket, name, getattr(changed, name))


def _yield(actor: Actor, ticket: Ticket, guess: Guess, value: int) -> Suggestion:
    """Somebody chose while the engine was still thinking: the machine gives way and says so."""
    row = _made(ticket, guess, value, Mode.WATCH)
    row.outcome, row.outcome_value = Outcome.SUPERSEDED, fields.current(ticket, guess.field)
    row.decided_at = row.created_at
    row.save(force_insert=True)
    if value != row.outcome_value:
        tell(actor, events.YIELDED, row)
    return row


def _filled_by_us(last: Suggestion | None, touched: int) -> bool:
    """Whether the field's newest value is what an earlier suggestion filled in and nobody touched since."""
    return last is not None and last.outcome == Outcome.OPEN and last.options.get("written") == touched
