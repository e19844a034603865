"""Notices as mails: a row before, the mail, the time after. Runs in deliveries only, never in a request."""

import smtplib
from datetime import timedelta
from email.utils import formataddr, parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from accounts.models import User
from desk import events
from desk.mail import threading
from desk.mail.wording import Notice, compose
from desk.models import OutgoingMail, Ticket
from desk.notices import HOURLY_LIMITS, UNPROVED, Reason, Told, is_unproved, who_is_told
from flowtic.core import clock, mail
from flowtic.core.models import Event

log = structlog.get_logger("flowtic.mail")

CAPPED = "capped:"
SPOKEN = set(" .'’-")


class NotSent(Exception):
    """Some mails of an event did not go out; the outbox tries again and skips those that did."""


def send_notices(event: Event) -> None:
    """Tells everybody who is to be told. May run again: what was sent is not sent twice, a repeat has the same id."""
    connection, failed = get_connection(), []
    try:
        for told in who_is_told(event):
            try:
                _tell(event, told, connection)
            except Exception as error:
                if _line_is_dead(error):
                    raise
                # One mail that cannot be made or is refused must not hold up the others.
                log.exception("mail_failed", event_id=event.pk, person=told.person.pk)
                failed.append(f"{told.person.pk}: {error}")
    finally:
        connection.close()
    if failed:
        raise NotSent("; ".join(failed))


def _line_is_dead(error: Exception) -> bool:
    """Whether the mail server cannot be spoken to at all: waiting for it once is enough."""
    refused = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
    return isinstance(error, OSError) and not isinstance(error, refused)


def _tell(event: Event, told: Told, connection: Any) -> None:
    person = told.person
    with mail.read_by(person):
        notice = compose(event, person, told.reason)
        row = _row(event, told) if notice else None
        if notice is None or row is None:
            return
        message = build(event, person, notice, row.message_id)
    connection.open()
    message.connection = connection
    message.send()
    OutgoingMail.objects.filter(pk=row.pk).update(sent_at=clock.now())
    log.info("mail_sent", event_id=event.pk, person=person.pk, reason=told.reason)


def _row(event: Event, told: Told) -> OutgoingMail | None:
    """The row of a mail that is still to be sent; None when it was sent or is one too many."""
    known = OutgoingMail.objects.filter(event=event, recipient=told.person).first()
    if known is None:
        capped = CAPPED if _too_many(told) else ""
        known, _created = OutgoingMail.objects.get_or_create(
            event=event,
            recipient=told.person,
            defaults={
                "reason": f"{capped}{told.reason}",
                "message_id": threading.message_id(event.pk, told.person.pk),
                "created_at": clock.now(),
            },
        )
        if capped:
            log.warning("mail_capped", event_id=event.pk, person=told.person.pk, reason=told.reason)
    return None if known.sent_at or known.reason.startswith(CAPPED) else known


def _too_many(told: Told) -> bool:
    """The fuse: whether this address, or all unproved ones together, had their share of the last hour."""
    recent = OutgoingMail.objects.filter(created_at__gt=clock.now() - timedelta(hours=1))
    recent = recent.exclude(reason__startswith=CAPPED)
    own = recent.filter(recipient=told.person)
    unproved = is_unproved(told.person)
    if own.count() >= HOURLY_LIMITS["contact" if unproved else "person"]:
        return True
    if told.reason != Reason.RECEIPT:
        return False
    if own.filter(reason=Reason.RECEIPT).count() >= HOURLY_LIMITS["receipt"]:
        return True
    strangers = recent.filter(reason=Reason.RECEIPT, recipient__state__in=UNPROVED)
    return unproved and strangers.count() >= HOURLY_LIMITS["receipts_to_contacts"]


def build(event: Event, person: User, notice: Notice, message_id: str) -> EmailMultiAlternatives:
    """The mail with both parts, from the author by way of the desk, in the thread of its ticket."""
    context = {"notice": notice, "subject": f"[{notice.number}] {notice.subject}"}
    message = mail.build(person.email or "", template="desk/mail/notice", context=context, message_id=message_id)
    thread = threading.thread_id(Ticket(pk=event.ticket_id))
    message.from_email = sender(None if event.name == events.CREATED else event.actor)
    message.extra_headers |= {"In-Reply-To": thread, "References": thread, "List-Id": threading.list_id()}
    return message


def sender(author: User | None) -> str:
    """`From`: the desk's own address; its name, with the author's before it when somebody wrote."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    name = name or "Flowtic"
    spoken = _spoken(author.name) if author else ""
    return formataddr((f"{spoken} ({name})" if spoken else name, address))


def _spoken(name: str) -> str:
    """A person's name with letters only: nobody may look like another address in the list of mails."""
    return " ".join("".join(char if char.isalnum() or char in SPOKEN else " " for char in name).split())[:60]
