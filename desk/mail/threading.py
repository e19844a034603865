"""Ids of mails: the same event to the same person is always the same mail, and nobody can guess one."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from desk.models import Ticket

_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")


def mail_domain() -> str:
    """The domain that mails come from: the sender's, else the host of the installation."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    host = (urlsplit(settings.BASE_URL).hostname or "").lower()
    return next((name for name in (domain, host) if _HOST.match(name)), "localhost")


def message_id(event_id: int, recipient_id: int) -> str:
    """`Message-ID` of the notice about that event to that person."""
    return _sealed(f"{event_id}.{recipient_id}")


def thread_id(ticket: Ticket) -> str:
    """The id that all mails about a ticket answer to, so that mail programs keep them together."""
    return _sealed(f"ticket.{ticket.pk}")


def list_id() -> str:
    return f"<tickets.{mail_domain()}>"


def _sealed(name: str) -> str:
    seal = salted_hmac("flowtic.mail", name, algorithm="sha256").hexdigest()[:24]
    return f"<{name}.{seal}@{mail_domain()}>"
