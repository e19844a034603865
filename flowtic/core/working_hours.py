"""Opening hours as calendars store them, ["09:00", "17:00"], and as arithmetic wants them, (540, 1020)."""

import itertools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

# Minutes since the midnight with which the day begins; the end may lie in the next day (22:00-06:00 is 1320-1800).
Shift = tuple[int, int]

DAY = 1440
MOST = 12  # shifts of one day
WEEKDAYS = tuple(str(number) for number in range(7))
_CLOCK = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


def shifts_of(hours: Any) -> tuple[Shift, ...]:
    """The shifts of one day in order. An end at or before the start lies in the next day; 24:00 is midnight.

    Raises ValueError with a sentence for people when something is unreadable or overlaps.
    """
    if not isinstance(hours, list | tuple):
        raise ValueError(_("Write working hours as 09:00-12:00, 13:00-17:00."))
    if len(hours) > MOST:
        raise ValueError(_("A day has at most %(n)d working times.") % {"n": MOST})
    found = sorted(_shift(pair) for pair in hours)
    for (_first, end), (start, _last) in itertools.pairwise(found):
        if start < end:
            raise ValueError(_("Working times overlap at %(time)s.") % {"time": clock(start)})
    return tuple(found)


def check_week(weekly: Any) -> dict[int, tuple[Shift, ...]]:
    """All seven days. Raises ValueError when a day is unreadable, days overlap or nobody ever works."""
    if not isinstance(weekly, Mapping) or set(map(str, weekly)) - set(WEEKDAYS):
        raise ValueError(_("Days are numbered from 0 (Monday) to 6 (Sunday)."))
    week = {number: shifts_of(weekly.get(str(number), weekly.get(number)) or []) for number in range(7)}
    if not any(week.values()):
        raise ValueError(_("A calendar needs working time on at least one day."))
    for number, shifts in week.items():
        following = week[(number + 1) % 7]
        if shifts and following and shifts[-1][1] - DAY > following[0][0]:
            raise ValueError(_("Working times overlap at %(time)s.") % {"time": clock(following[0][0])})
    return week


def parse(text: str) -> list[list[str]]:
    """`09:00-12:00, 13:00-17:00` as a person types it; '' means closed. Raises ValueError with a sentence."""
    found = []
    for part in re.split(r"[,;\n]+", text):
        if part.strip():
            ends = [end.strip() for end in re.split(r"[-\u2013\u2212]", part)]
            if len(ends) != 2:
                raise ValueError(_("Write working hours as 09:00-12:00, 13:00-17:00."))
            found.append(ends)
    return stored(shifts_of(found))


def stored(shifts: Iterable[Shift]) -> list[list[str]]:
    """As a calendar keeps them."""
    return [[clock(start), "24:00" if end == DAY else clock(end)] for start, end in shifts]


def words(hours: Any) -> str:
    """09:00-12:00, 13:00-17:00 (with a dash between the ends); '' when closed."""
    return ", ".join(f"{start}\u2013{end}" for start, end in hours or [])


def clock(minute: int) -> str:
    return f"{minute % DAY // 60:02d}:{minute % 60:02d}"


def _shift(pair: Any) -> Shift:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueError(_("Write working hours as 09:00-12:00, 13:00-17:00."))
    start, end = (_minute(one) for one in pair)
    if start == DAY:
        raise ValueError(_("A working time begins before 24:00."))
    if end == start:
        raise ValueError(_("A working time ends later than it begins; the whole day is 00:00-24:00."))
    return start, end if end > start else end + DAY


def _minute(text: Any) -> int:
    found = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 10 else None
    minute = int(found[1]) * 60 + int(found[2]) if found else DAY + 1
    if minute > DAY:
        raise ValueError(_("“%(text)s” is no time of day; write 09:00.") % {"text": str(text)[:20]})
    return minute
