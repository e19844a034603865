"""Tickets in the search index: the requester's part and the notes apart."""

from collections.abc import Iterator

from desk.models import Comment, Ticket
from flowtic.core import search

KIND = "ticket"
Row = tuple[int, str, str, str]


def index_ticket(ticket: Ticket) -> None:
    """Writes the ticket anew, with its whole conversation."""
    _pk, title, public, internal = _texts(
        ticket, list(ticket.comments.order_by("pk")) if not ticket._state.adding else []
    )
    search.index_document(
        KIND, ticket.pk, title=title, public=public, internal=internal, language=ticket.language or None
    )


def index_new_ticket(ticket: Ticket) -> None:
    """The same for a ticket that has no conversation yet."""
    _pk, title, public, internal = _texts(ticket, [])
    search.index_document(
        KIND, ticket.pk, title=title, public=public, internal=internal, language=ticket.language or None
    )


def index_comment(comment: Comment) -> None:
    """Adds one new comment to its ticket's document."""
    part = "internal" if comment.is_internal else "public"
    search.append_text(KIND, comment.ticket_id, **{part: comment.body})


def _texts(ticket: Ticket, comments: list[Comment]) -> Row:
    requester = ticket.requester
    public = [ticket.description, requester.name, requester.email or ""]
    public += [comment.body for comment in comments if not comment.is_internal]
    internal = [comment.body for comment in comments if comment.is_internal]
    return ticket.pk, f"{ticket.number} {ticket.subject}", "\n".join(public), "\n".join(internal)


def rows(after_id: int, limit: int) -> Iterator[Row]:
    """Source for `manage.py rebuild_search`."""
    tickets = Ticket.objects.filter(pk__gt=after_id).order_by("pk").select_related("requester")
    for ticket in tickets.prefetch_related("comments")[:limit]:
        yield _texts(ticket, list(ticket.comments.all()))


search.register_source(KIND, rows)
