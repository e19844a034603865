"""Ids of notices: the same event to the same person is always the same mail, and all of a ticket are one thread."""

from desk.models import Ticket
from flowtic.core import mail


def message_id(event_id: int, recipient_id: int) -> str:
    """`Message-ID` of the notice about that event to that person."""
    return mail.message_id(f"{event_id}.{recipient_id}")


def thread_id(ticket: Ticket) -> str:
    """The id that all mails about a ticket answer to, so that mail programs keep them together."""
    return mail.message_id(f"ticket.{ticket.pk}")


def list_id() -> str:
    return f"<tickets.{mail.mail_domain()}>"
