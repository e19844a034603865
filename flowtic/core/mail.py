"""Mails: built, addressed and sent here. Who is told and in which words is the apps' affair.

Everything in this module speaks to a mail server: call it in deliveries and jobs, never in a request.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formataddr, parseaddr
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac

from flowtic.core.models import Event
from flowtic.core.plain_text import one_line

log = structlog.get_logger("flowtic.mail")

MAX_SUBJECT = 300
_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)*$")


@contextmanager
def read_by(person: Any) -> Iterator[None]:
    """Inside, texts and times are those of the person who will read them (None: the installation's)."""
    language = getattr(person, "language", "") or translation.get_language() or settings.LANGUAGE_CODE
    zone = getattr(person, "time_zone", "") or settings.TIME_ZONE
    with translation.override(language), timezone.override(zone):
        yield


def send_once(event: Event, recipient: Any, *, reason: str, template: str, context: dict[str, Any]) -> None:
    """Mails `recipient` (a person) about `event`, in their language; `context` holds at least the subject.

    The `Message-ID` follows from event and recipient: a delivery that is repeated sends the same mail once more, and
    mail programs show it once. Nothing happens to somebody without an address.
    """
    if not recipient.email:
        return
    with read_by(recipient):
        message = build(
            recipient.email,
            template=template,
            context={**context, "recipient": recipient, "reason": reason},
            message_id=message_id(f"{event.pk}.{recipient.pk}"),
        )
    message.send()
    log.info("mail_sent", event_id=event.pk, person=recipient.pk, template=template)


def build(to: str, *, template: str, context: dict[str, Any], message_id: str) -> EmailMultiAlternatives:
    """The mail from `<template>.txt` and `<template>.html`, with headers that keep machines from answering it."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=one_line(str(context["subject"]))[:MAX_SUBJECT],
        body=render_to_string(f"{template}.txt", context).strip() + "\n",
        from_email=formataddr((name or "Flowtic", address)),
        to=[to],
        headers={
            "Message-ID": message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def message_id(name: str) -> str:
    """The same `Message-ID` for the same name; nobody can guess one."""
    seal = salted_hmac("flowtic.mail", name, algorithm="sha256").hexdigest()[:24]
    return f"<{name}.{seal}@{mail_domain()}>"


def mail_domain() -> str:
    """The domain that mails come from: the sender's, else the host of the installation."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()
    host = (urlsplit(settings.BASE_URL).hostname or "").lower()
    return next((name for name in (domain, host) if _HOST.match(name)), "localhost")
