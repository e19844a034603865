"""Working hours and own days, written by admins."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts import events, holidays
from accounts.calendars import digest_of
from accounts.models import Calendar, CalendarDay
from flowtic.core import working_hours
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

FIELDS = ("key", "name_de", "name_en", "time_zone", "weekly", "holiday_region", "is_default")
FIRST, LAST = date(2000, 1, 1), date(2200, 1, 1)
MOST_DAYS = 5000  # of one calendar


@command
def save_calendar(actor: Actor, calendar: Calendar | None, **values: Any) -> Calendar:
    """Creates (None) or changes a calendar; a new default replaces the old. Refuses one without working time."""
    require(actor, "calendar.edit", calendar)
    created = calendar is None
    row = Calendar() if calendar is None else Calendar.objects.select_for_update().get(pk=calendar.pk)
    if not created and values.get("key", row.key) != row.key:
        raise Invalid(fields={"key": _("The key of a calendar is fixed.")})
    if unknown := set(values) - set(FIELDS):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    if "weekly" in values:
        values["weekly"] = _clean_week(values["weekly"])
    changes = [] if created else [change(n, getattr(row, n), v) for n, v in values.items() if getattr(row, n) != v]
    if not created and not changes:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    row.digest = digest_of(row, [] if created else list(row.days.all()))
    row.save()
    if row.is_default:
        Calendar.objects.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
    name = events.CALENDAR_CREATED if created else events.CALENDAR_CHANGED
    record(actor, name, row, changes=changes, data={"key": row.key})
    return row


@command
def save_calendar_day(
    actor: Actor, calendar: Calendar, *, day: date, name: str, hours: list[list[str]] | None
) -> CalendarDay:
    """Other hours on one date, or closed (None); a date that has a row already is overwritten."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    require(actor, "calendar.edit", calendar)
    if not FIRST <= day < LAST:
        raise Invalid(fields={"date": _("This date is too far away.")})
    row = calendar.days.filter(date=day).first() or CalendarDay(calendar=calendar, date=day)
    before = None if row.pk is None else [row.name, row.hours]
    row.name, row.hours = name.strip()[:100], _clean_hours(hours)
    if before == [row.name, row.hours]:
        return row
    row.save()
    _days_changed(actor, calendar, change(day.isoformat(), before, [row.name, row.hours]))
    return row


@command
def import_calendar_days(actor: Actor, calendar: Calendar, *, days: Mapping[date, str]) -> int:
    """Closes these dates under their names, all or none; a date that has a row already keeps it. Returns how many."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    require(actor, "calendar.edit", calendar)
    far = [day for day in sorted(days) if not FIRST <= day < LAST]
    if far:
        raise Invalid(fields={"file": _("The date %(day)s is too far away.") % {"day": far[0].isoformat()}})
    known = set(calendar.days.values_list("date", flat=True))
    rows = [CalendarDay(calendar=calendar, date=day, name=days[day][:100]) for day in sorted(set(days) - known)]
    if len(known) + len(rows) > MOST_DAYS:
        raise Invalid(fields={"file": _("A calendar has at most %(n)d own days.") % {"n": MOST_DAYS}})
    if rows:
        CalendarDay.objects.bulk_create(rows)
        _days_changed(actor, calendar, *(change(row.date.isoformat(), None, [row.name, None]) for row in rows))
    return len(rows)


@command
def remove_calendar_day(actor: Actor, row: CalendarDay) -> None:
    """The date is an ordinary one again."""
    calendar = Calendar.objects.select_for_update().get(pk=row.calendar_id)
    require(actor, "calendar.edit", calendar)
    before = [row.name, row.hours]
    if CalendarDay.objects.filter(pk=row.pk).delete()[0]:
        _days_changed(actor, calendar, change(row.date.isoformat(), before, None))


@command
def remove_calendar(actor: Actor, calendar: Calendar) -> None:
    """Deletes a calendar that nobody uses; never the default."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    require(actor, "calendar.edit", calendar)
    if calendar.is_default:
        raise Conflict(_("The default calendar cannot be deleted; choose another default first."))
    pk, key = calendar.pk, calendar.key
    record(actor, events.CALENDAR_REMOVED, calendar, data={"key": key, "calendar": pk})
    try:
        calendar.delete()
    except ProtectedError:
        raise Conflict(_("People, departments or promises use this calendar.")) from None


def _check(row: Calendar) -> None:
    if not Calendar.objects.exclude(pk=row.pk).filter(is_default=True).exists():
        row.is_default = True
    if row.holiday_region and not holidays.is_region(row.holiday_region):
        raise Invalid(fields={"holiday_region": _("No public holidays are known for this region.")})
    if not row.time_zone:
        raise Invalid(fields={"time_zone": _("Please choose a time zone.")})
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error


def _clean_week(weekly: Any) -> dict[str, list[list[str]]]:
    """As it is stored; Invalid when a day is unreadable or nobody ever works."""
    try:
        week = working_hours.check_week(weekly)
    except ValueError as error:
        raise Invalid(str(error), fields={"weekly": str(error)}) from None
    return {str(day): working_hours.stored(shifts) for day, shifts in week.items() if shifts}


def _clean_hours(hours: Any) -> list[list[str]] | None:
    try:
        return working_hours.stored(working_hours.shifts_of(hours)) or None if hours else None
    except ValueError as error:
        raise Invalid(str(error), fields={"hours": str(error)}) from None


def _days_changed(actor: Actor, calendar: Calendar, *changes: dict[str, Any]) -> None:
    calendar.digest = digest_of(calendar, list(calendar.days.all()))
    calendar.save(update_fields=["digest"])
    record(actor, events.CALENDAR_CHANGED, calendar, changes=changes, data={"key": calendar.key})
