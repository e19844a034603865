"""Articles that fit a ticket."""

import re

from ai_assist.local.ranking import LOOKED_AT, Candidate, fused
from ai_assist.local.similar import ticket_text
from ai_assist.results import ArticleHit
from desk.models import Ticket
from flowtic.core.actor import Actor

# Seen on real tickets and on the demo's: what fits by chance stays below the first, what fits stands above the second.
LEAST_SCORE, SURE_SCORE = 0.1, 0.2
LEAST_OF_BEST = 0.4
# Below that it needs a part of the title's words: a fourth, and half of them when hardly anything else is in common.
FAIR_SCORE, FAIR_WORDS, LEAST_NAMED = 0.14, 4, 0.25
SHORTEST = 3  # letters of a word that makes a title fit


def matching(actor: Actor, ticket: Ticket, limit: int = 5) -> list[ArticleHit]:
    """Those that the actor may read, best first; of an article and its translation the one in the ticket's language."""
    from knowledge.queries import article_text, matching_articles

    text = ticket_text(ticket)
    found = matching_articles(actor, text, limit=LOOKED_AT)
    rows = {article.pk: article for article, _score, _words in found}
    candidates = [Candidate(article.pk, article_text(article), score, words) for article, score, words in found]
    spoken = ticket.language[:2]
    hits: list[ArticleHit] = []
    matters: dict[int, int] = {}  # matter of an article and its translations -> place in `hits`
    for candidate, score in fused(text, candidates):
        article = rows[candidate.id]
        hit = ArticleHit(candidate.id, score, candidate.words)
        matter = article.original_id or article.pk
        if matter not in matters:
            if _fits(article.title, hit, hits[0].score if hits else score):
                matters[matter] = len(hits)
                hits.append(hit)
        elif spoken and article.language == spoken and rows[hits[matters[matter]].article_id].language != spoken:
            hits[matters[matter]] = hit
    return hits[:limit]


def _fits(title: str, hit: ArticleHit, best: float) -> bool:
    """Whether it is about the matter: much in common, or something that the article has in its title."""
    from flowtic.core.search.words import FUNCTION_WORDS, forms

    if hit.score < max(LEAST_SCORE, LEAST_OF_BEST * best):
        return False
    words = [word for word in re.findall(r"\w+", title) if word.lower() not in FUNCTION_WORDS and len(word) >= SHORTEST]
    named = {forms(word).token for word in words}
    shared = named & {forms(word).token for word in hit.words}
    fair = hit.score >= FAIR_SCORE or len(hit.words) >= FAIR_WORDS
    least = LEAST_NAMED if fair else 2 * LEAST_NAMED
    return hit.score >= SURE_SCORE or (bool(named) and len(shared) >= least * len(named))
