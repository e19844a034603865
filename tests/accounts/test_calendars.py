"""Calendars: what admins write, what the arithmetic reads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.calendars import business, calendar_of, default_calendar, next_days, working_calendar
from accounts.commands import (
    change_working,
    remove_calendar,
    remove_calendar_day,
    save_calendar,
    save_calendar_day,
    save_department,
)
from accounts.holidays import choices, in_year, is_region
from accounts.models import Calendar
from flowtic.core.business_time import add, is_open
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event

NIGHTS = {"4": [["22:00", "06:00"]]}
MONDAY = datetime(2026, 12, 28, 8, tzinfo=UTC)


@pytest.fixture
def admin(ada, as_web):
    return as_web(ada)


@pytest.fixture
def nights(admin):
    return save_calendar(
        admin, None, key="nights", name_de="Nacht", name_en="Nights", time_zone="Europe/Berlin", weekly=NIGHTS
    )


def test_an_empty_installation_works_office_hours(db):
    row = default_calendar()
    assert (row.key, row.holiday_region, row.time_zone) == ("office", "", "Europe/Berlin")
    assert is_open(datetime(2026, 12, 25, 9, tzinfo=UTC), working_calendar())
    assert not is_open(datetime(2026, 12, 26, 9, tzinfo=UTC), working_calendar())


def test_holidays_and_own_days_count_at_once(admin):
    row = default_calendar()
    nine = datetime(2026, 12, 23, 9, tzinfo=UTC)
    assert add(nine, timedelta(hours=12), business(row)) == datetime(2026, 12, 24, 13, tzinfo=UTC)
    row = save_calendar(admin, row, holiday_region="DE-NW")
    save_calendar_day(admin, row, day=date(2026, 12, 24), name="Heiligabend", hours=[["9:00", "12:00"]])
    row = default_calendar()
    # 10-17 = 7 h, 9-12 = 3 h, Friday is Christmas, Monday 2 h.
    assert add(nine, timedelta(hours=12), business(row)) == datetime(2026, 12, 28, 10, tzinfo=UTC)
    assert next_days(row, date(2026, 12, 23), 4) == [
        (date(2026, 12, 23), [["09:00", "17:00"]]),
        (date(2026, 12, 24), [["09:00", "12:00"]]),
        (date(2026, 12, 25), []),
        (date(2026, 12, 26), []),
    ]


def test_each_change_is_recorded_and_changes_the_digest(admin, nights):
    digests = {nights.digest}
    save_calendar(admin, nights, time_zone="UTC")
    digests.add(Calendar.objects.get(pk=nights.pk).digest)
    day = save_calendar_day(admin, nights, day=date(2026, 11, 27), name="", hours=None)
    digests.add(Calendar.objects.get(pk=nights.pk).digest)
    assert len(digests) == 3
    remove_calendar_day(admin, day)
    assert Calendar.objects.get(pk=nights.pk).digest in digests
    names = list(Event.objects.filter(subject_id=nights.pk, name__startswith="calendar").values_list("name", flat=True))
    assert names == ["calendar.created", "calendar.changed", "calendar.changed", "calendar.changed"]
    before = Event.objects.count()
    save_calendar(admin, nights, time_zone="UTC")
    save_calendar_day(admin, nights, day=date(2026, 11, 27), name="", hours=None)
    save_calendar_day(admin, nights, day=date(2026, 11, 27), name="", hours=[])
    assert Event.objects.count() == before + 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weekly": {}}, "weekly"),
        ({"weekly": {"0": []}}, "weekly"),
        ({"weekly": {"0": [["17:00", "17:00"]]}}, "weekly"),
        ({"weekly": {"8": [["09:00", "17:00"]]}}, "weekly"),
        ({"weekly": [["09:00", "17:00"]]}, "weekly"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"holiday_region": "DE-XX"}, "holiday_region"),
        ({"key": "other"}, "key"),
        ({"digest": "x"}, "digest"),
        ({"name_en": ""}, "name_en"),
    ],
)
def test_what_is_refused(admin, nights, values, field):
    with pytest.raises(Invalid) as refused:
        save_calendar(admin, nights, **values)
    assert field in refused.value.fields


def test_own_days_are_checked(admin, nights):
    with pytest.raises(Invalid):
        save_calendar_day(admin, nights, day=date(2026, 1, 1), name="", hours=[["09:00", "8"]])
    with pytest.raises(Invalid):
        save_calendar_day(admin, nights, day=date(1026, 1, 1), name="", hours=None)


def test_only_admins_write(as_web, lea, sven, nights):
    for person in (lea, sven):
        for call in (
            lambda actor: save_calendar(actor, nights, time_zone="UTC"),
            lambda actor: save_calendar_day(actor, nights, day=date(2026, 1, 1), name="", hours=None),
            lambda actor: remove_calendar(actor, nights),
        ):
            with pytest.raises(Forbidden):
                call(as_web(person))


def test_exactly_one_default(admin, nights):
    office = default_calendar()
    save_calendar(admin, nights, is_default=True)
    assert list(Calendar.objects.filter(is_default=True)) == [nights]
    with pytest.raises(Conflict):
        remove_calendar(admin, nights)
    save_calendar(admin, nights, is_default=False)
    assert Calendar.objects.filter(is_default=True).count() == 1
    remove_calendar(admin, office)
    assert list(Calendar.objects.all()) == [nights]


def test_the_department_s_calendar_counts_then_the_person_s(admin, nights, it, alan):
    assert calendar_of(alan).key == "office"
    it = save_department(admin, it, calendar=nights)
    assert calendar_of(alan) == nights
    assert working_calendar(it).week[4] == ((1320, 1800),)
    assert Event.objects.latest("pk").changes == [{"field": "calendar", "old": None, "new": nights.pk}]
    alan = change_working(admin, alan, calendar=default_calendar())
    assert calendar_of(alan).key == "office"
    with pytest.raises(Conflict):
        remove_calendar(admin, nights)


def test_regions_have_names_and_days_in_both_languages():
    codes = [code for code, _label in choices()]
    assert len(codes) == len(set(codes)) > 60
    assert all(is_region(code) for code in codes)
    assert not any(map(is_region, ("", "XX", "DE-XX", "FR-75", "DE-")))
    for code in ("DE-NW", "AT-9", "CH-ZH", "FR"):
        assert date(2027, 1, 1) in in_year(code, 2027)
    assert in_year("DE-BY", 2026)[date(2026, 1, 6)]["de"] == "Heilige Drei Könige"
    assert in_year("DE-BY", 2026)[date(2026, 1, 6)]["en"] == "Epiphany"
    assert date(2026, 1, 6) not in in_year("DE-NW", 2026)


def test_the_pages(client, ada, lea):
    client.force_login(ada)
    week = {f"hours_{day}": "9:00-12:00, 13:00 - 17:00" for day in range(5)}
    new = {"key": "berlin", "name_de": "Berlin", "name_en": "Berlin", "time_zone": "Europe/Berlin", **week}
    empty = {**new, **{f"hours_{day}": "" for day in range(5)}}
    refused = client.post("/settings/calendars/new", empty)
    assert refused.status_code == 422
    assert "needs working time" in refused.content.decode()
    wrong = client.post("/settings/calendars/new", {**new, "hours_5": "9 to 5"}).content.decode()
    assert "9 to 5" in wrong
    assert client.post("/settings/calendars/new", {**new, "holiday_region": "DE-BE"}).status_code == 302
    row = Calendar.objects.get(key="berlin")
    assert row.weekly["0"] == [["09:00", "12:00"], ["13:00", "17:00"]]
    page = client.get(f"/settings/calendars/{row.pk}").content.decode()
    assert "09:00–12:00, 13:00–17:00" in page
    assert "Christmas Day" in page
    days = f"/settings/calendars/{row.pk}/days"
    assert client.post(days, {"date": "2026-12-24", "name": "Eve", "hours": "nine"}).status_code == 422
    client.post(days, {"date": "2026-12-24", "name": "Eve", "hours": "09:00-12:00"})
    assert row.days.get().hours == [["09:00", "12:00"]]
    client.post(f"{days}/{row.days.get().pk}/removal")
    assert not row.days.exists()
    assert "Berlin" in client.get("/settings/calendars").content.decode()
    client.post(f"/settings/calendars/{row.pk}/removal")
    assert not Calendar.objects.filter(key="berlin").exists()
    client.force_login(lea)
    assert client.get("/settings/calendars").status_code == 403
