"""Working time: from one moment so many open hours on, open hours between two moments, and why. Pure arithmetic.

A shift belongs to the day on which it begins: Monday's 22:00-06:00 ends on Tuesday morning even where Tuesday is a
holiday. Where the clocks go forward, a boundary inside the missing hour falls on the change; where they go back, a
boundary inside the doubled hour means the first of the two. Hours that pass are counted, not hours on the dial.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flowtic.core.working_hours import Shift, check_week, shifts_of

SEARCH_DAYS = 3660  # ten years: further on nobody plans, and a search must end
_NONE = timedelta()
_DAY = timedelta(days=1)

OPEN, BREAK, OUTSIDE, DAY_OFF, HOLIDAY, OWN_DAY = "", "break", "outside", "day_off", "holiday", "own_day"


class OutOfReach(ValueError):
    """The calendar offers not enough working time within ten years."""


@dataclass(frozen=True)
class OwnDay:
    """A date with hours of its own; without any it is closed."""

    shifts: tuple[Shift, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Span:
    """A stretch of time in an explanation: open (`why` is "", all of it counts) or closed for the reason `why`."""

    start: datetime
    end: datetime
    counted: timedelta
    why: str = OPEN
    name: Any = ""  # of the holiday or own day, perhaps in two languages (flowtic.core.localised)


@dataclass(frozen=True)
class BusinessCalendar:
    """Weekly shifts by weekday (Monday is 0), holidays and own days by local date, in one time zone."""

    time_zone: str
    week: Mapping[int, tuple[Shift, ...]]
    holidays: Mapping[date, Any] = field(default_factory=dict)  # date -> name, perhaps in two languages
    days: Mapping[date, OwnDay] = field(default_factory=dict)
    zone: ZoneInfo = field(init=False, compare=False)
    _known: dict[date, tuple[tuple[datetime, datetime], ...]] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", ZoneInfo(self.time_zone))

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that begin on that date, on the local clock."""
        own = self.days.get(day)
        if own is not None:
            return own.shifts
        return () if day in self.holidays else self.week.get(day.weekday(), ())

    def spans_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The same as moments (UTC), in order, free of overlaps with each other and with the day before."""
        found = self._known.get(day)
        if found is None:
            if len(self._known) > 2 * SEARCH_DAYS:
                self._known.clear()
            found = self._known[day] = tuple(self._spans(day))
        return found

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        earlier = self.shifts_on(day - _DAY)
        # Only yesterday can reach into today: a shift is shorter than a day.
        busy = self.moment(day - _DAY, earlier[-1][1]) if earlier else None
        for first, last in self.shifts_on(day):
            start, end = self.moment(day, first), self.moment(day, last)
            start = max(start, busy) if busy else start
            if start < end:
                yield start, end

    def moment(self, day: date, minute: int) -> datetime:
        """When the local clock first shows that minute of the day (1440 and more: of the next day)."""
        wall = datetime.combine(day, time()) + timedelta(minutes=minute)
        found = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if found.astimezone(self.zone).replace(tzinfo=None) == wall:
            return found
        return self._change_near(found)

    def _change_near(self, moment: datetime) -> datetime:
        """The moment at which the clocks jumped over the local time that `moment` stands for."""
        before, after = moment - timedelta(hours=4), moment + timedelta(hours=4)
        offset = before.astimezone(self.zone).utcoffset()
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)

    def local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()


def calendar_from(
    time_zone: str,
    weekly: Mapping[str, Any],
    holidays: Mapping[date, str] | Iterable[date] = (),
    days: Mapping[date, Sequence[Sequence[str]] | tuple[Any, str] | None] | None = None,
) -> BusinessCalendar:
    """A calendar from plain values: {"0": [["09:00", "12:00"], …]}, dates, and date -> hours (None: closed).

    An own day may be a pair (hours, name). Raises ValueError for unreadable hours or a week without working time.
    """
    week = check_week(weekly)
    named = dict(holidays) if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
    own = {}
    for day, value in (days or {}).items():
        hours, name = value if isinstance(value, tuple) else (value, "")
        own[day] = OwnDay(shifts_of(hours or []), name)
    return BusinessCalendar(time_zone, week, named, own)


def add(start: datetime, length: timedelta, calendar: BusinessCalendar) -> datetime:
    """The moment at which `length` of working time has passed since `start` (before it, when negative); in UTC.

    Ends at the closing time rather than at the next opening. Raises OutOfReach after ten years.
    """
    start = start.astimezone(UTC)
    if length <= _NONE:
        return start if length == _NONE else _back(start, -length, calendar)
    for begin, end in _open_after(start, calendar):
        if end - begin >= length:
            return begin + length
        length -= end - begin
    raise OutOfReach(f"less than that much working time in ten years: {length} is missing")


def _back(start: datetime, length: timedelta, calendar: BusinessCalendar) -> datetime:
    for begin, end in _open_before(start, calendar):
        if end - begin >= length:
            return end - length
        length -= end - begin
    raise OutOfReach(f"less than that much working time in ten years: {length} is missing")


def between(a: datetime, b: datetime, calendar: BusinessCalendar) -> timedelta:
    """Working time from `a` to `b`; negative when `b` is the earlier one."""
    if b < a:
        return -between(b, a, calendar)
    a, b = a.astimezone(UTC), b.astimezone(UTC)
    total, day, last = _NONE, calendar.local_date(a) - _DAY, calendar.local_date(b)
    while day <= last:
        for begin, end in calendar.spans_on(day):
            if begin < b and end > a:
                total += min(end, b) - max(begin, a)
        day += _DAY
    return total


def is_open(at: datetime, calendar: BusinessCalendar) -> bool:
    """Whether work is done at that moment; the closing time itself is closed."""
    day = calendar.local_date(at)
    return any(begin <= at < end for one in (day - _DAY, day) for begin, end in calendar.spans_on(one))


def next_open(at: datetime, calendar: BusinessCalendar) -> datetime:
    """`at` itself when open, else the next opening (UTC). Raises OutOfReach after ten years."""
    for begin, _end in _open_after(at.astimezone(UTC), calendar):
        return begin
    raise OutOfReach("no working time in ten years")


def explain(start: datetime, length: timedelta, calendar: BusinessCalendar) -> list[Span]:
    """How `add` gets to its answer: stretches without a gap from `start` to it; the open ones add up to `length`."""
    here, found = start.astimezone(UTC), list[Span]()
    if length <= _NONE:
        return found
    for begin, end in _open_after(here, calendar):
        found += _closed(here, begin, calendar)
        here = min(end, begin + length)
        length -= here - begin
        found.append(Span(begin, here, here - begin))
        if not length:
            return _joined(found)
    raise OutOfReach("no working time in ten years")


def closed_spans(start: datetime, end: datetime, calendar: BusinessCalendar) -> list[Span]:
    """The reasons of a stretch in which nothing is open."""
    return _joined(list(_closed(start.astimezone(UTC), end.astimezone(UTC), calendar)))


def _open_after(start: datetime, calendar: BusinessCalendar) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches from `start` on, the first one cut; for ten years."""
    day = calendar.local_date(start) - _DAY
    for _number in range(SEARCH_DAYS):
        for begin, end in calendar.spans_on(day):
            if end > start:
                yield max(begin, start), end
        day += _DAY


