"""Groups of solved tickets that no article covers, for the knowledge base's report of what is missing."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ai_assist.local.articles import matching
from ai_assist.local.tickets import closed_tickets
from ai_assist.queries import offered
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.search.terms import terms_of
from knowledge.gaps import Gap, Provider, register
from knowledge.models import ArticleUse

RECENT = timedelta(days=180)
LOOKED_AT = 600  # newest solved tickets
LETTERS = 400  # of a description: what is wanted stands at its beginning
LEAST_TICKETS = 3
LEAST_ALIKE = 0.35  # cosine with the first of a group
TOO_COMMON = 0.25  # words in more of the tickets tell nothing
TITLE = 3.0  # how often a word of the subject counts
ASKED_ABOUT = 25  # groups that the knowledge base is asked about
USED = 0.3  # share of a group that was answered with an article already
EXAMPLES, WORDS = 3, 5


@dataclass
class Group:
    """Tickets alike, the newest first; `weights` are those of the first."""

    tickets: list[Ticket]
    weights: dict[str, float]
    words: Counter[str] = field(default_factory=Counter)


def solved_without_article(actor: Actor, limit: int) -> list[Gap]:
    """What people asked for again and again, and no article answers: the most frequent first."""
    columns = ("number", "subject", "language", "resolved_at", "requester_id", "beginning")
    rows = closed_tickets(Ticket.objects.internal_to(actor)).filter(resolved_at__gt=clock.now() - RECENT)
    rows = rows.annotate(beginning=Left("description", LETTERS)).order_by("-pk").only(*columns[:-1])
    tickets = list(rows[:LOOKED_AT])
    used = set(
        ArticleUse.objects.filter(ticket_number__in=[row.number for row in tickets]).values_list(
            "ticket_number", flat=True
        )
    )
    found: list[Gap] = []
    for group in _groups(tickets)[:ASKED_ABOUT]:
        answered = sum(ticket.number in used for ticket in group.tickets)
        if answered < USED * len(group.tickets) and not matching(actor, group.tickets[0], limit=1):
            found.append(_gap(actor, group))
        if len(found) == limit:
            break
    return found


def _groups(tickets: Sequence[Ticket]) -> list[Group]:
    """Of at least LEAST_TICKETS, the largest first. A ticket joins the group whose first ticket it resembles most."""
    texts = [_weighed(ticket) for ticket in tickets]
    holders = Counter(token for words in texts for token in words)
    most = max(TOO_COMMON * len(tickets), LEAST_TICKETS + 1)
    groups: list[Group] = []
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for ticket, words in zip(tickets, texts, strict=True):
        weights = {
            token: times * math.log(1 + len(tickets) / holders[token])
            for token, (times, _word) in words.items()
            if holders[token] <= most
        }
        length = math.sqrt(sum(value * value for value in weights.values())) or 1.0
        weights = {token: value / length for token, value in weights.items()}
        alike: Counter[int] = Counter()
        for token, value in weights.items():
            for at, other in postings[token]:
                alike[at] += value * other  # type: ignore[assignment]
        at, share = alike.most_common(1)[0] if alike else (-1, 0.0)
        if share < LEAST_ALIKE:
            at = len(groups)
            groups.append(Group([], weights))
            for token, value in weights.items():
                postings[token].append((at, value))
        groups[at].tickets.append(ticket)
        groups[at].words.update(word for token, (_times, word) in words.items() if token in groups[at].weights)
    large = [group for group in groups if len(group.tickets) >= LEAST_TICKETS]
    return sorted(large, key=lambda group: -len(group.tickets))


def _weighed(ticket: Ticket) -> dict[str, tuple[float, str]]:
    """By token how much it counts and the word as it was written."""
    found: dict[str, tuple[float, str]] = {}
    beginning: str = getattr(ticket, "beginning", "")
    for text, counts in ((ticket.subject, TITLE), (beginning, 1.0)):
        for term in terms_of(text):
            known = found.get(term.tokens[0], (0.0, term.word))
            found[term.tokens[0]] = (known[0] + counts, known[1])
    return found


def _gap(actor: Actor, group: Group) -> Gap:
    newest = group.tickets[0]
    draft = reverse("ai:article_ask", args=[newest.number]) if offered(actor, newest) else ""
    # What most of them say, not what only one does.
    shared = [word for word, times in group.words.most_common(WORDS) if times > 1]
    return Gap(
        title=Counter(ticket.subject for ticket in group.tickets).most_common(1)[0][0],
        count=len(group.tickets),
        examples=tuple((ticket.number, ticket.get_absolute_url()) for ticket in group.tickets[:EXAMPLES]),
        words=tuple(shared),
        draft_url=draft,
    )


register(Provider("solved", _("Solved again and again, without an article"), solved_without_article, order=10))
