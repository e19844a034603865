"""How long ago, how much time is left: short words for lists and badges, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86_400
SOON_PERCENT = 75


@dataclass(frozen=True, slots=True)
class Due:
    """State is over, soon, ok or paused; `percent` is the consumed share in steps of five."""

    state: str
    text: str
    percent: int = 0


def span(delta: timedelta) -> str:
    """A length of time in at most two units: 26 min, 1 h 48 min, 2 d 5 h."""
    seconds = abs(int(delta.total_seconds()))
    days, hours, minutes = seconds // DAY, seconds % DAY // HOUR, seconds % HOUR // MINUTE
    if days:
        whole = _("%(n)s d") % {"n": days}
        return f"{whole} {_('%(n)s h') % {'n': hours}}" if hours and days < 7 else whole
    if hours:
        whole = _("%(n)s h") % {"n": hours}
        return f"{whole} {_('%(n)s min') % {'n': f'{minutes:02d}'}}" if minutes else whole
    return _("%(n)s min") % {"n": minutes}


def working(delta: timedelta) -> str:
    """A length of working time, never in days: 40 h, 1 h 48 min. A day of work is no day of the calendar."""
    minutes = max(0, int(delta.total_seconds())) // MINUTE
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    whole = _("%(n)s h") % {"n": hours}
    return f"{whole} {_('%(n)s min') % {'n': f'{rest:02d}'}}" if rest else whole


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, in words: just now, 12 min ago, 3 h ago; after six days the date."""
    now = now or timezone.now()
    seconds = (now - moment).total_seconds()
    if seconds < 0:
        return full(moment)
    if seconds < MINUTE:
        return _("just now")
    if seconds >= 7 * DAY:
        return day(moment, now)
    return _("%(span)s ago") % {"span": _rough(seconds)}


def age(moment: datetime, now: datetime | None = None) -> str:
    """The same for narrow columns, without "ago"."""
    now = now or timezone.now()
    seconds = (now - moment).total_seconds()
    if seconds < MINUTE:
        return pgettext("age", "now")
    return _rough(seconds) if seconds < 7 * DAY else day(moment, now)


def ages(moments: Iterable[datetime]) -> list[str]:
    """`age` of each, for the rows of a list: they share the moment, the zone and the language."""
    now, zone, language = timezone.now(), timezone.get_current_timezone(), get_language()
    today = now.astimezone(zone).date()
    found = []
    for moment in moments:
        seconds = (now - moment).total_seconds()
        if MINUTE <= seconds < 7 * DAY:
            size = next(size for size in (DAY, HOUR, MINUTE) if seconds >= size)
            found.append(_short(size, int(seconds // size), language))
        elif seconds < MINUTE:
            found.append(pgettext("age", "now"))
        else:
            local = moment.astimezone(zone).date()
            found.append(_day(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT", language))
    return found


@lru_cache(maxsize=1024)
def _short(size: int, number: int, _language: str | None) -> str:
    return _rough(size * number)


def day(moment: datetime, now: datetime | None = None) -> str:
    """The local date, without the year while it is this year's."""
    local, today = timezone.localtime(moment).date(), timezone.localtime(now).date()
    return _day(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT", get_language())


@lru_cache(maxsize=1024)
def _day(local: date, shape: str, _language: str | None) -> str:
    return date_format(local, shape)


def full(moment: datetime) -> str:
    """Local date and time, for titles."""
    # Without its zone: the same moment reads differently in two of them, and yet is equal.
    return _full(timezone.localtime(moment).replace(tzinfo=None), get_language())


@lru_cache(maxsize=4096)
def _full(local: datetime, _language: str | None) -> str:
    return date_format(local, "SHORT_DATETIME_FORMAT")


def machine(moment: datetime) -> str:
    """For <time datetime>: UTC to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def due_of(ticket: Any, now: datetime | None = None) -> Due | None:
    """What the due badge of a ticket shows: nothing without a due date or when it is done."""
    category = str(ticket.status.category)
    if category in ("resolved", "closed"):
        return None
    # The promise behind the date knows how much working time is used up; a date set by hand has none.
    promise = getattr(ticket, "due_clock", None)
    if category == "waiting" and (promise or ticket.due_at):
        return Due("paused", _("paused"))
    if ticket.due_at is None:
        return None
    now = now or timezone.now()
    left = ticket.due_at - now
    if left.total_seconds() < 0:
        return Due("over", f"−{span(left)}", 100)
    if promise:
        share, rest = promise.standing(now)
        percent, text = min(100, share), working(rest)
    else:
        percent, text = _consumed(ticket.created_at, ticket.due_at, now), span(left)
    return Due("soon" if percent >= SOON_PERCENT else "ok", text, round(percent / 5) * 5)


def _consumed(start: datetime, end: datetime, now: datetime) -> float:
    whole = (end - start).total_seconds()
    share = (now - start).total_seconds() / whole * 100 if whole > 0 else 100
    return min(100, max(0, share))


def _rough(seconds: float) -> str:
    for size, text in ((DAY, _("%(n)s d")), (HOUR, _("%(n)s h"))):
        if seconds >= size:
            return text % {"n": int(seconds // size)}
    return _("%(n)s min") % {"n": int(seconds // MINUTE)}
