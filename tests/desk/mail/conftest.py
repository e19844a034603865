"""Mails as the worker sends them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from desk.models import OutgoingMail
from flowtic.core import outbox
from flowtic.core.models import Delivery


@pytest.fixture
def deliver(db: Any) -> Callable[[], list[EmailMultiAlternatives]]:
    """Does all waiting deliveries of notices and returns the mails that went out by it."""

    def run() -> list[EmailMultiAlternatives]:
        before = len(mail.outbox)
        waiting = Delivery.objects.filter(subscriber="desk.notices", state="pending").order_by("event_id")
        waiting.update(next_try=timezone.now())  # events of a travelled clock are due in the future
        for pk in list(waiting.values_list("pk", flat=True)):
            outbox.deliver(pk)
        return mail.outbox[before:]

    return run


@pytest.fixture
def quiet(deliver: Any) -> Callable[[], None]:
    """Sends what is waiting and forgets it, so that a test sees only what comes after."""

    def run() -> None:
        deliver()
        mail.outbox.clear()
        OutgoingMail.objects.all().delete()

    return run
