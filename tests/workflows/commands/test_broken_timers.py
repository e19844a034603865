"""A run that cannot be told its moment: tried again ever more seldom, told in the log once, visible as failed."""

from datetime import timedelta

import pytest

from flowtic.core import clock
from tests.workflows.factories import document, make_run, open_item, task
from workflows import schedule
from workflows.models import Instance, Timer

WAIT = {"key": "pause", "kind": "wait", "duration": "PT1H", "clock": "calendar", "next": "work"}


class Log:
    def __init__(self):
        self.lines = []

    def __getattr__(self, level):
        return lambda event, **facts: self.lines.append((level, event, facts))


@pytest.fixture
def log(monkeypatch):
    found = Log()
    monkeypatch.setattr(schedule, "log", found)
    return found


@pytest.fixture
def broken(rita, it, monkeypatch):
    """A run whose timer cannot be fired until `mended` is called."""
    run, whole = make_run(document(WAIT, task()), rita, it), schedule.fire_timer
    state = {"broken": True}

    def fire(actor, timer):
        if state["broken"] and timer.instance_id == run.pk:
            raise KeyError("no such step")
        return whole(actor, timer)

    monkeypatch.setattr(schedule, "fire_timer", fire)
    run.mended = lambda: state.update(broken=False)
    return run


def sweep_for(seconds, begin):
    """A sweep every two seconds for so long; when it tried is seen from the timer."""
    tries, known = 0, 0
    for passed in range(0, seconds, 2):
        with clock.travel(begin + timedelta(seconds=passed)):
            schedule.fire_timers()
        now = Timer.objects.get().spec.get("failures", 0)
        tries, known = tries + (now > known), now
    return tries


def test_it_is_tried_ever_more_seldom_and_told_once(broken, log):
    begin = clock.now() + timedelta(hours=2)
    assert sweep_for(240, begin) == 5, "at 0, 15, 45, 105 and 225 seconds instead of 120 times"
    assert [(level, event) for level, event, _facts in log.lines] == [
        ("error", "timer_failed"),
        *[("warning", "timer_failed_again")] * 4,
    ]
    assert "exc_info" in log.lines[0][2] and "exc_info" not in log.lines[1][2]


def test_the_pause_ends_at_an_hour(broken, log):
    now = clock.now() + timedelta(hours=2)
    for _ in range(30):
        with clock.travel(now):
            schedule.fire_timers()
        pause = Timer.objects.get().due_at - now
        now = Timer.objects.get().due_at
    assert pause == timedelta(hours=1)


def test_the_run_counts_as_failed_until_it_goes_on(broken, log, rita, it, ada, client):
    other = make_run(document(WAIT, task()), rita, it)
    client.force_login(ada)
    begin = clock.now() + timedelta(hours=2)
    with clock.travel(begin):
        assert schedule.fire_timers() == 1, "the other one goes on"
    assert open_item(other).step == "work"
    assert Instance.objects.get(pk=broken.pk).has_error
    assert broken.ticket.number in client.get("/workflows/runs?which=failed").content.decode()
    page = client.get(f"/runs/{broken.pk}").content.decode()
    assert "A moment could not be told to the workflow" in page and "KeyError" in page and "Pause" in page
    broken.mended()
    with clock.travel(begin + timedelta(minutes=1)):
        assert schedule.fire_timers() == 1
    fresh = Instance.objects.get(pk=broken.pk)
    assert not fresh.has_error and open_item(fresh).step == "work"
    assert not Timer.objects.exists()
