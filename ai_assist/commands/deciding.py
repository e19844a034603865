"""What becomes of suggestions: accepted, dismissed, taken back, rated by people; decided by what they do otherwise."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from ai_assist import events, fields
from ai_assist.models import Suggestion
from desk.commands import assign_ticket, change_fields
from desk.commands.assignment import may_assign
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require

Feature, Mode, Outcome, State = Suggestion.Feature, Suggestion.Mode, Suggestion.Outcome, Suggestion.State
MAX_NOTE = 500
RATINGS = (-1, 0, 1)


@command
def accept(actor: Actor, suggestion: Suggestion, *, value: Any = None) -> Suggestion:
    """Takes the suggestion over; a classification is written into its field, under the actor's own rights.

    `value`: something else chosen instead (one of the others). Raises Conflict when somebody decided before, Stale
    when the field has a newer value.
    """
    ticket, suggestion = _locked(suggestion)
    require(actor, "assist.decide", suggestion)
    _must_be_open(suggestion)
    outcome, chosen = Outcome.ACCEPTED, suggestion.value if value is None else value
    if suggestion.feature == Feature.CLASSIFY and ticket is not None:
        chosen = _write(actor, ticket, suggestion, chosen)
        outcome = Outcome.ACCEPTED if chosen == suggestion.value else Outcome.CHANGED
    _decide(suggestion, outcome, chosen, actor)
    tell(actor, events.ACCEPTED if outcome == Outcome.ACCEPTED else events.CHANGED, suggestion)
    return suggestion


@command
def dismiss(actor: Actor, suggestion: Suggestion) -> Suggestion:
    """Nobody wants it. Raises Conflict when somebody decided before."""
    _ticket, suggestion = _locked(suggestion)
    require(actor, "assist.decide", suggestion)
    _must_be_open(suggestion)
    _decide(suggestion, Outcome.DISMISSED, None, actor)
    tell(actor, events.DISMISSED, suggestion)
    return suggestion


@command
def take_back(actor: Actor, suggestion: Suggestion) -> Suggestion:
    """Puts back what the field held before the suggestion was accepted or filled in; it counts as wrong.

    Raises Conflict when there is nothing to take back, Stale when somebody changed the field since.
    """
    ticket, suggestion = _locked(suggestion)
    require(actor, "assist.decide", suggestion)
    if ticket is None or not can_be_taken_back(suggestion):
        raise Conflict(_("There is nothing to take back."))
    before = fields.row(suggestion.field, suggestion.before)
    if before is None and suggestion.before is not None:
        raise Conflict(_("The earlier value is no longer in use."))
    written = suggestion.options.get("written", 0)
    ticket = change_fields(actor, ticket, seen=written, **{suggestion.field: before})
    _decide(suggestion, Outcome.DISMISSED, suggestion.before, actor)
    tell(actor, events.TAKEN_BACK, suggestion)
    _give_back(actor, ticket, suggestion)
    return suggestion


def can_be_taken_back(suggestion: Suggestion) -> bool:
    """Whether it stands in its field because it was accepted or filled in."""
    if suggestion.feature != Feature.CLASSIFY or "written" not in suggestion.options:
        return False
    filled = suggestion.mode == Mode.FILL and suggestion.outcome in (Outcome.OPEN, Outcome.ACCEPTED)
    return filled or suggestion.outcome in (Outcome.ACCEPTED, Outcome.CHANGED)


@command
def rate(actor: Actor, suggestion: Suggestion, *, rating: int, note: str = "") -> Suggestion:
    """Thumb up (1), down (-1) or none (0), with a few words."""
    _ticket, suggestion = _locked(suggestion)
    require(actor, "assist.decide", suggestion)
    if rating not in RATINGS or isinstance(rating, bool):
        raise Invalid(fields={"rating": _("Please give -1, 0 or 1.")})
    if len(note) > MAX_NOTE:
        raise Invalid(fields={"note": _("Please use at most %(most)s characters.") % {"most": MAX_NOTE}})
    suggestion.rating, suggestion.rating_note = rating or None, note.strip()
    suggestion.save(update_fields=["rating", "rating_note"])
    record(actor, events.RATED, suggestion, data={**facts(suggestion), "rating": rating})
    return suggestion


@command
def settle_by_change(actor: Actor, ticket: Ticket, *, field: str, value: int | None, at: Any) -> int:
    """A person (`actor`) or another machine gave the field a value at that moment: open suggestions for it are decided.

    Returns how many.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    rows = _undecided(ticket).filter(field=field, created_at__lte=at)
    done = 0
    for row in rows:
        if not actor.is_system:
            _decide(row, Outcome.ACCEPTED if row.value == value else Outcome.CHANGED, value, actor)
        elif row.value != value or row.mode == Mode.SUGGEST:
            _decide(row, Outcome.SUPERSEDED, value, actor)
        else:
            continue
        done += 1
    return done


