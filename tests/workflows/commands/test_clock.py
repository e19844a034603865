"""Timers, items that lie untouched, skills that nobody has."""

from datetime import timedelta

import pytest

from flowtic.core import clock
from flowtic.core.actor import Actor
from tests.workflows.factories import document, make_run, open_item, task
from workflows import schedule
from workflows.commands.work_items import claim_work_item, touch_work_item
from workflows.models import Instance, Timer, WorkItem

HOUR = timedelta(hours=1)


def later(delta):
    return clock.travel(clock.now() + delta)


def test_a_wait_ends_when_its_time_has_come(rita, it):
    wait = {"key": "pause", "kind": "wait", "duration": "PT2H", "clock": "calendar", "next": "work"}
    run = make_run(document(wait, task()), rita, it)
    with later(HOUR):
        assert schedule.fire_timers() == 0
    with later(2.1 * HOUR):
        assert schedule.fire_timers() == 1
        assert schedule.fire_timers() == 0
    assert open_item(run).step == "work"
    assert not Timer.objects.exists()


def test_a_cleared_timer_does_nothing(rita, it, alan, as_web):
    run = make_run(
        document(task("work", due={"within": "PT1H", "clock": "calendar", "then": "late"}), task("late")), rita, it
    )
    timer = Timer.objects.get()
    from workflows.commands.timers import fire_timer
    from workflows.commands.work_items import complete_work_item

    complete_work_item(as_web(alan), claim_work_item(as_web(alan), open_item(run)), outcome="done", data={})
    with later(2 * HOUR):
        assert fire_timer(Actor.system("test"), timer) is False
    assert Instance.objects.get().status == "finished"


def test_overdue_goes_where_the_step_says_or_is_told(rita, it):
    from flowtic.core.models import Event

    make_run(document(task("work", due={"within": "PT1H", "clock": "calendar", "remind": "PT15M"})), rita, it)
    other = make_run(
        document(task("work", due={"within": "PT1H", "clock": "calendar", "then": "late"}), task("late")), rita, it
    )
    with later(0.9 * HOUR):
        assert schedule.fire_timers() == 1
    assert Event.objects.filter(name="work_item.reminded").count() == 1
    with later(1.1 * HOUR):
        schedule.fire_timers()
    assert Event.objects.filter(name="work_item.escalated").count() == 1
    assert open_item(other).step == "late"


@pytest.mark.parametrize("touched", [False, True])
def test_what_lies_untouched_goes_back_to_its_queue(rita, it, alan, as_web, touched):
    owner = {"strategy": "pull", "return_after": "PT8H"}
    run = make_run(document(task("work", owner=owner)), rita, it)
    item = claim_work_item(as_web(alan), open_item(run))
    assert item.return_at is not None
    if touched:
        with later(HOUR):
            touch_work_item(as_web(alan), item)
    with later(timedelta(days=5)):
        assert schedule.return_untouched() == (0 if touched else 1)
    item.refresh_from_db()
    assert (item.assignee, item.state) == ((alan, "claimed") if touched else (None, "ready"))


def test_a_broken_timer_does_not_keep_others_waiting(rita, it, monkeypatch):
    wait = {"key": "pause", "kind": "wait", "duration": "PT1H", "next": "end"}
    first, second = (make_run(document(wait), rita, it) for _n in range(2))
    Instance.objects.filter(pk=first.pk).update(state={"broken": True})
    with later(2 * HOUR):
        assert schedule.fire_timers() == 1
    second.refresh_from_db()
    assert second.status == "finished"
    assert WorkItem.objects.count() == 0
