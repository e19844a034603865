"""Before there is enough history to learn from: names, earlier tickets, and solved neighbours.

Never as sure as something measured: no guess of these rules exceeds MOST_SURE.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from accounts.models import Department
from ai_assist.local.similar import similar_tickets, ticket_text
from ai_assist.local.tickets import TARGETS, closed_tickets
from ai_assist.results import Guess, Similar
from ai_assist.rules.wording import URGENCY, first_words, share_of_name, shared_words
from desk.models import Priority, RequestType, Ticket
from flowtic.core.actor import Actor

ENGINE = "rules"
VERSION = "1"
MOST_SURE = 0.75
# One kind of evidence alone stays below what is shown by default (0.6), with one exception.
NAMED, NEIGHBOURS, EARLIER = 0.5, 0.55, 0.3
# Three solved neighbours and more that all say the same.
UNANIMOUS, LEAST_UNANIMOUS = 0.65, 3
LOOKED_AT, LEAST_AGREEING = 5, 2
LEAST_EARLIER, MOST_EARLIER = 3, 20
MOST_OTHERS = 3

Reasons = list[dict[str, Any]]


class Votes:
    """What speaks for each value, put together as chances that do not know of each other."""

    def __init__(self) -> None:
        self.against: dict[Any, float] = defaultdict(lambda: 1.0)
        self.reasons: dict[Any, Reasons] = defaultdict(list)

    def add(self, value: Any, chance: float, reason: dict[str, Any]) -> None:
        self.against[value] *= 1 - chance
        self.reasons[value].append(reason)

    def guess(self, field: str) -> Guess | None:
        ranked = sorted(((1 - left, value) for value, left in self.against.items()), key=lambda item: -item[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None  # nothing, or as much for one as for the other
        sure, value = ranked[0]
        return Guess(
            field=field,
            value=value,
            confidence=round(min(sure, MOST_SURE), 4),
            engine=ENGINE,
            engine_version=VERSION,
            reasons=self.reasons[value],
            others=[(other, round(min(chance, sure, MOST_SURE), 4)) for chance, other in ranked[1 : MOST_OTHERS + 1]],
        )


def guesses(ticket: Ticket, *, fields: Sequence[str] = TARGETS) -> list[Guess]:
    """Those of the fields for which the rules have a reason."""
    text = ticket_text(ticket)
    neighbours = similar_tickets(Actor.system("assistant"), ticket, limit=LOOKED_AT) if fields else []
    found = []
    for field in fields:
        votes = Votes()
        _named(votes, field, text)
        _neighbours(votes, field, neighbours)
        if field != "priority":
            _earlier(votes, field, ticket)
        found.append(votes.guess(field))
    return [guess for guess in found if guess is not None]


def _named(votes: Votes, field: str, text: str) -> None:
    """The text speaks of the department or request type by name, or of urgency."""
    if field == "priority":
        for key, pattern in URGENCY.items():
            words = first_words(pattern, text)
            rank = Priority.objects.filter(key=key).values_list("rank", flat=True).first() if words else None
            if rank is not None:
                votes.add(rank, NAMED, {"code": "words", "words": words})
                return
        return
    for pk, names in _names(field):
        words = shared_words(names, text)
        if words:
            chance = NAMED * share_of_name(names, text) if field == "request_type" else NAMED
            votes.add(pk, chance, {"code": "words", "words": words})


def _names(field: str) -> Iterable[tuple[int, str]]:
    """(value, its names in all languages, one a line)."""
    if field == "department":
        rows = Department.objects.active().values_list("pk", "name_de", "name_en")
        return [(pk, f"{german}\n{english}") for pk, german, english in rows]
    types = RequestType.objects.filter(active=True).values_list("pk", "name_de", "name_en", "category")
    return [(pk, f"{german}\n{english}\n{category}") for pk, german, english, category in types]


def _neighbours(votes: Votes, field: str, neighbours: Sequence[Similar]) -> None:
    """Solved tickets that resemble it, each counting as much as it does."""
    ids = [hit.ticket_id for hit in neighbours]
    values = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", f"{field}_id")) if ids else {}
    whole = sum(hit.score for hit in neighbours)
    for value, number in Counter(values.values()).items():
        if value is not None and number >= LEAST_AGREEING and whole:
            alike = [hit for hit in neighbours if values.get(hit.ticket_id) == value]
            share = sum(hit.score for hit in alike) / whole
            chance = UNANIMOUS if number == len(neighbours) >= LEAST_UNANIMOUS else NEIGHBOURS * share
            votes.add(value, chance, {"code": "similar", "tickets": [hit.ticket_id for hit in alike]})


def _earlier(votes: Votes, field: str, ticket: Ticket) -> None:
    """What the same person asked for before, when it was nearly always the same."""
    # In an order that an index holds: by key alone the database reads everybody's tickets until enough are found.
    rows = closed_tickets().filter(requester=ticket.requester_id).exclude(pk=ticket.pk).order_by("-updated_at", "-pk")
    values = [value for value in rows.values_list(f"{field}_id", flat=True)[:MOST_EARLIER] if value is not None]
    if len(values) >= LEAST_EARLIER:
        value, number = Counter(values).most_common(1)[0]
        if number >= 0.8 * len(values):
            votes.add(value, EARLIER * number / len(values), {"code": "requester", "count": number})
