"""When a timer or due date falls: calendar time, or the working time of the ticket's department."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.calendars import working_calendar
from desk.models import Ticket
from flowtic.core import business_time, durations

# A broken or absurd duration must not end beyond what databases can hold.
FARTHEST = timedelta(days=3650)


def due_at(start: datetime, spec: dict[str, Any], ticket: Ticket) -> datetime | None:
    """The moment that `spec` names: {"duration", "clock", "before"?} or {"until": date or date-time}; None if none."""
    return due_in(start, spec, lambda: working_calendar(ticket.department))


def due_in(
    start: datetime, spec: dict[str, Any], calendar_wanted: Callable[[], business_time.BusinessCalendar]
) -> datetime | None:
    """The same for who has the calendar at hand; it is asked for only when it is needed."""
    if spec.get("until"):
        return _moment(spec["until"])
    try:
        length = min(durations.parse(spec["duration"]), FARTHEST)
        earlier = durations.parse(spec["before"]) if spec.get("before") else timedelta()
    except (ValueError, TypeError):
        return None
    length = max(length - earlier, timedelta())
    if spec.get("clock") != "business":
        return start + length
    calendar = calendar_wanted()
    if "T" not in spec["duration"]:  # days and weeks, not hours: working days of this calendar
        length = length / timedelta(days=1) * _day(calendar)
    try:
        return business_time.add(start, length, calendar)
    except ValueError:  # a calendar without so much working time
        return start + FARTHEST


def _day(calendar: business_time.BusinessCalendar) -> timedelta:
    """How long a working day is, on average of the days of the week on which work is done."""
    days = [sum(end - begin for begin, end in shifts) for shifts in calendar.week.values()]
    worked = [minutes for minutes in days if minutes]
    return timedelta(minutes=sum(worked) / len(worked)) if worked else timedelta(days=1)


def _moment(text: str) -> datetime | None:
    """A date means its beginning where the desk is."""
    try:
        if len(text) == 10:
            zone = ZoneInfo(timezone.get_default_timezone_name())
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
