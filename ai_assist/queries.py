"""What the assistant's pages, jobs and commands read."""

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from ai_assist.models import AssistSettings, Suggestion, Trust
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from flowtic.core.prepared import Prepared

_settings = Prepared(lambda: AssistSettings.objects.filter(pk=1))
_trust = Prepared(Trust.objects.all)


def settings() -> AssistSettings:
    """The settings as they are now; the usual ones, unsaved, while nobody changed any."""
    rows = _settings.rows()
    return rows[0] if rows else AssistSettings(pk=1)


def assistant_on() -> bool:
    """Whether the assistant does anything at all."""
    return settings().enabled


def offered(actor: Actor, ticket: Ticket | None = None) -> bool:
    """Whether the actor gets to see the assistant (on this ticket)."""
    return allows(actor, "assist.use", ticket) and assistant_on()


def trust_rows() -> dict[str, Trust]:
    """How far each field is trusted; fields without a row stand as the model's defaults say."""
    return {row.field: row for row in _trust.rows()}


def trust_of(field: str) -> Trust:
    return trust_rows().get(field) or Trust(field=field)


def classifications(actor: Actor, ticket: Ticket) -> list[Suggestion]:
    """The newest suggestion for each field of the ticket that was ever shown, in the order of the fields."""
    from ai_assist.fields import FIELDS

    rows = Suggestion.objects.visible_to(actor).shown().filter(ticket=ticket, feature=Suggestion.Feature.CLASSIFY)
    newest: dict[str, Suggestion] = {}
    for row in rows.exclude(outcome=Suggestion.Outcome.SUPERSEDED).select_related("decided_by").order_by("pk"):
        newest[row.field] = row
    return [newest[field] for field in FIELDS if field in newest]


def to_decide(actor: Actor, tickets: Iterable[int]) -> list[Suggestion]:
    """Open classifications of those tickets that wait for a yes or no, most certain first."""
    return [row for row in _undecided.among(list(tickets), actor) if not row.options.get("unsure")]


def _undecided_among(ids: list[int], actor: Actor) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.visible_to(actor).undecided().filter(ticket__in=ids)
    found = rows.filter(feature=Suggestion.Feature.CLASSIFY, mode=Suggestion.Mode.SUGGEST)
    return found.order_by("-confidence", "pk")


_undecided = Prepared(_undecided_among)


def by_key(actor: Actor, key: str) -> Suggestion | None:
    """The suggestion if the actor may read it."""
    rows = Suggestion.objects.visible_to(actor).select_related("ticket", "asked_by", "decided_by")
    return rows.filter(key=key).first()


def of_ticket(actor: Actor, ticket: Ticket, feature: str, *, limit: int = 1) -> Sequence[Suggestion]:
    """The newest suggestions of a feature, e.g. the last summary; superseded ones left out."""
    rows = Suggestion.objects.visible_to(actor).filter(ticket=ticket, feature=feature)
    return list(rows.exclude(outcome=Suggestion.Outcome.SUPERSEDED).order_by("-pk")[:limit])


def open_on(actor: Actor, ticket: Ticket) -> list[Suggestion]:
    """What waits on this ticket for a yes or no of this reader; asked once for each ticket object."""
    known: dict[Actor, list[Suggestion]] = ticket.__dict__.setdefault("_assist_open", {})
    if actor not in known:
        known[actor] = to_decide(actor, [ticket.pk])
    return known[actor]


def open_count(actor: Actor, ticket: Ticket) -> int:
    """How much waits behind the tab of the assistant."""
    return len(open_on(actor, ticket))


def has_open(actor: Actor, ticket: Ticket) -> bool:
    """Whether something of this ticket waits for a yes or no of this reader."""
    return bool(open_on(actor, ticket)) and offered(actor, ticket)
