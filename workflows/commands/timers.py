"""Moments that have come: timers, items that lie untouched, skills that nobody has."""

from datetime import datetime, timedelta

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from workflows import events
from workflows.commands.drive import drive, locked_ticket
from workflows.commands.work_items import give_back
from workflows.models import Instance, Timer, WorkItem

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)
MAX_ERROR = 500


@command
def fire_timer(actor: Actor, timer: Timer) -> bool:
    """Tells the engine; False when the timer was cleared meanwhile. Safe to call twice."""
    ticket = locked_ticket(timer.instance.ticket_id)
    instance = Instance.objects.lock(timer.instance_id)
    row = Timer.objects.filter(pk=timer.pk, due_at__lte=clock.now()).first()
    if row is None:
        return False
    row.delete()
    claimed = False
    if row.name == "fallback":
        leased = instance.items.filter(step=row.step, kind=WorkItem.Kind.EXTERNAL, lease_until__gt=clock.now())
        claimed = leased.exists()
    drive(actor, instance, ticket, {"type": "timer", "timer": row.key, "claimed": claimed})
    return True


@command
def put_off_timer(actor: Actor, timer: Timer, *, error: str) -> int:
    """A timer that could not fire is tried again later and later; its run counts as failed meanwhile.

    Returns how often it has failed, 0 when it is gone.
    """
    instance = Instance.objects.lock(timer.instance_id)
    row = Timer.objects.filter(pk=timer.pk).first()
    if row is None:
        return 0
    failures = int(row.spec.get("failures", 0)) + 1
    row.spec = {**row.spec, "failures": failures, "error": error[:MAX_ERROR]}
    row.due_at = clock.now() + min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE)
    row.save(update_fields=["spec", "due_at"])
    if instance.status == Instance.State.RUNNING and not instance.has_error:
        Instance.objects.filter(pk=instance.pk).update(has_error=True)
    return failures


@command
def return_item(actor: Actor, item: WorkItem) -> bool:
    """Back to its queue because its holder did nothing with it; False when that is no longer so."""
    ticket = locked_ticket(item.ticket_id)
    instance = Instance.objects.lock(item.instance_id)
    item = WorkItem.objects.lock(item.pk)
    item.ticket = ticket
    idle = item.state == WorkItem.State.CLAIMED and item.return_at is not None and item.return_at <= clock.now()
    touched = item.touched_at is not None and item.claimed_at is not None and item.touched_at > item.claimed_at
    if not idle or touched or (item.department_id is None and not item.role):
        WorkItem.objects.filter(pk=item.pk).update(return_at=None)
        return False
    give_back(actor, ticket, instance, item, events.ITEM_RETURNED)
    return True


@command
def drop_skill(actor: Actor, item: WorkItem) -> bool:
    """Nobody with the skill came in time: the whole department may take it."""
    item = WorkItem.objects.lock(item.pk)
    if item.assignee_id is not None or not item.is_open or item.fallback_at is None:
        return False
    item.assigned_reason = {"code": "skill_dropped", "params": {"skill": item.skill, "level": item.level}}
    item.skill, item.level, item.strategy, item.fallback_at = "", 0, "pull", None
    item.version += 1
    item.save()
    return True


def due_timers(now: datetime, limit: int) -> list[Timer]:
    return list(Timer.objects.filter(due_at__lte=now).select_related("instance").order_by("due_at", "pk")[:limit])
