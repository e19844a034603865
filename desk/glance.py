"""A ticket at a glance, beside the list: how it began and what was written last."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from accounts.models import User
from desk.models import Comment, Ticket
from desk.thread import UNSEEN
from flowtic.core import markdown

LAST = 3


@dataclass(frozen=True)
class Words:
    """A message without its files."""

    at: datetime
    author: User | None
    html: SafeString
    is_internal: bool = False


def glance(ticket: Ticket) -> list[Words]:
    """For actors who work the ticket: notes are among them."""
    rows = Comment.objects.filter(ticket=ticket).select_related("author").defer(*(f"author__{name}" for name in UNSEEN))
    last = [
        Words(row.created_at, row.author, markdown.shown(row.body, row.html, row.html_rules), row.is_internal)
        for row in rows.order_by("-created_at", "-pk")[:LAST]
    ]
    return [Words(ticket.created_at, ticket.requester, markdown.shown(ticket.description)), *reversed(last)]
