"""The arithmetic of promises, on plain values: how much of one is used up, when it is due, why.

A promise is a length of working time and the runs of its clock. While the ticket waits no run is open, and there is no
due date. Everything here follows from runs, target, calendar and the time of asking, so it can be told and repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flowtic.core import business_time
from flowtic.core.business_time import BusinessCalendar, OutOfReach, Span

LEVELS = (50, 80, 100)
PAUSED = "paused"
_NONE = timedelta()


@dataclass(frozen=True)
class Run:
    """The clock ran from `start` to `end`; `end` is None while it runs."""

    start: datetime
    end: datetime | None = None


Runs = Sequence[Run]


def is_running(runs: Runs) -> bool:
    return bool(runs) and runs[-1].end is None


def begin(runs: Runs, at: datetime) -> tuple[Run, ...]:
    """The clock runs from `at` on; nothing when it runs already."""
    return tuple(runs) if is_running(runs) else (*runs, Run(at))


def stop(runs: Runs, at: datetime) -> tuple[Run, ...]:
    """The clock stands from `at` on. A run of no length is forgotten unless it is the only one."""
    if not is_running(runs):
        return tuple(runs)
    last = runs[-1]
    ended = Run(last.start, max(at, last.start))
    if ended.end == ended.start and len(runs) > 1:
        return tuple(runs[:-1])
    return (*runs[:-1], ended)


def consumed(runs: Runs, calendar: BusinessCalendar, now: datetime) -> timedelta:
    """Working time that passed while the clock ran."""
    spent = (business_time.between(run.start, max(run.end or now, run.start), calendar) for run in runs)
    return sum(spent, _NONE)


def due(runs: Runs, target: timedelta, calendar: BusinessCalendar) -> datetime | None:
    """When the target is used up: past, or to come while the clock runs; None while it stands before that.

    None too when ten years do not hold that much working time.
    """
    left = target
    for run in runs:
        if run.end is None:
            try:
                return business_time.add(run.start, left, calendar)
            except OutOfReach:
                return None
        spent = business_time.between(run.start, run.end, calendar)
        if spent >= left:
            return business_time.add(run.start, left, calendar)
        left -= spent
    return None


def share(runs: Runs, target: timedelta, calendar: BusinessCalendar, now: datetime) -> float:
    """Per cent of the target that is used up; more than 100 when it is broken."""
    return share_of(consumed(runs, calendar, now), target)


def share_of(spent: timedelta, target: timedelta) -> float:
    """The same of working time that was counted before."""
    return spent / target * 100 if target > _NONE else 100.0


def is_broken(runs: Runs, target: timedelta, calendar: BusinessCalendar, now: datetime) -> bool:
    """Whether the clock ran on after the due date; the due date itself is in time."""
    moment = due(runs, target, calendar)
    return moment is not None and _until(runs, now) > moment


def level(runs: Runs, target: timedelta, calendar: BusinessCalendar, now: datetime) -> int:
    """The highest of LEVELS that is reached, the last one when the promise is broken; 0 for none."""
    if is_broken(runs, target, calendar, now):
        return LEVELS[-1]
    spent = consumed(runs, calendar, now)
    return max((one for one in LEVELS[:-1] if spent >= target * one / 100), default=0)


def next_level_at(runs: Runs, target: timedelta, calendar: BusinessCalendar, told: int) -> datetime | None:
    """When the first level above `told` is reached, perhaps in the past; None when none is to come or the clock stands.

    The last one falls a second behind the due date, which is in time itself.
    """
    following = next((one for one in LEVELS if one > told), None)
    if following is None:
        return None
    moment = due(runs, target * following / 100, calendar)
    if moment is None or following != LEVELS[-1]:
        return moment
    stands = runs[-1].end is not None and runs[-1].end <= moment
    return None if stands else moment + timedelta(seconds=1)


def steps(runs: Runs, target: timedelta, calendar: BusinessCalendar) -> list[Span]:
    """Every stretch from the start to the due date, or to where the clock stands now; pauses are spans too.

    The counted ones add up to the target, or to what is used up so far.
    """
    found: list[Span] = []
    left = target
    for run in runs:
        if found and found[-1].end < run.start:
            found.append(Span(found[-1].end, run.start, _NONE, PAUSED))
        spent = left if run.end is None else business_time.between(run.start, run.end, calendar)
        counted = min(spent, left)
        spans = business_time.explain(run.start, counted, calendar) if counted else []
        found += spans
        left -= counted
        if not left:
            break
        end = spans[-1].end if spans else run.start
        if run.end is not None and end < run.end:
            found += business_time.closed_spans(end, run.end, calendar)
    return found


def _until(runs: Runs, now: datetime) -> datetime:
    last = runs[-1]
    return max(now, last.start) if last.end is None else last.end
