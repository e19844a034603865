"""What workflows do by the clock: the sweep finds, the commands decide."""

import structlog

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.leases import leased
from workflows.commands.rollups import days_to_roll_up, roll_up_day
from workflows.commands.timers import drop_skill, due_timers, fire_timer, put_off_timer, return_item
from workflows.models import Timer, WorkItem

MACHINE = Actor.system("workflow")
log = structlog.get_logger("flowtic.workflows")

BATCH = 200
MOST_DAYS = 400
REPORTS = Actor.system("reports")


@leased("workflows.timers", 60)
def fire_timers() -> int:
    """Fires what is due; a broken instance neither keeps others waiting nor fills the log. Returns how many."""
    fired = 0
    for timer in due_timers(clock.now(), BATCH):
        try:
            fired += fire_timer(MACHINE, timer)
        except Exception as error:
            _put_off(timer, error)
    return fired


def _put_off(timer: Timer, error: Exception) -> None:
    """Told in full once, then briefly, and ever more seldom."""
    words = f"{type(error).__name__}: {error}"
    failures = put_off_timer(MACHINE, timer, error=words)
    if failures == 1:
        log.error("timer_failed", timer=timer.pk, instance=timer.instance_id, exc_info=error)
    elif failures:
        log.warning("timer_failed_again", timer=timer.pk, instance=timer.instance_id, error=words, failures=failures)


@leased("workflows.returns", 60)
def return_untouched() -> int:
    """Gives back claimed items that lie untouched, and drops skills that nobody has."""
    now = clock.now()
    done = 0
    idle = WorkItem.objects.filter(state=WorkItem.State.CLAIMED, return_at__lte=now)
    unskilled = WorkItem.objects.filter(state=WorkItem.State.READY, fallback_at__lte=now)
    for rows, act in ((idle, return_item), (unskilled, drop_skill)):
        for item in rows.order_by("pk")[:BATCH]:
            try:
                done += act(MACHINE, item)
            except Exception:
                log.exception("work_item_sweep_failed", item=item.pk)
    return done


@leased("workflows.roll_up", 300)
def roll_up() -> int:
    """Counts today and yesterday anew, and whatever days were missed. Returns how many days."""
    days = days_to_roll_up(clock.now(), MOST_DAYS)
    for day in days:
        roll_up_day(REPORTS, day)
    return len(days)