def _open_before(start: datetime, calendar: BusinessCalendar) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches before `start`, the latest first and cut; for ten years."""
    day = calendar.local_date(start)
    for _number in range(SEARCH_DAYS):
        for begin, end in reversed(calendar.spans_on(day)):
            if begin < start:
                yield begin, min(end, start)
        day -= _DAY


def _closed(start: datetime, end: datetime, calendar: BusinessCalendar) -> Iterator[Span]:
    """A closed stretch, cut at local midnights because the reason may change there."""
    while start < end:
        day = calendar.local_date(start)
        stop = min(end, calendar.moment(day + _DAY, 0))
        yield Span(start, stop, _NONE, *_reason(day, start, calendar))
        start = stop


def _reason(day: date, at: datetime, calendar: BusinessCalendar) -> tuple[str, Any]:
    own = calendar.days.get(day)
    if own is not None and not own.shifts:
        return OWN_DAY, own.name
    if own is None and day in calendar.holidays:
        return HOLIDAY, calendar.holidays[day]
    if own is None and not calendar.week.get(day.weekday()):
        return DAY_OFF, ""
    spans = calendar.spans_on(day)
    passed = bisect_right([begin for begin, _end in spans], at)
    return (BREAK if 0 < passed < len(spans) else OUTSIDE), (own.name if own else "")


def _joined(spans: list[Span]) -> list[Span]:
    """Neighbours that say the same become one; a holiday stays a line of its own."""
    found: list[Span] = []
    for span in spans:
        last = found[-1] if found else None
        if last and (last.why, last.name) == (span.why, span.name) and span.why not in (HOLIDAY, OWN_DAY):
            found[-1] = Span(last.start, span.end, last.counted + span.counted, span.why, span.name)
        else:
            found.append(span)
    return found
