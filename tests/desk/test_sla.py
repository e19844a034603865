"""The arithmetic of promises: pauses, levels and explanations, by example and by property."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from desk import sla
from desk.sla import Run
from flowtic.core.business_time import calendar_from

OFFICE = calendar_from("Europe/Berlin", {str(day): [["09:00", "17:00"]] for day in range(5)})
ALWAYS = calendar_from("UTC", {str(day): [["00:00", "24:00"]] for day in range(7)})
H, SECOND = timedelta(hours=1), timedelta(seconds=1)


def at(text):
    """`20 16:40` is that day of November 2026 in Berlin; the 20th is a Friday."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, int(day), hour, minute, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def test_a_pause_moves_the_due_date():
    running = [Run(at("20 16:00"))]
    assert sla.due(running, 4 * H, OFFICE) == at("23 12:00")
    paused = sla.stop(running, at("20 16:30"))
    assert sla.due(paused, 4 * H, OFFICE) is None
    assert sla.consumed(paused, OFFICE, at("24 09:00")) == H / 2
    again = sla.begin(paused, at("24 10:00"))
    assert sla.due(again, 4 * H, OFFICE) == at("24 13:30")
    assert sla.share(again, 4 * H, OFFICE, at("24 11:30")) == 50


def test_waiting_after_the_due_date_leaves_it_broken():
    runs = sla.stop([Run(at("23 09:00"))], at("23 11:00"))
    assert sla.due(runs, H, OFFICE) == at("23 10:00")
    assert sla.is_broken(runs, H, OFFICE, at("23 11:00"))
    assert sla.level(runs, H, OFFICE, at("25 11:00")) == 100


def test_the_due_date_itself_is_in_time_and_closed_hours_after_it_are_not():
    """Due on Friday at 17:00: an answer on Saturday is late, although no working time has passed since."""
    runs = [Run(at("20 16:00"))]
    assert sla.due(runs, H, OFFICE) == at("20 17:00")
    assert not sla.is_broken(runs, H, OFFICE, at("20 17:00"))
    assert sla.is_broken(runs, H, OFFICE, at("20 17:00") + SECOND)
    assert sla.is_broken(runs, H, OFFICE, at("21 12:00"))


def test_levels_come_one_after_the_other():
    runs = [Run(at("23 09:00"))]
    assert sla.next_level_at(runs, 4 * H, OFFICE, 0) == at("23 11:00")
    assert sla.next_level_at(runs, 4 * H, OFFICE, 50) == at("23 12:12")
    assert sla.next_level_at(runs, 4 * H, OFFICE, 80) == at("23 13:00") + SECOND
    assert sla.next_level_at(runs, 4 * H, OFFICE, 100) is None
    assert sla.next_level_at(sla.stop(runs, at("23 10:00")), 4 * H, OFFICE, 0) is None
    levels = [
        sla.level(runs, 4 * H, OFFICE, at(f"23 {clock}")) for clock in ("10:59", "11:00", "12:12", "13:00", "13:01")
    ]
    assert levels == [0, 50, 80, 80, 100]


def test_begin_and_stop_bear_repetition():
    runs = [Run(at("23 09:00"))]
    assert sla.begin(runs, at("23 10:00")) == tuple(runs)
    paused = sla.stop(runs, at("23 10:00"))
    assert sla.stop(paused, at("23 11:00")) == paused
    assert sla.stop(sla.begin(paused, at("23 12:00")), at("23 12:00")) == paused
    assert sla.stop([Run(at("23 09:00"))], at("23 08:00")) == (Run(at("23 09:00"), at("23 09:00")),)


def test_why_a_due_date():
    runs = sla.begin(sla.stop([Run(at("20 16:00"))], at("20 18:00")), at("24 08:00"))
    told = [(span.start, span.end, span.counted, span.why) for span in sla.steps(runs, 2 * H, OFFICE)]
    assert told == [
        (at("20 16:00"), at("20 17:00"), H, ""),
        (at("20 17:00"), at("20 18:00"), 0 * H, "outside"),
        (at("20 18:00"), at("24 08:00"), 0 * H, "paused"),
        (at("24 08:00"), at("24 09:00"), 0 * H, "outside"),
        (at("24 09:00"), at("24 10:00"), H, ""),
    ]


starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
gaps = st.lists(st.timedeltas(timedelta(), timedelta(days=4)), min_size=0, max_size=8)
targets = st.timedeltas(SECOND, timedelta(days=6))
calendars = st.sampled_from([OFFICE, ALWAYS])


def history(start, lengths):
    """Runs and pauses by turns."""
    runs, here = (Run(start),), start
    for number, length in enumerate(lengths):
        here += length
        runs = sla.begin(runs, here) if number % 2 else sla.stop(runs, here)
    return runs, here


@given(starts, gaps, targets, calendars)
@settings(max_examples=150, deadline=None)
def test_what_is_used_up_at_the_due_date_is_the_target(start, lengths, target, calendar):
    runs, here = history(start, lengths)
    assert all(one.end is not None and one.start <= one.end <= two.start for one, two in pairwise(runs))
    due = sla.due(runs, target, calendar)
    if due is None:
        assert not sla.is_running(runs)
        assert sla.consumed(runs, calendar, here) < target
        return
    cut = [Run(run.start, min(run.end or due, due)) for run in runs if run.start < due]
    assert sla.consumed(cut, calendar, due) == target
    assert sla.is_broken(runs, target, calendar, max(here, due + SECOND)) is sla.is_running(runs) or runs[-1].end > due


@given(starts, gaps, targets, calendars)
@settings(max_examples=100, deadline=None)
def test_the_explanation_has_no_gap_and_adds_up(start, lengths, target, calendar):
    runs, _here = history(start, lengths)
    spans = sla.steps(runs, target, calendar)
    due = sla.due(runs, target, calendar)
    counted = sum((span.counted for span in spans), timedelta())
    assert counted == (target if due else sla.consumed(runs, calendar, start))
    assert all(one.end == two.start for one, two in pairwise(spans))
    if due:
        assert spans[-1].end == due
        assert spans[0].start == start


@given(starts, gaps, targets, calendars)
@settings(max_examples=100, deadline=None)
def test_telling_each_level_once_ends(start, lengths, target, calendar):
    runs, _here = history(start, lengths)
    told, moments = 0, []
    while (moment := sla.next_level_at(runs, target, calendar, told)) is not None:
        moments.append(moment)
        reached = sla.level(runs, target, calendar, moment)
        assert reached > told
        told = reached
    assert moments == sorted(moments)
    assert len(moments) <= 3
    if sla.is_running(runs):
        assert told == 100
