"""When a person was last here: a hint for colleagues, written at most once in five minutes."""

from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from accounts.models import User
from flowtic.core.command import is_lock_error

STEP = timedelta(minutes=5)
# Two steps and some slack: who works without a break must not look absent in between.
PRESENT = timedelta(minutes=11)


def note(person: User) -> None:
    """Remembers that the person is here. A busy database is no reason to fail: the next request notes it."""
    now = timezone.now()
    if person.last_active_at and now - person.last_active_at < STEP:
        return
    try:
        User.objects.filter(pk=person.pk).update(last_active_at=now)
    except OperationalError as error:
        if not is_lock_error(error):
            raise


def is_present(person: User) -> bool:
    """Whether the person did something here in the last minutes."""
    return bool(person.last_active_at and timezone.now() - person.last_active_at < PRESENT)
