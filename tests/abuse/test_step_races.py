"""RACE-02: many finish the same step at once, and the clock with them (see tests/parallel.py)."""

import time
from functools import partial

import pytest
from django.core import mail
from django.test import Client

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.models import Event, Job
from tests.factories import make_person
from tests.parallel import at_once
from tests.workflows.factories import document, make_run, open_item, task
from workflows.commands.external import complete_external, lease_items
from workflows.commands.timers import fire_timer
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.jobs import run_effect
from workflows.models import EffectRun, Instance, InstanceEvent, Timer, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
TELL = {"key": "tell", "kind": "notify", "to": ["requester"], "subject": "Done", "text": "Done", "next": "after"}


def outcome(function):
    """'won', or the code of the refusal."""
    try:
        function()
    except CommandError as error:
        return error.code
    return "won"


def test_race_02_a_step_is_completed_once_by_a_hundred(it, rita, alan, tmp_path, mailless):
    run = make_run(document(task("check", "tell"), TELL, task("after")), rita, it)
    item = claim_work_item(Actor(alan), open_item(run))
    calls = [partial(outcome, partial(complete_work_item, Actor(alan), item, outcome="done", data={}))] * 100
    results = at_once(calls, tmp_path)
    assert sorted(results) == ["already_done"] * 99 + ["won"]
    assert WorkItem.objects.filter(step="after").count() == 1
    assert InstanceEvent.objects.filter(event__type="completed").count() == 1
    assert EffectRun.objects.filter(kind="notify").count() == 1
    assert Event.objects.filter(name="work_item.completed").count() == 1
    run.refresh_from_db()
    assert len(run.state["tokens"]) == 1
    mail.outbox.clear()
    EffectRun.objects.update(state="pending")
    job = Job.objects.filter(kind="workflows.effect").get()
    for _turn in range(3):
        run_effect(job)
    assert len([message for message in mail.outbox if message.subject == "Done"]) == 1


def test_race_02_through_two_doors_at_once(it, rita, alan, tmp_path, token):
    run = make_run(document(task("check", "after"), task("after")), rita, it)
    item = claim_work_item(Actor(alan), open_item(run))
    client = Client(headers={"Authorization": f"Bearer {token(alan, 'work:write')}"})

    def through_api():
        answer = client.post(f"/api/v1/work-items/{item.pk}/complete", {}, content_type="application/json")
        return {200: "won", 409: answer.json().get("code")}[answer.status_code]

    command = partial(outcome, partial(complete_work_item, Actor(alan), item, outcome="done", data={}))
    results = at_once([through_api, command] * 10, tmp_path)
    assert sorted(results) == ["already_done"] * 19 + ["won"]
    assert WorkItem.objects.filter(step="after").count() == 1


def test_race_02_control_a_look_before_the_save_has_many_winners(it, rita, alan, tmp_path):
    """What the locks are for: the same threads with the naive way all believe that they won."""
    item = open_item(make_run(document(task()), rita, it))

    def naive():
        found = WorkItem.objects.get(pk=item.pk)
        if not found.is_open:
            return False
        time.sleep(0.05)
        WorkItem.objects.filter(pk=found.pk).update(state="completed")
        return True

    assert sum(at_once([naive] * 20, tmp_path)) > 1


@pytest.mark.parametrize("turn", range(3))
def test_race_02_completion_against_the_clock(it, rita, alan, tmp_path, turn):
    due = {"within": "PT1H", "clock": "calendar", "then": "late"}
    run = make_run(document(task("check", "after", due=due), task("after"), task("late")), rita, it)
    item = claim_work_item(Actor(alan), open_item(run))
    Timer.objects.update(due_at=clock.now())
    timer = Timer.objects.select_related("instance").get()
    complete = partial(outcome, partial(complete_work_item, Actor(alan), item, outcome="done", data={}))
    results = at_once([complete, partial(fire_timer, Actor.system("clock"), timer)] * 5, tmp_path)
    completed, fired = results[::2].count("won"), results[1::2].count(True)
    assert completed + fired == 1, results
    run = Instance.objects.get(pk=run.pk)
    (here,) = [one["step"] for one in run.state["tokens"].values()]
    assert (here, open_item(run).step) == (("after",) * 2 if completed else ("late",) * 2)
    assert not Timer.objects.exists()
    item.refresh_from_db()
    assert item.state == ("completed" if completed else "cancelled")


def test_race_02_a_join_lets_one_through(it, rita, alan, tmp_path):
    branches = [f"b{n}" for n in range(8)]
    split = {"key": "all", "kind": "split", "branches": branches, "join": "meet"}
    meet = {"key": "meet", "kind": "join", "wait": "all", "next": "after"}
    run = make_run(document(split, *(task(key, "meet") for key in branches), meet, task("after")), rita, it)
    items = [claim_work_item(Actor(alan), item) for item in WorkItem.objects.filter(instance=run)]
    calls = [
        partial(outcome, partial(complete_work_item, Actor(alan), item, outcome="done", data={})) for item in items
    ]
    assert at_once(calls, tmp_path) == ["won"] * 8
    assert open_item(run).step == "after"
    assert Instance.objects.get(pk=run.pk).state["forks"] == {}


def test_race_02_no_two_robots_hold_one_task(it, rita, alan, tmp_path):
    step = {"key": "order", "kind": "external", "topic": "shop", "next": "end"}
    runs = [make_run(document(step), rita, it) for _n in range(5)]
    robots = [make_person(f"Robot {n}", "agent", departments=(it,)) for n in range(20)]

    def work(robot):
        actor = Actor(robot, "api")
        found = lease_items(actor, worker=robot.name, topics=["shop"], maximum=3, lease_seconds=60)
        return [
            outcome(partial(complete_external, actor, one, lease_token=one.lease_token, variables={})) for one in found
        ]

    results = [result for found in at_once([partial(work, robot) for robot in robots], tmp_path) for result in found]
    assert results == ["won"] * 5
    assert {Instance.objects.get(pk=run.pk).status for run in runs} == {"finished"}
    assert InstanceEvent.objects.filter(event__type="completed").count() == 5


@pytest.fixture
def mailless(settings, monkeypatch):
    """Workers are called by hand here, not after the commit."""
    monkeypatch.setattr("flowtic.core.jobs.publish", lambda *_args: None)
