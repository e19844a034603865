"""Forty cases of working time, each reckoned by hand; the reckoning stands beside it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flowtic.core.business_time import add, between, calendar_from

BERLIN = "Europe/Berlin"


def week(days, *shifts):
    return {day: [list(shift) for shift in shifts] for day in days}


CALENDARS = {
    # Monday to Friday 9-17: 8 h a day.
    "whole": calendar_from(BERLIN, week("01234", ("09:00", "17:00"))),
    # With a break from 12 to 13: 7 h a day.
    "break": calendar_from(BERLIN, week("01234", ("09:00", "12:00"), ("13:00", "17:00"))),
    # The night that begins on Monday to Friday: 8 h each.
    "night": calendar_from(BERLIN, week("01234", ("22:00", "06:00"))),
    "always": calendar_from(BERLIN, week("0123456", ("00:00", "24:00"))),
    # Every day over the hour in which clocks change: 4 h on ordinary days.
    "early": calendar_from(BERLIN, week("0123456", ("01:00", "05:00"))),
    # A boundary inside the changed hour.
    "edge": calendar_from(BERLIN, week("0123456", ("02:30", "06:00"))),
    # 9-17 with holidays, Christmas Eve until noon, New Year's Eve closed, one Saturday open.
    "feasts": calendar_from(
        BERLIN,
        week("01234", ("09:00", "17:00")),
        [date(2026, 5, 1), date(2026, 12, 25), date(2027, 1, 1)],
        {date(2026, 12, 24): [["09:00", "12:00"]], date(2026, 12, 31): None, date(2026, 5, 9): [["10:00", "14:00"]]},
    ),
    "york": calendar_from("America/New_York", week("01234", ("08:00", "18:00"))),
    # Nights, and Tuesday 2026-11-24 is a holiday: Monday's night still ends on Tuesday morning.
    "night off": calendar_from(BERLIN, week("01234", ("22:00", "06:00")), [date(2026, 11, 24)]),
}
MIN, H = timedelta(minutes=1), timedelta(hours=1)
CASES = [
    # -- plain days ----------------------------------------------------------------------------------------
    ("whole", "Fri 2026-11-20 16:40", 1 * H, "Mon 2026-11-23 09:40"),  # 20 min to 17:00, 40 min from Mon 9:00
    ("whole", "Mon 2026-11-23 09:00", 8 * H, "Mon 2026-11-23 17:00"),  # exactly the day: ends at closing time
    ("whole", "Mon 2026-11-23 09:00", 8 * H + MIN, "Tue 2026-11-24 09:01"),  # one minute more: next morning
    ("whole", "Mon 2026-11-23 07:15", 2 * H, "Mon 2026-11-23 11:00"),  # before opening: counts from 9:00
    ("whole", "Mon 2026-11-23 19:30", 30 * MIN, "Tue 2026-11-24 09:30"),  # after closing: counts from Tuesday 9:00
    ("whole", "Mon 2026-11-23 17:00", 1 * H, "Tue 2026-11-24 10:00"),  # closing time is closed
    ("whole", "Sat 2026-11-21 12:00", 4 * H, "Mon 2026-11-23 13:00"),  # weekend: Monday 9:00 + 4 h
    ("whole", "Wed 2026-11-25 13:00", 40 * H, "Wed 2026-12-02 13:00"),  # 4+8+8 to Friday, 8+8 Mon Tue, 4 on Wed
    ("whole", "Thu 2026-11-26 16:59", 2 * MIN, "Fri 2026-11-27 09:01"),  # 1 min today, 1 min tomorrow
    ("whole", "Tue 2026-11-24 10:20", 0 * H, "Tue 2026-11-24 10:20"),  # nothing to count
    # -- breaks --------------------------------------------------------------------------------------------
    ("break", "Mon 2026-11-23 11:30", 1 * H, "Mon 2026-11-23 13:30"),  # 30 min to noon, 30 min from 13:00
    ("break", "Mon 2026-11-23 12:20", 15 * MIN, "Mon 2026-11-23 13:15"),  # asked in the break: counts from 13:00
    ("break", "Mon 2026-11-23 09:00", 3 * H, "Mon 2026-11-23 12:00"),  # ends where the break begins
    ("break", "Mon 2026-11-23 09:00", 7 * H, "Mon 2026-11-23 17:00"),  # 3 + 4
    ("break", "Fri 2026-11-20 16:40", 8 * H, "Tue 2026-11-24 09:40"),  # 0:20 Fri + 7:00 Mon = 7:20; 0:40 on Tuesday
    ("break", "Mon 2026-11-23 08:00", 35 * H, "Fri 2026-11-27 17:00"),  # five days of 7 h
    # -- nights --------------------------------------------------------------------------------------------
    ("night", "Mon 2026-11-23 23:00", 6 * H, "Tue 2026-11-24 05:00"),  # inside one night
    ("night", "Tue 2026-11-24 01:00", 7 * H, "Wed 2026-11-25 00:00"),  # 5 h to 6:00, 2 h from 22:00
    ("night", "Fri 2026-11-27 22:00", 8 * H, "Sat 2026-11-28 06:00"),  # Friday's night ends on Saturday
    ("night", "Sat 2026-11-28 05:00", 2 * H, "Mon 2026-11-30 23:00"),  # 1 h to 6:00, then Monday 22:00 + 1 h
    ("night", "Mon 2026-11-23 03:00", 1 * H, "Mon 2026-11-23 23:00"),  # Sunday begins no night: waits for 22:00
    ("night off", "Mon 2026-11-23 22:00", 9 * H, "Wed 2026-11-25 23:00"),  # 8 h Mon night, none Tue, Wed 22:00 + 1 h
    # -- clocks go forward: Sunday 2026-03-29, 2:00 -> 3:00 -------------------------------------------------
    ("always", "Sat 2026-03-28 12:00", 24 * H, "Sun 2026-03-29 13:00"),  # 12 h to midnight; 12 h of Sunday end at 13
    ("early", "Sun 2026-03-29 01:00", 3 * H, "Sun 2026-03-29 05:00"),  # 1-2 and 3-5: three hours, not four
    ("early", "Sun 2026-03-29 00:00", 4 * H, "Mon 2026-03-30 02:00"),  # 3 h on Sunday, 1 h from Monday 1:00
    ("edge", "Sun 2026-03-29 00:00", 3 * H, "Sun 2026-03-29 06:00"),  # 2:30 does not exist: opens at 3:00
    ("whole", "Fri 2026-03-27 16:00", 2 * H, "Mon 2026-03-30 10:00"),  # the change lies in closed time: 1 h + 1 h
    ("york", "Fri 2026-03-06 17:00", 2 * H, "Mon 2026-03-09 09:00"),  # New York changes on March 8: 1 h + 1 h
    # -- clocks go back: Sunday 2026-10-25, 3:00 -> 2:00 ----------------------------------------------------
    ("always", "Sat 2026-10-24 12:00", 24 * H, "Sun 2026-10-25 11:00"),  # Sunday's first 12 h end at 11
    ("early", "Sun 2026-10-25 01:00", 5 * H, "Sun 2026-10-25 05:00"),  # 1-3, 2-3 again, 3-5: five hours
    ("early", "Sun 2026-10-25 00:00", 6 * H, "Mon 2026-10-26 02:00"),  # 5 h on Sunday, 1 h from Monday 1:00
    ("edge", "Sun 2026-10-25 00:00", 4 * H + 30 * MIN, "Sun 2026-10-25 06:00"),  # from the first 2:30: 0:30+1+3
    # -- holidays and own days -----------------------------------------------------------------------------
    ("feasts", "Thu 2026-04-30 16:00", 2 * H, "Mon 2026-05-04 10:00"),  # 1 h; May 1 holiday, weekend; 1 h
    ("feasts", "Thu 2026-12-24 11:00", 2 * H, "Mon 2026-12-28 10:00"),  # 1 h to noon; 25-27 closed; 1 h
    ("feasts", "Wed 2026-12-23 09:00", 11 * H, "Thu 2026-12-24 12:00"),  # 8 h + the 3 h of Christmas Eve
    ("feasts", "Wed 2026-12-30 16:30", 1 * H, "Mon 2027-01-04 09:30"),  # 30 min; 31 own, Jan 1, weekend; 30 min
    ("feasts", "Fri 2026-05-08 16:00", 6 * H, "Mon 2026-05-11 10:00"),  # 1 h; Saturday 10-14 = 4 h; 1 h
    # -- leap day, end of year, far away ------------------------------------------------------------------------
    ("whole", "Mon 2028-02-28 16:00", 10 * H, "Wed 2028-03-01 10:00"),  # 1 h; Tue Feb 29 = 8 h; 1 h on March 1
    ("whole", "Thu 2026-12-31 16:00", 9 * H, "Fri 2027-01-01 17:00"),  # no holidays here: 1 h + 8 h
    # 2026 has 261 working days; from its first morning 261 x 8 h end on its last one.
    ("whole", "Thu 2026-01-01 09:00", 261 * 8 * H, "Thu 2026-12-31 17:00"),
]


def at(text, calendar):
    weekday, day, clock = text.split()
    found = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(calendar.time_zone))
    assert found.strftime("%a") == weekday, text
    return found.astimezone(UTC)


def test_forty_cases():
    assert len(CASES) == 40


@pytest.mark.parametrize(("name", "start", "length", "end"), CASES, ids=str)
def test_reckoned_by_hand(name, start, length, end):
    calendar = CALENDARS[name]
    assert add(at(start, calendar), length, calendar) == at(end, calendar)
    assert between(at(start, calendar), at(end, calendar), calendar) == length


def test_the_caller_may_live_in_another_zone():
    """Monday 9:40 in Berlin is 3:40 in New York."""
    calendar = CALENDARS["whole"]
    start = datetime(2026, 11, 20, 10, 40, tzinfo=ZoneInfo("America/New_York"))
    found = add(start, H, calendar)
    assert found == at("Mon 2026-11-23 09:40", calendar)
    assert found.tzinfo is UTC
    assert found.astimezone(start.tzinfo).strftime("%a %H:%M") == "Mon 03:40"