@command
def settle_by_closing(actor: Actor, ticket: Ticket) -> int:
    """The ticket is done. What was only watched or filled in is compared with what the field holds; what was offered
    and not used counts as ignored. Returns how many."""
    ticket = Ticket.objects.lock(ticket.pk)
    done = 0
    for row in _undecided(ticket, every=True):
        final = fields.current(ticket, row.field) if row.feature == Feature.CLASSIFY else None
        outcome = Outcome.IGNORED
        if row.feature == Feature.CLASSIFY and row.mode != Mode.SUGGEST:
            outcome = Outcome.ACCEPTED if row.value == final else Outcome.CHANGED
        _decide(row, outcome, final, actor)
        done += 1
    return done


# ---- parts ---------------------------------------------------------------------------


def _locked(suggestion: Suggestion) -> tuple[Ticket | None, Suggestion]:
    """Ticket first, then the suggestion: the order in which every command locks them."""
    ticket = Ticket.objects.lock(suggestion.ticket_id) if suggestion.ticket_id else None
    row = Suggestion.objects.lock(suggestion.pk)
    if ticket is not None:
        row.ticket = ticket
    return ticket, row


def _undecided(ticket: Ticket, *, every: bool = False) -> Any:
    rows = Suggestion.objects.select_for_update().filter(ticket=ticket, outcome=Outcome.OPEN)
    return rows.order_by("pk") if every else rows.filter(feature=Feature.CLASSIFY).order_by("pk")


def _must_be_open(suggestion: Suggestion) -> None:
    if suggestion.state != State.READY:
        raise Conflict(_("This suggestion is not finished."))
    if suggestion.outcome != Outcome.OPEN:
        raise Conflict(_("Somebody decided about this suggestion already."))
    if suggestion.mode == Mode.WATCH:
        raise Conflict(_("This suggestion is only measured."))


def _write(actor: Actor, ticket: Ticket, suggestion: Suggestion, value: Any) -> int:
    """Puts the value into the field; returns it as stored."""
    row = fields.row(suggestion.field, value)
    if row is None or suggestion.field not in fields.CHANGEABLE:
        raise Invalid(fields={"value": _("This value does not exist.")})
    suggestion.options = {**suggestion.options, "assignee": ticket.assignee_id}
    suggestion.before = fields.current(ticket, suggestion.field)
    ticket = change_fields(actor, ticket, seen=suggestion.field_version, **{suggestion.field: row})
    suggestion.options["written"] = fields.seen_version(ticket, suggestion.field)
    stored: int = row.pk
    return stored


def _give_back(actor: Actor, ticket: Ticket, suggestion: Suggestion) -> None:
    """Moving the ticket away took it from its assignee: whoever may, gives it back to them."""
    previous = suggestion.options.get("assignee")
    if suggestion.field != "department" or previous is None or ticket.assignee_id is not None or not ticket.is_open:
        return
    ticket = Ticket.objects.select_related("department").get(pk=ticket.pk)
    person = User.objects.filter(pk=previous).first()
    if person is not None and ticket.department.has_agent(person) and may_assign(actor, ticket):
        assign_ticket(actor, ticket, assignee=person)


def _decide(suggestion: Suggestion, outcome: str, value: Any, actor: Actor) -> None:
    suggestion.outcome, suggestion.outcome_value = outcome, value
    suggestion.decided_by, suggestion.decided_at = actor.user, clock.now()
    suggestion.save(
        update_fields=["outcome", "outcome_value", "decided_by", "decided_at", "options", "before"],
    )


def facts(suggestion: Suggestion) -> dict[str, Any]:
    """What the history says of a suggestion: names in both languages, so that reading it asks nothing more."""
    found: dict[str, Any] = {
        "suggestion": suggestion.key,
        "feature": suggestion.feature,
        "engine": suggestion.engine,
        "model": suggestion.engine_version,
        "confidence": suggestion.confidence,
    }
    if suggestion.field:
        row = fields.row(suggestion.field, suggestion.value)
        names = {"de": row.name_de, "en": row.name_en} if row is not None else {}
        found |= {"field": suggestion.field, "value": suggestion.value, "name": names}
    return found


def tell(actor: Actor, name: str, suggestion: Suggestion) -> None:
    """Records the event in the ticket's history, never for requesters."""
    subject = suggestion.ticket or suggestion
    record(actor, name, subject, ticket_id=suggestion.ticket_id, data=facts(suggestion), public=False)
