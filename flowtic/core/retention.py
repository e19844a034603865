"""Keeps growth bounded: what has done its duty is removed after the days in FLOWTIC_RETENTION_DAYS."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from flowtic.core.leases import leased
from flowtic.core.models import Delivery, IdempotencyKey, Job, LeasedWork, Operation, OutgoingCall

BATCH = 5000


@leased("core.retention", 600)
def clean_up() -> int:
    """Removes old deliveries, jobs, keys, journal entries, logged calls and sessions; returns how many."""
    now, days = timezone.now(), settings.FLOWTIC_RETENTION_DAYS
    done = LeasedWork.State.DONE
    old = [
        Delivery.objects.filter(state=done, finished_at__lt=now - timedelta(days=days["delivery"])),
        Job.objects.filter(state=done, finished_at__lt=now - timedelta(days=days["delivery"])),
        IdempotencyKey.objects.filter(created_at__lt=now - timedelta(days=days["idempotency_key"])),
        Operation.objects.filter(created_at__lt=now - timedelta(days=days["operation"])),
        OutgoingCall.objects.filter(created_at__lt=now - timedelta(days=days["outgoing_call"])),
        Session.objects.filter(expire_date__lt=now),
    ]
    removed = 0
    for rows in old:
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        removed += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return removed
