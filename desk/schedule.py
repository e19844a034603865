"""What the desk does by the clock: the sweep finds, the command decides."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from desk.commands import change_status
from desk.models import Attachment, OutgoingMail, Status, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.leases import leased

log = structlog.get_logger("flowtic.desk")

BATCH = 500
ORPHAN_AGE = timedelta(hours=24)


@leased("desk.auto_close", 300)
def close_resolved_tickets() -> int:
    """Closes tickets that were resolved FLOWTIC_AUTO_CLOSE_DAYS ago and heard nothing since. Returns how many."""
    days = settings.FLOWTIC_AUTO_CLOSE_DAYS
    if days <= 0:
        return 0
    due = Ticket.objects.filter(
        status__category=Status.Category.RESOLVED, resolved_at__lt=timezone.now() - timedelta(days=days)
    )
    closed = Status.objects.get(key="closed")
    number = 0
    for ticket in due.order_by("resolved_at")[:BATCH]:
        try:
            change_status(Actor.system("auto_close"), ticket, status=closed)
            number += 1
        except CommandError as error:
            log.info("auto_close_refused", ticket=ticket.number, reason=error.message)
    return number


@leased("desk.old_mails", 300)
def forget_old_mails() -> int:
    """Deletes the records of notices sent long ago; returns how many."""
    limit = timezone.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["mail"])
    ids = list(OutgoingMail.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:BATCH])
    return OutgoingMail.objects.filter(pk__in=ids).delete()[0]


@leased("desk.orphan_files", 600)
def remove_orphan_files() -> int:
    """Deletes files without a row: left by a rolled back or killed upload, or by `detach_file`."""
    removed = 0
    if not default_storage.exists("attachments"):
        return 0
    for folder in default_storage.listdir("attachments")[0]:
        names = default_storage.listdir(f"attachments/{folder}")[1]
        known = set(Attachment.objects.filter(key__in=names).values_list("key", flat=True))
        for name in set(names) - known:
            path = f"attachments/{folder}/{name}"
            if _age(path) > ORPHAN_AGE:
                default_storage.delete(path)
                removed += 1
    return removed


def _age(path: str) -> timedelta:
    modified: datetime = default_storage.get_modified_time(path)
    return timezone.now() - modified
