"""Working time by property: whatever the calendar, `add`, `between` and `explain` agree with each other."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from flowtic.core.business_time import OutOfReach, add, between, calendar_from, explain, is_open, next_open

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kolkata"]
OFFICE = {str(day): [["09:00", "12:00"], ["13:00", "17:00"]] for day in range(5)}
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}


def clock(minute):
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def day_hours(draw):
    """Up to three shifts; the last one may go past midnight."""
    edges = sorted(draw(st.sets(st.integers(0, 287), min_size=0, max_size=6)))
    pairs = [[clock(a * 5), clock(b * 5)] for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if pairs and draw(st.booleans()) and edges[len(pairs) * 2 - 2] >= 144:
        pairs[-1][1] = "06:00"
    return pairs


@st.composite
def calendars(draw):
    weekly = {str(day): draw(day_hours()) for day in range(7)}
    days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
    holidays = draw(st.sets(days, max_size=10))
    own = draw(st.dictionaries(days, st.none() | day_hours(), max_size=6))
    try:
        return calendar_from(draw(st.sampled_from(ZONES)), weekly, holidays, own)
    except ValueError:  # nobody works, or a night reaches into the next morning's shift
        return calendar_from(draw(st.sampled_from(ZONES)), draw(st.sampled_from([OFFICE, ALWAYS])), holidays, own)


def reached(start, length, calendar):
    """`add`, where the calendar opens often enough for the length to end in ten years."""
    try:
        return add(start, length, calendar)
    except OutOfReach:
        reject()


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(), timedelta(days=30))


@given(calendars(), moments, lengths)
@settings(max_examples=150, deadline=None)
def test_between_measures_what_add_added(calendar, start, length):
    end = reached(start, length, calendar)
    assert between(start, end, calendar) == length
    assert reached(end, -length, calendar) <= reached(start, timedelta(seconds=1), calendar)
    if length:
        assert is_open(end - timedelta(microseconds=1), calendar)


@given(calendars(), moments, lengths)
@settings(max_examples=100, deadline=None)
def test_backwards_is_forwards(calendar, end, length):
    start = reached(end, -length, calendar)
    assert start <= end
    assert between(start, end, calendar) == length
    assert between(end, start, calendar) == -length


@given(calendars(), moments, lengths, lengths)
@settings(max_examples=100, deadline=None)
def test_two_parts_are_the_whole_and_more_time_ends_later(calendar, start, one, two):
    assert reached(reached(start, one, calendar), two, calendar) == reached(start, one + two, calendar)
    assert (reached(start, one, calendar) < reached(start, two, calendar)) == (one < two)


@given(calendars(), st.lists(moments, min_size=3, max_size=3).map(sorted))
@settings(max_examples=100, deadline=None)
def test_between_is_additive_and_never_more_than_the_clock(calendar, three):
    a, b, c = three
    assume(c - a < timedelta(days=800))
    assert between(a, b, calendar) + between(b, c, calendar) == between(a, c, calendar)
    assert timedelta() <= between(a, c, calendar) <= c - a


@given(calendars(), moments, lengths)
@settings(max_examples=100, deadline=None)
def test_the_explanation_comes_to_the_same_end(calendar, start, length):
    spans = explain(start, length, calendar)
    assert sum((span.counted for span in spans), timedelta()) == length
    if not length:
        return
    assert (spans[0].start, spans[-1].end) == (start, add(start, length, calendar))
    assert all(one.end == two.start for one, two in itertools.pairwise(spans))
    for span in spans:
        assert span.start < span.end
        assert span.counted == (timedelta() if span.why else span.end - span.start)
        assert is_open(span.start, calendar) is (not span.why)


@given(calendars(), moments)
@settings(max_examples=100, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar, at):
    opening = next_open(at, calendar)
    assert opening >= at
    assert is_open(opening, calendar)
    assert between(at, opening, calendar) == timedelta()


@given(moments, lengths)
@settings(max_examples=50, deadline=None)
def test_around_the_clock_is_the_clock(start, length):
    for zone in ZONES:
        assert add(start, length, calendar_from(zone, ALWAYS)) == start + length


def test_a_calendar_without_working_time_is_refused():
    for weekly in ({}, {"0": []}, {str(day): [] for day in range(7)}):
        with pytest.raises(ValueError, match="working time"):
            calendar_from("UTC", weekly)


@pytest.mark.parametrize(
    "hours",
    [
        [["9", "17:00"]],
        [["09:00", "25:00"]],
        [["09:00", "24:30"]],
        [["09:00", "09:00"]],
        [["24:00", "09:00"]],
        [["09:00"]],
        ["09:00-17:00"],
        "09:00-17:00",
        [["09:00", "12:00"], ["11:00", "17:00"]],
        [[9, 17]],
        [[f"{n:02d}:00", f"{n:02d}:30"] for n in range(13)],
    ],
)
def test_unreadable_hours_are_refused(hours):
    with pytest.raises(ValueError):
        calendar_from("UTC", {"0": hours})


def test_a_night_may_not_reach_into_the_next_morning():
    with pytest.raises(ValueError, match="05:00"):
        calendar_from("UTC", {"6": [["22:00", "06:00"]], "0": [["05:00", "09:00"]]})
    with pytest.raises(ValueError, match="0"):
        calendar_from("UTC", {"7": [["09:00", "17:00"]]})


def test_a_search_ends_after_ten_years():
    seldom = calendar_from("UTC", {"0": [["09:00", "09:01"]]})
    start = datetime(2026, 1, 1, tzinfo=UTC)
    # 3660 days hold 523 Mondays of one minute each.
    assert add(start, timedelta(minutes=500), seldom).year == 2035
    for length in (timedelta(minutes=600), -timedelta(minutes=600)):
        with pytest.raises(OutOfReach):
            add(start, length, seldom)
    with pytest.raises(OutOfReach):
        explain(start, timedelta(minutes=600), seldom)
    closed = calendar_from(
        "UTC", {"0": [["09:00", "17:00"]]}, days={date(2026, 1, 5) + timedelta(7 * n): None for n in range(530)}
    )
    with pytest.raises(OutOfReach):
        next_open(start, closed)
