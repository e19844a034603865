"""Sums of what was done, day by day. A day is always counted anew as a whole: counting twice changes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require
from workflows.models import Instance, StepDay, WorkItem

Key = tuple[int, str, int | None, int]


def local_day(moment: datetime) -> date:
    """The day at the desk, whoever reads it."""
    return moment.astimezone(_zone()).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """The moments between which that day lies."""
    return datetime.combine(day, time(), _zone()), datetime.combine(day + timedelta(days=1), time(), _zone())


@command
def roll_up_day(actor: Actor, day: date) -> int:
    """Replaces the sums of one day by a count of what was completed on it. Returns the number of rows."""
    require(actor, "workflow.roll_up")
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, waited, touched in [*_steps(day), *_runs(day)]:
        row = sums[key]
        row[0], row[1], row[2] = row[0] + 1, row[1] + waited, row[2] + touched
    StepDay.objects.filter(day=day).delete()
    StepDay.objects.bulk_create(
        StepDay(
            day=day,
            workflow_id=workflow,
            step=step,
            person_id=person,
            department_id=department,
            completed=number,
            waited_seconds=waited,
            touched_seconds=touched,
        )
        for (workflow, step, person, department), (number, waited, touched) in sums.items()
    )
    return len(sums)


def days_to_roll_up(now: datetime, most: int) -> list[date]:
    """From the last day that was counted (again, and the day before it) until today; at first from the beginning."""
    today = local_day(now)
    last = StepDay.objects.order_by("-day").values_list("day", flat=True).first()
    if last is None:
        done = WorkItem.objects.filter(state=WorkItem.State.COMPLETED).order_by("completed_at")
        first = done.values_list("completed_at", flat=True).first()
        start = local_day(first) if first else today
    else:
        start = min(last, today) - timedelta(days=1)
    return [start + timedelta(days=number) for number in range(min((today - start).days + 1, most))]


def _steps(day: date) -> Iterator[tuple[Key, int, int]]:
    start, end = bounds(day)
    done = WorkItem.objects.filter(state=WorkItem.State.COMPLETED, completed_at__gte=start, completed_at__lt=end)
    columns = ("instance__version__workflow", "step", "completed_by", "ticket__department")
    moments = ("created_at", "claimed_at", "completed_at")
    for workflow, step, person, department, *times in done.values_list(*columns, *moments).iterator():
        waited, touched = waiting_and_touch(*times)
        yield (workflow, step, person, department), round(waited), round(touched)


def waiting_and_touch(created: datetime, claimed: datetime | None, completed: datetime) -> tuple[float, float]:
    """Seconds from ready to claimed, and from claimed to completed; what was never claimed was done at once."""
    begun = claimed or completed
    return max((begun - created).total_seconds(), 0.0), max((completed - begun).total_seconds(), 0.0)


def _runs(day: date) -> Iterator[tuple[Key, int, int]]:
    start, end = bounds(day)
    # Nothing moves after the end: the index on the last move finds the rows.
    ended = Instance.objects.filter(status=Instance.State.FINISHED, moved_at__gte=start)
    rows = ended.filter(ended_at__gte=start, ended_at__lt=end)
    columns = ("version__workflow", "ticket__department", "started_at", "ended_at")
    for workflow, department, began, over in rows.values_list(*columns).iterator():
        yield (workflow, "", None, department), 0, round((over - began).total_seconds())


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_default_timezone_name())
