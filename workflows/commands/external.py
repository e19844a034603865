"""Robots: they lease work items of their topics, work, and say how it went. A lost lease has no say any more."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events, robots
from workflows.commands.drive import definition_of, drive, locked_ticket
from workflows.engine.state import context
from workflows.models import Instance, WorkItem

MAX_LEASE = 3600
MAX_ITEMS = 100
DEFAULT_RETRIES = 3
State = WorkItem.State


class LeaseLost(Conflict):
    """The lease ran out and somebody else has the item, or it is over."""

    code = "lease_lost"


def lease_items(
    actor: Actor, *, worker: str, topics: Sequence[str], maximum: int, lease_seconds: int
) -> list[WorkItem]:
    """Up to `maximum` items of these topics for this worker, the oldest first; each with a token of its own.

    Every item is taken by one conditional update: two workers never get the same one.
    """
    require(actor, "external_task.work", None)
    _check_lease(worker, topics, maximum, lease_seconds)
    robots.remember(topics)
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = WorkItem.objects.filter(
        free, kind=WorkItem.Kind.EXTERNAL, topic__in=topics, state__in=WorkItem.OPEN, next_try__lte=now
    )
    if not actor.works_in_every_department:
        due = due.filter(ticket__department__in=actor.department_ids)
    found: list[WorkItem] = []
    for pk in due.order_by("next_try", "pk").values_list("pk", flat=True)[: maximum * 3]:
        if len(found) == maximum:
            break
        item = _take(pk, worker, lease_seconds)
        if item is not None:
            found.append(item)
    return found


def _take(pk: int, worker: str, lease_seconds: int) -> WorkItem | None:
    now = clock.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    token = secrets.token_urlsafe(24)
    won = WorkItem.objects.filter(free, pk=pk, state__in=WorkItem.OPEN, next_try__lte=now).update(
        state=State.CLAIMED,
        worker=worker,
        lease_token=token,
        lease_until=now + timedelta(seconds=lease_seconds),
        claimed_at=now,
        touched_at=now,
    )
    rows = WorkItem.objects.select_related("ticket", "instance__version__workflow")
    return rows.filter(pk=pk, lease_token=token).first() if won else None


def _check_lease(worker: str, topics: Sequence[str], maximum: int, lease_seconds: int) -> None:
    wrong: dict[str, str] = {}
    if not worker or len(worker) > 100:
        wrong["worker"] = _("Please name the worker with 1 to 100 characters.")
    if not topics or len(topics) > 50:
        wrong["topics"] = _("Please name 1 to 50 topics.")
    if not 1 <= maximum <= MAX_ITEMS:
        wrong["max"] = _("Please give a number from 1 to 100.")
    if not 1 <= lease_seconds <= MAX_LEASE:
        wrong["lease_seconds"] = _("Please give a number of seconds from 1 to 3600.")
    if wrong:
        raise Invalid(fields=wrong)


def variables_of(item: WorkItem) -> dict[str, Any]:
    """What the robot may know: the values its step names, all fields where it names none."""
    step = definition_of(item.instance.version_id).steps.get(item.step)
    known = context(item.instance.state)
    wanted = step.spec.get("variables") if step else None
    return {name: known.get(name) for name in wanted} if isinstance(wanted, list) else known


@command
def extend_lease(actor: Actor, item: WorkItem, *, lease_token: str, lease_seconds: int) -> WorkItem:
    """More time for who still holds the lease."""
    require(actor, "external_task.work", item)
    _check_lease("x", ("x",), 1, lease_seconds)
    item = WorkItem.objects.lock(item.pk)
    _hold(item, lease_token)
    item.lease_until = clock.now() + timedelta(seconds=lease_seconds)
    item.save(update_fields=["lease_until"])
    return item


@command
def complete_external(actor: Actor, item: WorkItem, *, lease_token: str, variables: dict[str, Any]) -> WorkItem:
    """The robot is done; `variables` may set the fields that the step lists as its result."""
    require(actor, "external_task.work", item)
    ticket = locked_ticket(item.ticket_id)
    instance = Instance.objects.lock(item.instance_id)
    item = WorkItem.objects.lock(item.pk)
    if item.state == State.COMPLETED and item.lease_token == lease_token:
        return item
    _hold(item, lease_token)
    data = _result(instance, item, variables)
    item.state, item.data, item.outcome = State.COMPLETED, data, "done"
    item.completed_at, item.completed_by = clock.now(), actor.user
    item.version += 1
    item.save()
    facts = {"step": item.step, "version": instance.version_id, "outcome": "done", "worker": item.worker}
    record(actor, events.ITEM_COMPLETED, item, ticket_id=ticket.pk, data=facts)
    event = {"type": "completed", "item": item.key, "outcome": "done", "data": data, "by": actor.user.pk}
    drive(actor, instance, ticket, event)
    return item


@command
def fail_external(actor: Actor, item: WorkItem, *, lease_token: str, error: str, retry_in: int | None) -> WorkItem:
    """It did not work: offered again after `retry_in` seconds (None: at the step's pace) while retries are left."""
    require(actor, "external_task.work", item)
    ticket = locked_ticket(item.ticket_id)
    instance = Instance.objects.lock(item.instance_id)
    item = WorkItem.objects.lock(item.pk)
    _hold(item, lease_token)
    if retry_in is not None and not 0 <= retry_in <= 86_400:
        raise Invalid(fields={"retry_in": _("Please give a number of seconds from 0 to 86400.")})
    item.attempts += 1
    item.error = error[:1000]
    item.lease_until, item.lease_token, item.worker = None, "", ""
    item.version += 1
    data = {"step": item.step, "version": instance.version_id, "error": item.error, "attempt": item.attempts}
    record(actor, events.ITEM_FAILED, item, ticket_id=ticket.pk, data=data)
    if item.attempts <= _retries(instance, item):
        wait = retry_in if retry_in is not None else min(30 * 2 ** (item.attempts - 1), 3600)
        item.state, item.next_try = State.READY, clock.now() + timedelta(seconds=wait)
        item.save()
        return item
    item.state, item.completed_at = State.ERROR, clock.now()
    item.save()
    drive(actor, instance, ticket, {"type": "effect_failed", "item": item.key, "error": item.error, "final": True})
    return item


def _hold(item: WorkItem, lease_token: str) -> None:
    held = item.lease_token and secrets.compare_digest(item.lease_token.encode(), lease_token.encode())
    if not held or not item.is_open:
        raise LeaseLost(_("This lease is over; somebody else has the item or the workflow went on."))


def _retries(instance: Instance, item: WorkItem) -> int:
    step = definition_of(instance.version_id).steps.get(item.step)
    retries = step.spec.get("retries", DEFAULT_RETRIES) if step else DEFAULT_RETRIES
    return retries if isinstance(retries, int) else DEFAULT_RETRIES


def _result(instance: Instance, item: WorkItem, variables: dict[str, Any]) -> dict[str, Any]:
    step = definition_of(instance.version_id).steps.get(item.step)
    allowed = set(step.spec.get("result") or []) if step else set()
    unknown = [name for name in variables if name not in allowed]
    if unknown:
        raise Invalid(fields={f"variables.{name}": _("This step does not set that field.") for name in unknown[:20]})
    return variables
