"""Closed days out of .ics files: what counts, what is left out and said, and that a bad file changes nothing."""

import random
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import ics
from accounts.calendars import business, default_calendar
from accounts.commands import import_calendar_days, save_calendar_day
from accounts.models import Calendar
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event

HEAD, TAIL = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n", "END:VCALENDAR\r\n"


def event(*lines):
    return "\r\n".join(["BEGIN:VEVENT", "UID:1@x", *lines, "END:VEVENT", ""])


def file(*events):
    return (HEAD + "".join(events) + TAIL).encode()


def whole(start, *more, name="Works holiday"):
    return event(f"DTSTART;VALUE=DATE:{start}", *more, f"SUMMARY:{name}")


def test_an_event_is_a_day_and_its_end_is_not_part_of_it():
    found = ics.parse(file(whole("20261224", "DTEND;VALUE=DATE:20261227"), whole("20270101", name="New Year")))
    assert found.days == {
        date(2026, 12, 24): "Works holiday",
        date(2026, 12, 25): "Works holiday",
        date(2026, 12, 26): "Works holiday",
        date(2027, 1, 1): "New Year",
    }
    assert found.warnings == []


def test_lengths_come_in_three_ways():
    assert len(ics.parse(file(whole("20260105", "DURATION:P2W"))).days) == 14
    assert len(ics.parse(file(whole("20260105", "DURATION:P3D"))).days) == 3
    assert len(ics.parse(file(whole("20260105", "DTEND;VALUE=DATE:20260105"))).days) == 1


def test_folded_lines_escapes_and_quoted_parameters_are_read():
    text = event(
        'DTSTART;VALUE=DATE;X-NOTE="a:b;c":20261006',
        "SUMMARY;LANGUAGE=de:Betriebs",
        " ausflug\\, Gruppe\\; Nord\\nund Süd",
        "BEGIN:VALARM",
        "SUMMARY:Alarm",
        "DTSTART:20300101",
        "END:VALARM",
    )
    assert ics.parse(file(text)).days == {date(2026, 10, 6): "Betriebsausflug, Gruppe; Nord und Süd"}
    assert ics.parse(b"\xef\xbb\xbf" + file(whole("20261006")).replace(b"\r\n", b"\n")).days


def test_what_is_left_out_is_said():
    timed = event("DTSTART:20261006T090000Z", "DTEND:20261006T100000Z", "SUMMARY:Meeting")
    yearly = whole("20261006", "RRULE:FREQ=YEARLY", name="Foundation day")
    gone = whole("20261007", "STATUS:CANCELLED")
    found = ics.parse(file(timed, timed, yearly, gone, whole("20261399"), whole("20261010", "DTEND:20261001")))
    assert found.days == {date(2026, 10, 6): "Foundation day"}
    assert found.warnings == [
        "2 events at a time of day were left out.",
        "1 event repeats; only its first date was taken.",
        "2 events have no readable date.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no calendar file"),
        (b"name,date\nx,2026-01-01\n", "no calendar file"),
        (b"\xff\xfe\x00B", "not UTF-8"),
        (file(whole("20261006"))[:-20], "ends in the middle"),
        (file(), "no all-day events"),
        (file(event("DTSTART:20261006T090000Z")), "1 event at a time of day was left out"),
        (file(whole("20200101", "DTEND:20300101")), "no all-day events"),
        (file(*(whole(f"{year}0101", "DURATION:P300D") for year in range(2001, 2009))), "more than 1000 days"),
        (b"BEGIN:VCALENDAR" + b"x" * ics.MAX_BYTES, "too large"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(content, reason):
    with pytest.raises(ics.Unreadable, match=reason):
        ics.parse(content)


def test_any_bytes_end_in_an_answer_or_a_sentence():
    source = random.Random(7)
    good = file(whole("20261224", "DTEND;VALUE=DATE:20261227", "RRULE:FREQ=YEARLY"))
    for _ in range(400):
        broken = bytearray(good)
        for _ in range(source.randint(1, 8)):
            broken[source.randrange(len(broken))] = source.randrange(256)
        try:
            assert ics.parse(bytes(broken)).days
        except ics.Unreadable as error:
            assert str(error)


@pytest.fixture
def admin(ada, as_web):
    return as_web(ada)


def test_days_come_in_together_and_known_ones_stay(admin):
    row = default_calendar()
    save_calendar_day(admin, row, day=date(2026, 12, 24), name="Half", hours=[["09:00", "12:00"]])
    days = {date(2026, 12, 24): "Closed", date(2026, 12, 28): "Bridge", date(2026, 12, 29): "Bridge"}
    assert import_calendar_days(admin, row, days=days) == 2
    row = Calendar.objects.get(pk=row.pk)
    assert row.days.get(date=date(2026, 12, 24)).name == "Half"
    assert not business(row).shifts_on(date(2026, 12, 28)), "the arithmetic sees it at once"
    told = Event.objects.filter(name="calendar.changed").latest("pk")
    assert [item["field"] for item in told.changes] == ["2026-12-28", "2026-12-29"]
    before = Event.objects.count()
    assert import_calendar_days(admin, row, days=days) == 0
    assert Event.objects.count() == before


def test_all_or_none(admin, as_web, lea):
    row = default_calendar()
    with pytest.raises(Invalid):
        import_calendar_days(admin, row, days={date(2026, 12, 28): "x", date(1990, 1, 1): "y"})
    with pytest.raises(Forbidden):
        import_calendar_days(as_web(lea), row, days={date(2026, 12, 28): "x"})
    assert not row.days.exists()


def test_the_page_takes_a_file_and_keeps_everything_when_it_is_bad(client, ada):
    client.force_login(ada)
    row = default_calendar()
    address = f"/settings/calendars/{row.pk}/days/import"

    def send(content):
        return client.post(address, {"file": SimpleUploadedFile("x.ics", content)}, follow=True)

    yearly = whole("20261228", "RRULE:FREQ=YEARLY", name="Bridge")
    page = send(file(yearly)).content.decode()
    assert "1 day added." in page and "repeats" in page and "Bridge" in page
    assert "1 was in the list already." in send(file(yearly)).content.decode()
    for content, reason in (
        (b"nonsense", "no calendar file"),
        (b"x" * (ics.MAX_BYTES + 1), "too large"),
        (b"", "empty"),
    ):
        answer = send(content)
        assert answer.status_code == 422 and reason in answer.content.decode()
    assert client.post(address).status_code == 422
    assert row.days.count() == 1
