"""Robots over REST: lease, extend, complete, fail."""

import pytest

from tests.api.conftest import fields_of, problem
from tests.workflows.factories import document, make_run, open_item
from workflows.models import WorkItem


def robot(**more):
    return {"key": "order", "kind": "external", "topic": "shop.order", "result": ["order_id"], "next": "end", **more}


@pytest.fixture
def run(rita, it, alan):
    return make_run(document(robot(), fields=[{"key": "order_id"}]), rita, it)


def lease(client, worker="w1", topics=("shop.order",), **more):
    headers = {"Idempotency_Key": more.pop("key")} if "key" in more else {}
    return client.post("/external-tasks/lease", {"worker": worker, "topics": list(topics), **more}, **headers)


def test_a_lease_belongs_to_one_worker(work, run, alan, sven):
    answer = lease(work(alan), max=5, lease_seconds=60)
    (task,) = answer.json()["results"]
    assert (answer.status_code, task["ticket"], task["topic"], task["attempts"]) == (
        200,
        run.ticket.number,
        "shop.order",
        0,
    )
    assert task["step"]["key"] == "order"
    assert task["lease_token"]
    assert task["lease_until"]
    assert task["variables"]["ticket"]["number"] == run.ticket.number
    assert lease(work(sven)).json()["results"] == []
    assert lease(work(alan), topics=["other"]).json()["results"] == []


def test_the_same_key_gets_the_same_tasks_again(work, run, alan):
    first = lease(work(alan), key="poll-1").json()
    again = lease(work(alan), key="poll-1")
    assert (again.json(), again["Idempotency-Replayed"]) == (first, "true")
    assert len(first["results"]) == 1
    problem(lease(work(alan), key="poll-1", max=7), 422)


def test_extend_and_complete(work, run, alan):
    (task,) = lease(work(alan), lease_seconds=5).json()["results"]
    path, held = f"/external-tasks/{task['id']}", {"lease_token": task["lease_token"]}
    longer = work(alan).post(f"{path}/extend", {**held, "lease_seconds": 600}).json()
    assert longer["lease_until"] > task["lease_until"]
    assert "lease_token" not in longer
    wrong = work(alan).post(f"{path}/complete", {**held, "variables": {"order_id": "A1", "cost": 3}})
    assert fields_of(problem(wrong, 422)) == {"variables.cost"}
    done = work(alan).post(f"{path}/complete", {**held, "variables": {"order_id": "A1"}})
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    run.refresh_from_db()
    assert (run.status, run.state["values"]["order_id"]) == ("finished", "A1")
    assert work(alan).post(f"{path}/complete", {**held, "variables": {}}).status_code == 200, "a repeat does nothing"
    for action in ("extend", "fail"):
        problem(work(alan).post(f"{path}/{action}", {**held, "error": "x"} if action == "fail" else held), 409)


def test_a_lost_lease_has_no_say(work, run, alan, sven, time_machine):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    WorkItem.objects.update(next_try="2026-11-21T09:00:00Z")
    (task,) = lease(work(alan), lease_seconds=10).json()["results"]
    time_machine.shift(11)
    (other,) = lease(work(sven), worker="w2").json()["results"]
    assert other["id"] == task["id"]
    path = f"/external-tasks/{task['id']}"
    for action, more in (("extend", {}), ("complete", {"variables": {}}), ("fail", {"error": "x"})):
        problem(work(alan).post(f"{path}/{action}", {"lease_token": task["lease_token"], **more}), 409, "lease_lost")
    won = work(sven).post(f"{path}/complete", {"lease_token": other["lease_token"]})
    assert (won.status_code, won.json()["worker"]) == (200, "w2")


def test_failures_are_tried_again_and_then_are_over(work, rita, it, alan, time_machine):
    time_machine.move_to("2026-11-21T10:00:00Z", tick=False)
    run = make_run(document(robot(retries=1), fields=[{"key": "order_id"}]), rita, it)
    for attempt in (1, 2):
        (task,) = lease(work(alan)).json()["results"]
        body = {"lease_token": task["lease_token"], "error": "Shop is closed", "retry_in": 30}
        after = work(alan).post(f"/external-tasks/{task['id']}/fail", body).json()
        assert (after["attempts"], after["error"]) == (attempt, "Shop is closed")
        assert after["state"] == ("ready" if attempt == 1 else "error")
        assert lease(work(alan)).json()["results"] == []
        time_machine.shift(31)
    run.refresh_from_db()
    assert run.has_error


def test_people_see_no_robots_doors(work, run, rita, hanna, alan):
    problem(lease(work(rita)), 403)
    assert lease(work(hanna)).json()["results"] == [], "another department's tickets"
    (task,) = lease(work(alan)).json()["results"]
    body = {"lease_token": task["lease_token"]}
    problem(work(hanna).post(f"/external-tasks/{task['id']}/complete", body), 404)
    problem(work(rita).post(f"/external-tasks/{task['id']}/complete", body), 403)
    problem(work(alan, "work:read").post(f"/external-tasks/{task['id']}/complete", body), 403)
    problem(work(alan).post(f"/work-items/{open_item(run).pk}/claim"), 403)
    for bad in ({"worker": "x"}, {"worker": "", "topics": ["a"]}, {"worker": "x", "topics": [], "max": 0}):
        problem(work(alan).post("/external-tasks/lease", bad), 422)
