"""What two tickets will look like when they are read as one."""

from dataclasses import dataclass
from datetime import datetime
from html import unescape

from django.utils.html import strip_tags
from django.utils.text import Truncator

from accounts.models import User
from desk.models import Comment, Ticket
from flowtic.core import markdown
from flowtic.core.actor import Actor

SHOWN = 40  # the newest lines; a merge of long tickets is judged by its end
LENGTH = 140


@dataclass(frozen=True)
class PreviewLine:
    """One message of either ticket, shortened. `moves`: it comes from the ticket that is merged away."""

    at: datetime
    author: User | None
    text: str
    number: str
    is_internal: bool
    moves: bool


@dataclass(frozen=True)
class Preview:
    lines: list[PreviewLine]
    earlier: int  # how many older messages are not shown


def interleaved(actor: Actor, source: Ticket, target: Ticket) -> Preview:
    """The messages of both in order of time, as far as the actor reads them; what was merged into them before, too."""
    tickets = Ticket.objects.visible_to(actor).filter(pk__in=[source.pk, target.pk])
    rows = {row.pk: row for row in tickets.select_related("requester")}
    moving = {source.pk}
    for row in Ticket.objects.visible_to(actor).filter(merged_into__in=rows).select_related("requester"):
        rows[row.pk] = row
        if row.merged_into_id == source.pk:
            moving.add(row.pk)
    lines = [
        PreviewLine(
            row.created_at,
            row.requester,
            _short(markdown.to_html(row.description[: LENGTH * 8])),
            row.number,
            False,
            row.pk in moving,
        )
        for row in rows.values()
    ]
    comments = Comment.objects.visible_to(actor).filter(ticket__in=rows)
    newest = list(comments.select_related("author").order_by("-created_at", "-pk")[:SHOWN])
    lines += [
        PreviewLine(
            one.created_at,
            one.author,
            _short(one.html or markdown.to_html(one.body)),
            rows[one.ticket_id].number,
            one.is_internal,
            one.ticket_id in moving,
        )
        for one in newest
    ]
    lines.sort(key=lambda line: line.at)
    total = len(rows) + comments.count()
    return Preview(lines[-SHOWN:], max(0, total - SHOWN))


def _short(html: str) -> str:
    """The words without markup, in one line."""
    return Truncator(" ".join(unescape(strip_tags(html)).split())).chars(LENGTH)
