"""Which calendar counts, and calendars as the arithmetic wants them."""

import hashlib
import json
from collections import OrderedDict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.holidays import RegionDays, in_year
from accounts.models import Calendar, CalendarDay, Department, User
from flowtic.core.business_time import BusinessCalendar, OwnDay
from flowtic.core.working_hours import check_week, shifts_of, stored

OFFICE_HOURS = {str(day): [["09:00", "17:00"]] for day in range(5)}
_KEPT = 200
_known: OrderedDict[str, BusinessCalendar] = OrderedDict()


def working_calendar(department: Department | None = None) -> BusinessCalendar:
    """The working time of a department: its own calendar, else the default one."""
    return business(calendar_row(department))


def calendar_row(department: Department | None = None) -> Calendar:
    """The calendar that counts for the department."""
    own = department.calendar if department is not None and department.calendar_id else None
    return own or default_calendar()


def calendar_of(person: User) -> Calendar:
    """A person's working hours: their own, else their first department's, else the default."""
    if person.calendar_id and person.calendar:
        return person.calendar
    rows = Department.objects.filter(memberships__user=person, active=True, calendar__isnull=False)
    first = rows.select_related("calendar").first()
    return calendar_row(first)


def default_calendar() -> Calendar:
    """The default; where somebody emptied the table, office hours that are saved nowhere."""
    found = Calendar.objects.filter(is_default=True).first() or Calendar.objects.first()
    return found or Calendar(
        key="default", name_de="Bürozeit", name_en="Office hours", time_zone=settings.TIME_ZONE, weekly=OFFICE_HOURS
    )


def business(calendar: Calendar) -> BusinessCalendar:
    """The calendar for the arithmetic; asks for its own days once per process and content."""
    # The digest is that of the content, so a kept calendar is never an outdated one.
    found = _known.get(calendar.digest) if calendar.digest else None
    if found is None:
        found = _build(calendar)
        if calendar.digest:
            _known[calendar.digest] = found
            while len(_known) > _KEPT:
                _known.popitem(last=False)
    return found


def _build(calendar: Calendar) -> BusinessCalendar:
    days = calendar.days.all() if calendar.pk else []
    own = {row.date: OwnDay(shifts_of(row.hours or []), row.name) for row in days}
    return BusinessCalendar(calendar.time_zone, check_week(calendar.weekly), RegionDays(calendar.holiday_region), own)


def digest_of(calendar: Calendar, days: list[CalendarDay]) -> str:
    """Of everything that the arithmetic reads."""
    own = {day.date.isoformat(): [day.name, day.hours] for day in days}
    content = [calendar.time_zone, calendar.weekly, calendar.holiday_region, own]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def holidays_of(calendar: Calendar, years: list[int]) -> list[tuple[date, Any]]:
    """The public holidays of these years with their names in both languages, in order."""
    return [item for year in years for item in in_year(calendar.holiday_region, year).items()]


def local(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.time_zone))


def today(calendar: Calendar, now: datetime) -> date:
    return local(now, calendar).date()


def next_days(calendar: Calendar, start: date, days: int) -> list[tuple[date, list[list[str]]]]:
    """What is worked on each of the next days, for a strip on the page."""
    pure = business(calendar)
    dates = [start + timedelta(days=number) for number in range(days)]
    return [(day, stored(pure.shifts_on(day))) for day in dates]
