"""What an answer may rest on: articles and solved tickets that the asking agent may open, numbered from 1."""

from collections.abc import Sequence
from dataclasses import dataclass

from ai_assist.llm import names
from ai_assist.llm.grounding import hosts_in
from ai_assist.llm.prompts import Prompt
from ai_assist.llm.sizes import cut
from ai_assist.llm.visible import visible_text
from ai_assist.masking import PLACEHOLDER, Masker
from ai_assist.results import Source
from desk.models import Comment, Ticket
from flowtic.core.actor import Actor
from knowledge.models import Article

ARTICLES, TICKETS = 4, 3
LEAST_OF_BEST = 0.3  # of the best article's score: what shares a word by chance is no source
ARTICLE_TOKENS, TICKET_TOKENS = 900, 450
MASKED = ("names", "emails", "phones", "ibans")


@dataclass(frozen=True)
class Material:
    """One source. `internal`: whoever reads the answer may not open it."""

    source: Source
    title: str
    text: str
    internal: bool
    hosts: frozenset[str] = frozenset()


def for_reply(actor: Actor, ticket: Ticket) -> list[Material]:
    """Articles that fit the ticket and answers that solved similar ones, as far as the agent may read them."""
    from ai_assist.local.articles import matching
    from ai_assist.local.similar import similar_tickets

    hits = matching(actor, ticket, limit=ARTICLES)
    near = similar_tickets(actor, ticket, limit=TICKETS)
    rows = Ticket.objects.internal_to(actor).in_bulk([hit.ticket_id for hit in near])
    solved = [_ticket(actor, rows[hit.ticket_id]) for hit in near if hit.ticket_id in rows]
    return [*_articles(actor, [hit.article_id for hit in hits]), *(one for one in solved if one is not None)]


def for_question(actor: Actor, question: str) -> list[Material]:
    """Articles that fit a question."""
    from knowledge.queries import matching_articles

    found = matching_articles(actor, question, limit=ARTICLES + 1)
    least = max((score for _article, score, _words in found), default=0.0) * LEAST_OF_BEST
    return _articles(actor, [article.pk for article, score, _words in found if score >= least])


def as_parts(prompt: Prompt, materials: Sequence[Material], *, public_reader: bool) -> list[str]:
    """The sources as parts of a prompt."""
    parts = []
    for number, one in enumerate(materials, start=1):
        kind = "internal, use its facts but do not quote it" if one.internal and public_reader else one.source.kind
        parts.append(prompt.fence(f"SOURCE [{number}] ({kind})", f"{one.title}\n{one.text}"))
    return parts


def hosts_of(materials: Sequence[Material]) -> set[str]:
    """Where links in the answer may lead: where public articles lead too."""
    return {host for one in materials if one.source.kind == "article" for host in one.hosts}


def anonymous(text: str, ticket: Ticket) -> str:
    """Without anybody's data, for good: what solved one ticket is told to others."""
    masker = Masker(MASKED, people=names.people_of(ticket), known=names.everybody())
    return PLACEHOLDER.sub("[…]", masker.mask(text))


def _articles(actor: Actor, ids: Sequence[int]) -> list[Material]:
    rows = Article.objects.visible_to(actor).active().in_bulk(ids)
    found = []
    for pk in ids:
        if pk in rows:
            row = rows[pk]
            text = cut(visible_text(row.body), ARTICLE_TOKENS)
            found.append(Material(Source("article", pk), row.title, text, not row.public, hosts_in(row.body)))
    return found


def _ticket(actor: Actor, ticket: Ticket) -> Material | None:
    """The answers that a solved ticket got; None when there was none that its requester could read."""
    said = (
        Comment.objects.visible_to(actor).filter(ticket=ticket, is_internal=False).exclude(author=ticket.requester_id)
    )
    bodies = [visible_text(row.body) for row in said.order_by("-pk")[:2]]
    if not bodies:
        return None
    asked = cut(visible_text(ticket.description), 120)
    text = f"Question: {asked}\nAnswer: " + "\n".join(reversed(bodies))
    return Material(
        Source("ticket", ticket.pk),
        anonymous(ticket.subject, ticket),
        cut(anonymous(text, ticket), TICKET_TOKENS),
        True,
    )
