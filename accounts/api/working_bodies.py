"""What the API of working time accepts and answers: calendars, their days, absences."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from flowtic.core import working_hours
from flowtic.core.api_shapes import Email, In, Key, Name, Out
from flowtic.core.plain_text import VISIBLE_LINE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Clock = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Shift = Annotated[list[Clock], Field(min_length=2, max_length=2)]
Hours = Annotated[list[Shift], Field(max_length=working_hours.MOST)]
DAY = r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
Day = Annotated[str, StringConstraints(pattern=DAY)]
MOMENT = DAY[:-1] + r"T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$"
Moment = Annotated[str, StringConstraints(pattern=MOMENT), Field(examples=["2026-12-21T08:00:00+01:00"])]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]
Region = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,3})?)?$")]
Note = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=200)]
DayName = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=100)]

_HOURS = 'Pairs of beginning and end; ["22:00", "06:00"] ends in the next day.'


class WeekIn(In):
    monday: Hours = []
    tuesday: Hours = []
    wednesday: Hours = []
    thursday: Hours = []
    friday: Hours = []
    saturday: Hours = []
    sunday: Hours = []

    def stored(self) -> dict[str, Any]:
        """As the command takes it: Monday is "0"."""
        return {str(number): hours for number, name in enumerate(WEEKDAYS) if (hours := getattr(self, name))}


class CalendarIn(In):
    key: Key
    name_de: Name
    name_en: Name
    time_zone: Zone
    week: WeekIn = Field(description=_HOURS + " A day without hours is closed.")
    holiday_region: Region = Field("", description='Whose public holidays are closed: "DE-NW", "AT"; "" for none.')
    is_default: bool = False


class CalendarPatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    time_zone: Zone | None = None
    week: WeekIn | None = Field(None, description="All seven days from now on.")
    holiday_region: Region | None = None
    is_default: bool | None = None


class CalendarDayIn(In):
    name: DayName | None = None
    hours: Hours | None = Field(None, description=_HOURS + " Null or none: closed.")


class ClosedDayIn(In):
    date: Day
    name: DayName | None = None


class ClosedDaysIn(In):
    days: Annotated[list[ClosedDayIn], Field(min_length=1, max_length=1000)]


class AbsenceIn(In):
    starts_at: Moment
    ends_at: Moment
    substitute: Email | None = Field(None, description="E-mail address of somebody who works tickets.")
    note: Note | None = None


class CalendarOut(Out):
    key: str
    name: str
    name_de: str
    name_en: str
    time_zone: str
    week: dict[str, list[list[str]]]
    holiday_region: str
    is_default: bool


class CalendarList(Out):
    results: list[CalendarOut]
    next: str | None


class CalendarDayOut(Out):
    date: date
    name: str
    hours: list[list[str]] | None = Field(description="Null: closed.")


class CalendarDayList(Out):
    results: list[CalendarDayOut]
    next: str | None


class AddedOut(Out):
    added: int = Field(description="Days that were not in the list before; the others stay as they were.")


class HolidayOut(Out):
    date: date
    name: str


class HolidayList(Out):
    results: list[HolidayOut]
    next: str | None


class AbsenceOut(Out):
    id: int
    starts_at: datetime
    ends_at: datetime
    substitute: str | None = Field(description="Name of who stands in.")
    note: str


class AbsenceList(Out):
    results: list[AbsenceOut]
    next: str | None
