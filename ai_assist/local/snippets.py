"""What solved similar tickets: answers of those who work, ready to be read by somebody else."""

import re

from ai_assist.local.examples import normalised
from ai_assist.local.similar import similar_tickets
from ai_assist.masking import Masker
from ai_assist.results import Snippet
from desk.models import Comment, Ticket
from flowtic.core.actor import Actor

LOOKED_AT = 12  # similar tickets
LEAST_ALIKE = 0.18  # what is less like the ticket was about something else, so its answer helps nobody
SHORTEST, LONGEST = 30, 1500
# Answers of one ticket: the last ones solved it.
PER_TICKET = 2
LATER = 0.9
WORKING_ROLES = ("agent", "support", "admin")
MASKED = ("names", "emails", "phones", "ibans")

_GREETING = re.compile(
    r"^(?:sehr geehrt\w*|guten (?:tag|morgen|abend)|gr(?:ü|ue)(?:ß|ss) ?gott|hallo|hi|hey|moin|servus|lieber?"
    r"|dear|hello|good (?:morning|afternoon|evening))\b[^.!?]{0,80}$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:mit )?(?:freundliche[nm]?|viele[nm]?|beste[nm]?|liebe[nm]?|sch(?:ö|oe)ne[nm]?|herzliche[nm]?) "
    r"gr(?:ü|ue)(?:ß|ss)e?n?|mfg|vg|lg|gru(?:ß|ss)|ihr\w* (?:\w+[- ])?(?:team|support|service\S*)"
    r"|(?:kind|best|warm|many)? ?regards|(?:yours )?sincerely|yours (?:faithfully|truly)|cheers|all the best"
    r"|(?:many )?thanks(?: and regards)?|--)(?!\w)[^.!?]{0,60}$",
    re.IGNORECASE,
)
_ENDS = " \t,;.!:–-"


def reply_snippets(actor: Actor, ticket: Ticket, limit: int = 3) -> list[Snippet]:
    """Public answers from similar solved tickets that the actor works, best first, each said once.

    Greeting and closing are cut; who is named, above all the requester of that ticket, is masked.
    """
    near = similar_tickets(actor, ticket, limit=LOOKED_AT)
    similar = {hit.ticket_id: hit.score for hit in near if hit.score >= LEAST_ALIKE}
    if not similar:
        return []
    found: list[Snippet] = []
    taken: dict[int, int] = {}
    for comment in _answers(list(similar)):
        number = taken.get(comment.ticket_id, 0)
        if number >= PER_TICKET:
            continue
        text = shareable(comment)
        if len(text) >= SHORTEST:
            taken[comment.ticket_id] = number + 1
            score = round(similar[comment.ticket_id] * LATER**number, 4)
            found.append(Snippet(text, comment.ticket_id, comment.pk, score))
    return _once(sorted(found, key=lambda snippet: -snippet.score))[:limit]


def _answers(tickets: list[int]) -> list[Comment]:
    """The newest first. Imported answers have no author; mail from strangers has none either, but came by e-mail."""
    from django.db.models import F, Q

    rows = Comment.objects.filter(ticket__in=tickets, is_internal=False).exclude(author=F("ticket__requester"))
    rows = rows.filter(Q(author__role__in=WORKING_ROLES) | Q(author=None, via="cli"))
    return list(rows.select_related("ticket__requester").order_by("-created_at", "-pk")[: LOOKED_AT * 10])


def shareable(comment: Comment) -> str:
    """The answer without greeting, closing, quotes, names of people, addresses and numbers."""
    from ai_assist.llm.names import everybody

    requester = comment.ticket.requester
    people = [requester.name, *([comment.author.name] if comment.author else [])]
    words = [value for value in (requester.email, requester.phone) if value]
    masker = Masker(MASKED, people=people, known=everybody(), words=words)
    return masker.mask(without_frame(comment.body))[:LONGEST].strip()


def without_frame(text: str) -> str:
    """The lines between greeting and closing; quoted lines left out."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n") if not line.lstrip().startswith(">")]
    while lines and (not lines[0].strip() or _GREETING.match(lines[0].strip(_ENDS))):
        lines.pop(0)
    for place, line in enumerate(lines):
        if place and _CLOSING.match(line.strip(_ENDS) or line.strip()):
            lines = lines[:place]
            break
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _once(snippets: list[Snippet]) -> list[Snippet]:
    """Of nearly the same text the best one."""
    from ai_assist.local.duplicates import LEAST_SHARED

    kept: list[tuple[frozenset[str], Snippet]] = []
    for snippet in snippets:
        words = normalised(snippet.text).split()
        runs = frozenset(" ".join(words[at : at + 3]) for at in range(max(len(words) - 2, 1)))
        if all(len(runs & other) < LEAST_SHARED * len(runs | other) for other, _kept in kept):
            kept.append((runs, snippet))
    return [snippet for _runs, snippet in kept]
