"""The conversation of a ticket as its reader sees it: for whoever reads the answer, notes or no notes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ai_assist.llm.sizes import cut, tokens
from ai_assist.llm.visible import visible_text
from desk.models import Comment, Ticket
from flowtic.core.actor import Actor

MESSAGES = 60
FIRST_TOKENS, EACH_TOKENS = 1500, 700
SHORT, FEW = 600, 3  # characters and messages of a conversation that is read as fast as its summary


@dataclass(frozen=True)
class Said:
    """One message: by the requester, by an agent, or as a note among agents."""

    role: str
    text: str


def conversation(actor: Actor, ticket: Ticket, *, notes: bool) -> list[Said]:
    """The request and what was said since, oldest first; `notes` only for texts that agents alone will read."""
    rows = Comment.objects.visible_to(actor).filter(ticket=ticket).order_by("-created_at", "-pk")
    if not notes:
        rows = rows.filter(is_internal=False)
    found = [Said("requester", visible_text(ticket.description))]
    for row in reversed(list(rows[:MESSAGES])):
        role = "note" if row.is_internal else "requester" if row.author_id == ticket.requester_id else "agent"
        found.append(Said(role, visible_text(row.body)))
    return found


def is_short(actor: Actor, ticket: Ticket) -> bool:
    """Whether there is nothing to sum up: few messages, and little in them."""
    if len(ticket.description) > 4 * SHORT:
        return False
    said = conversation(actor, ticket, notes=True)
    return len(said) <= FEW and sum(len(" ".join(one.text.split())) for one in said) <= SHORT


def as_text(said: Sequence[Said], most: int) -> str:
    """The conversation within so many tokens: the request, then as many of the newest messages as fit."""
    first = f"requester: {cut(said[0].text, min(FIRST_TOKENS, most // 2))}"
    left = most - tokens(first)
    kept: list[str] = []
    for one in reversed(said[1:]):
        line = f"{one.role}: {cut(one.text, EACH_TOKENS)}"
        left -= tokens(line)
        if left < 0:
            kept.append("[…]")
            break
        kept.append(line)
    return "\n\n".join([first, *reversed(kept)])


def digest(actor: Actor, ticket: Ticket) -> str:
    """What a summary rests on: changes when somebody writes, rewrites or removes something."""
    rows = Comment.objects.visible_to(actor).filter(ticket=ticket).order_by("-created_at", "-pk")
    latest = [f"{pk}\x1f{body}" for pk, body in rows.values_list("pk", "body")[:MESSAGES]]
    parts = [ticket.subject, ticket.description, str(rows.count()), *latest]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
