"""Mutual exclusion between processes by a row with an end time."""

import functools
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from flowtic.core.models import Lease


def holder_name() -> str:
    return f"{socket.gethostname()[:40]}:{os.getpid()}"


@contextmanager
def lease(name: str, seconds: int) -> Iterator[bool]:
    """Yields whether this process holds `name` now; gives it back at the end."""
    holder, now = holder_name(), timezone.now()
    free = Q(until__lt=now) | Q(holder=holder) | Q(holder="")
    held = bool(Lease.objects.filter(free, pk=name).update(holder=holder, until=now + timedelta(seconds=seconds)))
    if not held and not Lease.objects.filter(pk=name).exists():
        try:
            with transaction.atomic():
                Lease.objects.create(name=name, holder=holder, until=now + timedelta(seconds=seconds))
            held = True
        except IntegrityError:
            held = False
    try:
        yield held
    finally:
        if held:
            Lease.objects.filter(pk=name, holder=holder).update(holder="", until=timezone.now())


def leased(name: str, seconds: int) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Runs the function only where nobody else runs it; returns None otherwise."""

    def wrap(function: Callable[[], Any]) -> Callable[[], Any]:
        @functools.wraps(function)
        def run() -> Any:
            with lease(name, seconds) as held:
                return function() if held else None

        return run

    return wrap
