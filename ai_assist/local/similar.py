"""Solved tickets that resemble another one."""

import re

from ai_assist.local.ranking import LOOKED_AT, Candidate, fused
from ai_assist.local.tickets import closed_tickets
from ai_assist.results import Similar
from desk.models import Ticket
from desk.search import KIND
from flowtic.core.actor import Actor

MAX_TEXT = 4000
LEAST_SCORE = 0.11
LEAST_WORDS = 2  # in common, unless the ticket has hardly any
# What a mail says of itself: who it came from and which pictures hang on it make no ticket like another.
_MAIL = re.compile(
    r"^[ \t>*]*(?:received from|from|von|sent|gesendet|to|an|cc|date|datum)[ \t]*:.*$|\[cid:[^\]\n]*\]|\S+@\S+\.\w+",
    re.IGNORECASE | re.MULTILINE,
)


def similar_tickets(actor: Actor, ticket: Ticket, limit: int = 5) -> list[Similar]:
    """Those that the actor works, best first."""
    from flowtic.core.search import best_matches

    text = ticket_text(ticket)
    rows = closed_tickets(Ticket.objects.internal_to(actor)).exclude(pk=ticket.pk)
    found = best_matches(rows, KIND, text, limit=LOOKED_AT)
    texts = _texts([row.object_id for row in found])
    candidates = [Candidate(row.object_id, texts.get(row.object_id, ""), row.score, row.words) for row in found]
    enough = [
        (candidate, score)
        for candidate, score in fused(text, candidates)
        if score >= LEAST_SCORE and len(candidate.words) >= min(LEAST_WORDS, len(text.split()))
    ]
    return [Similar(candidate.id, score, candidate.words) for candidate, score in enough[:limit]]


def ticket_text(ticket: Ticket) -> str:
    return without_mail(f"{ticket.subject}\n{ticket.description}"[:MAX_TEXT])


def without_mail(text: str) -> str:
    """A text without the heads, addresses and pictures of mails; as it was when nothing else would be left."""
    return _MAIL.sub(" ", text).strip() or text


def _texts(ids: list[int]) -> dict[int, str]:
    from django.db.models.functions import Left

    rows = Ticket.objects.filter(pk__in=ids).annotate(beginning=Left("description", MAX_TEXT))
    return {pk: f"{subject}\n{body}" for pk, subject, body in rows.values_list("pk", "subject", "beginning")}
