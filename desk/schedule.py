"""What the desk does by the clock: the sweep finds, the command decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from desk.commands import auto_assign, change_status, return_ticket
from desk.dispatching.policies import automatic_policies
from desk.dispatching.queue import left_waiting
from desk.dispatching.untouched import overdue_returns, returning_policies
from desk.models import (
    Attachment,
    BulkRun,
    ComposerDraft,
    DraftFile,
    FormDraft,
    OutgoingMail,
    Status,
    Ticket,
    WaitingFile,
)
from desk.promise_sweep import check_backlog_soon, check_due
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.leases import leased

log = structlog.get_logger("flowtic.desk")

BATCH = 500
SWEEP_SECONDS = 5.0
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


@leased("desk.return_untouched", 300)
def return_untouched() -> int:
    """Puts tickets back into their queues that nobody touched since they were given away; returns how many."""
    number = 0
    for policy in returning_policies():
        for ticket in overdue_returns(policy, clock.now())[:BATCH]:
            number += _done(return_ticket, ticket, "return_refused").assignee_id is None
    return number


@leased("desk.assign_waiting", 120)
def assign_waiting() -> int:
    """Tries again to hand out tickets for which nobody was free; returns how many found somebody."""
    number = 0
    for policy in automatic_policies():
        for ticket in left_waiting(policy.department_id)[:BATCH]:
            if _done(auto_assign, ticket, "assignment_refused").assignee_id is None:
                break  # nobody has room for this one, so for none behind it
            number += 1
    return number


def _done(function: Callable[[Actor, Ticket], Ticket], ticket: Ticket, refusal: str) -> Ticket:
    """What the command made of the ticket; a refusal is logged and keeps no other ticket waiting."""
    try:
        return function(Actor.system("dispatching"), ticket)
    except CommandError as error:
        log.info(refusal, ticket=ticket.pk, reason=error.message)
        return ticket


@leased("desk.promises", 120)
def watch_promises() -> int:
    """Tells of promises of which 50, 80 or 100 per cent are used up. Returns how many were looked at.

    A backlog that one turn cannot hold goes to a worker, so that the rest of the schedule does not wait for it.
    """
    number, left = check_due(most=BATCH, seconds=SWEEP_SECONDS)
    if left:
        check_backlog_soon(Actor.system("sla"))
    return number


@leased("desk.old_mails", 300)
def forget_old_mails() -> int:
    """Deletes the records of notices sent long ago; returns how many."""
    limit = timezone.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["mail"])
    ids = list(OutgoingMail.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:BATCH])
    return OutgoingMail.objects.filter(pk__in=ids).delete()[0]


@leased("desk.old_drafts", 300)
def forget_old_drafts() -> int:
    """Deletes forms and messages that somebody began to write long ago; returns how many."""
    limit, number = timezone.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["draft"]), 0
    for model in (FormDraft, ComposerDraft):
        rows: Any = model._default_manager
        ids = list(rows.filter(updated_at__lt=limit).values_list("pk", flat=True)[:BATCH])
        rows.filter(pk__in=ids).delete()
        number += len(ids)
    return number


@leased("desk.old_bulk_runs", 300)
def forget_old_bulk_runs() -> int:
    """Deletes the results of changes of several tickets when they can no longer be undone; returns how many."""
    limit = timezone.now() - timedelta(days=settings.FLOWTIC_RETENTION_DAYS["operation"])
    ids = list(BulkRun.objects.filter(created_at__lt=limit).values_list("pk", flat=True)[:50])
    BulkRun.objects.filter(pk__in=ids).delete()
    return len(ids)


@leased("desk.orphan_files", 600)
def remove_orphan_files() -> int:
    """Deletes files without a row: left by a rolled back or killed upload, by `detach_file` or by a sent form."""
    return _sweep("attachments", Attachment) + _sweep("drafts", DraftFile, WaitingFile)


def _sweep(place: str, *models: Any) -> int:
    removed = 0
    if not default_storage.exists(place):
        return 0
    for folder in default_storage.listdir(place)[0]:
        names = default_storage.listdir(f"{place}/{folder}")[1]
        known: set[str] = set()
        for model in models:
            known |= set(model.objects.filter(key__in=names).values_list("key", flat=True))
        for name in set(names) - known:
            path = f"{place}/{folder}/{name}"
            if _age(path) > ORPHAN_AGE:
                default_storage.delete(path)
                removed += 1
    return removed


def _age(path: str) -> timedelta:
    modified: datetime = default_storage.get_modified_time(path)
    return timezone.now() - modified
