"""`/calendars`: working hours with their own days and public holidays."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.api.working_bodies import (
    DAY,
    WEEKDAYS,
    AddedOut,
    CalendarDayIn,
    CalendarDayList,
    CalendarDayOut,
    CalendarIn,
    CalendarList,
    CalendarOut,
    CalendarPatch,
    ClosedDaysIn,
    HolidayList,
)
from accounts.calendars import holidays_of, today
from accounts.commands import (
    import_calendar_days,
    remove_calendar,
    remove_calendar_day,
    save_calendar,
    save_calendar_day,
)
from accounts.models import Calendar, CalendarDay
from accounts.queries import calendars
from flowtic.core import clock, localised
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes, wrong_parameter
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["Working time"])
T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 2000, 2100
YEAR = {"year": {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR, "description": "Default: this one."}}


@router.get("/calendars", summary="Calendars", **reads("people:read", CalendarList))
def list_calendars(request: HttpRequest) -> HttpResponse:
    """For those who work tickets: all of them, the default first."""
    require(actor_of(request), "calendar.view")
    return answer({"results": [_plain(row) for row in calendars()], "next": None})


@router.post("/calendars", summary="New calendar", **writes("admin", {201: CalendarOut}, 409))
def post_calendar(request: HttpRequest, body: CalendarIn) -> HttpResponse:
    """For admins. A new default takes the place of the old one."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: CalendarIn) -> Answer:
    require(actor, "calendar.edit")
    if Calendar.objects.filter(key=body.key).exists():
        raise Conflict(_("A calendar with this key exists."), fields={"key": _("exists already")})
    values = body.model_dump(exclude={"week"}) | {"weekly": body.week.stored()}
    row = _sound(lambda: save_calendar(actor, None, **values))
    return Answer(201, _plain(row), {"Location": f"/api/v1/calendars/{row.key}"})


@router.get("/calendars/{key}", summary="One calendar", **reads("people:read", CalendarOut, 404))
def get_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """For those who work tickets."""
    return answer(_plain(_named(actor_of(request), key)))


@router.patch("/calendars/{key}", summary="Change a calendar", **writes("admin", {200: CalendarOut}, 404, 409))
def patch_calendar(request: HttpRequest, key: str, body: CalendarPatch) -> HttpResponse:
    """For admins; the key is fixed. Due dates of open tickets follow in a moment."""
    actor = actor_of(request)
    row = _named(actor, key, to_change=True)
    values = body.model_dump(exclude_none=True, exclude={"week"})
    if body.week is not None:
        values["weekly"] = body.week.stored()
    return answer(_plain(_sound(lambda: save_calendar(actor, row, **values))))


@router.delete("/calendars/{key}", summary="Delete a calendar", **writes("admin", {204: None}, 404, 409, media=()))
def delete_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """For admins: one that nobody uses, never the default."""
    actor = actor_of(request)
    remove_calendar(actor, _named(actor, key, to_change=True))
    return answer(None, 204)


@router.get("/calendars/{key}/days", summary="Own days of a calendar", **reads("people:read", CalendarDayList, 404))
def list_days(request: HttpRequest, key: str) -> HttpResponse:
    """Dates with other hours, or closed; they win over the week and over public holidays."""
    rows = _named(actor_of(request), key).days.all()
    return answer({"results": [_plain_day(row) for row in rows], "next": None})


@router.post("/calendars/{key}/days", summary="Add closed days", **writes("admin", {200: AddedOut}, 404, 409))
def post_days(request: HttpRequest, key: str, body: ClosedDaysIn) -> HttpResponse:
    """For admins, all or none; a date that is in the list already stays as it is, so that repeating is safe."""
    actor = actor_of(request)
    row = _named(actor, key, to_change=True)
    days = {_date(one.date): one.name or "" for one in body.days}
    added = _sound(lambda: import_calendar_days(actor, row, days=days))
    return answer({"added": added})


@router.put(
    "/calendars/{key}/days/{date}", summary="Hours of one date", **writes("admin", {200: CalendarDayOut}, 404, 409)
)
def put_day(request: HttpRequest, key: str, date: str, body: CalendarDayIn) -> HttpResponse:
    """For admins. What the date had before is overwritten."""
    actor = actor_of(request)
    row = _named(actor, key, to_change=True)
    day = _date_in_path(date)
    saved = _sound(lambda: save_calendar_day(actor, row, day=day, name=body.name or "", hours=body.hours))
    return answer(_plain_day(saved))


@router.delete(
    "/calendars/{key}/days/{date}", summary="An ordinary day again", **writes("admin", {204: None}, 404, media=())
)
def delete_day(request: HttpRequest, key: str, date: str) -> HttpResponse:
    """For admins."""
    actor = actor_of(request)
    found = _named(actor, key, to_change=True).days.filter(date=_date_in_path(date)).first()
    if found is None:
        raise NotFound(_("This date is an ordinary one."))
    remove_calendar_day(actor, found)
    return answer(None, 204)


@router.get(
    "/calendars/{key}/holidays", summary="Public holidays", **reads("people:read", HolidayList, 404, query=YEAR)
)
def list_holidays(request: HttpRequest, key: str) -> HttpResponse:
    """Those of the calendar's region in one year, with their names."""
    row = _named(actor_of(request), key)
    text = request.GET.get("year", str(today(row, clock.now()).year))
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):
        raise wrong_parameter("year", _("Please give a year from 2000 to 2100."))
    days = holidays_of(row, [int(text)])
    return answer({"results": [{"date": day, "name": localised.text(names)} for day, names in days], "next": None})


def _named(actor: Actor, key: str, *, to_change: bool = False) -> Calendar:
    require(actor, "calendar.edit" if to_change else "calendar.view")
    row = Calendar.objects.filter(key=key).first() if len(key) <= 40 and "\0" not in key else None
    if row is None:
        raise NotFound(_("This calendar does not exist."))
    return row


def _sound(change: Callable[[], T]) -> T:
    """What fits the document's shapes but not the desk is a conflict: overlapping hours, an unknown time zone."""
    try:
        return change()
    except Invalid as error:
        named = {"week" if name == "weekly" else name: texts for name, texts in error.fields.items()}
        raise Conflict(error.message, fields=named) from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Conflict(_("This date does not exist."), fields={"days": text}) from None


def _date_in_path(text: str) -> date:
    if re.fullmatch(DAY, text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise NotFound(_("This date does not exist."))


def _plain(row: Calendar) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "time_zone": row.time_zone,
        "week": {name: row.weekly.get(str(number), []) for number, name in enumerate(WEEKDAYS)},
        "holiday_region": row.holiday_region,
        "is_default": row.is_default,
    }


def _plain_day(row: CalendarDay) -> dict[str, Any]:
    return {"date": row.date, "name": row.name, "hours": row.hours}
