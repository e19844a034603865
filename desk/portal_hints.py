"""What may spare somebody a request while they type it: an own open ticket about the same, an article that helps.

Both look only at what the person may see anyway: their own tickets and public articles.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from desk.models import Ticket
from desk.portal_queries import Row, own_tickets, plain_rows
from desk.search import KIND
from flowtic.core.actor import Actor
from flowtic.core.search import best_matches
from knowledge.queries import public_articles
from knowledge.search import KIND as ARTICLE

LEAST_LETTERS = 8
LONGEST = 300
# Share of what the words tell that a ticket must hold to be called the same, and an article to be shown.
SAME, HELPFUL = 0.5, 0.3
MOST_TICKETS, MOST_ARTICLES = 2, 3


@dataclass(frozen=True)
class Hints:
    tickets: list[Row] = field(default_factory=list)
    articles: list[Any] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.tickets or self.articles)


def hints_for(actor: Actor, text: str) -> Hints:
    """Nothing for a text that hardly says anything yet."""
    text = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if len(text) < LEAST_LETTERS:
        return Hints()
    return Hints(_asked_before(actor, text), _articles(text))


def _asked_before(actor: Actor, text: str) -> list[Row]:
    """Only what the person asked for themselves: what they merely follow is somebody else's matter."""
    own = own_tickets(actor).filter(is_open=True, requester=actor.user)
    found = [hit.object_id for hit in best_matches(own, KIND, text, limit=MOST_TICKETS) if hit.score >= SAME]
    tickets = Ticket.objects.prefetch_related("status").in_bulk(found)
    return plain_rows(tickets[pk] for pk in found if pk in tickets)


def _articles(text: str) -> list[Any]:
    language = "de" if (get_language() or "en").startswith("de") else "en"
    rows = public_articles().filter(language=language)
    found = [hit.object_id for hit in best_matches(rows, ARTICLE, text, limit=MOST_ARTICLES) if hit.score >= HELPFUL]
    articles = rows.in_bulk(found)
    return [articles[pk] for pk in found if pk in articles]
