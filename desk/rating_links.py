"""The link in the mail that tells of a closing. It opens one page and can do nothing but rate that closing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from desk.models import Ticket
from desk.models.rating import DAYS

SALT = "desk.rating"
LONGEST = 400


@dataclass(frozen=True)
class Link:
    """What a link says: which ticket, which closing, to whom it was sent."""

    ticket: int
    person: int
    closing: str

    def is_about(self, closed_at: datetime | None) -> bool:
        return closed_at is not None and _closing(closed_at) == self.closing


def link_token(ticket: Ticket) -> str:
    """For the requester of a closed ticket."""
    assert ticket.closed_at is not None  # noqa: S101  (the caller has checked it)
    return signing.dumps([ticket.pk, ticket.requester_id, _closing(ticket.closed_at)], salt=SALT)


def link_url(ticket: Ticket) -> str:
    return f"{settings.BASE_URL}{reverse('desk:rate', args=[link_token(ticket)])}"


def read_link(token: str) -> Link | None:
    """None for a text that is no link, was forged, or is too old."""
    if len(token) > LONGEST:
        return None
    try:
        ticket, person, closing = signing.loads(token, salt=SALT, max_age=timedelta(days=DAYS + 1))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Link(ticket, person, closing)


def _closing(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}"
