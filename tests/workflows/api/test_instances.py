"""Running workflows over REST: reading, repairing, moving to another version."""

import pytest

from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem
from tests.workflows.factories import document, make_run, make_workflow, open_item, task
from workflows.commands.definitions import publish, save_draft
from workflows.commands.starting import start_workflow
from workflows.models import Instance

BROKEN = {"key": "sum", "kind": "set", "values": {"x": {"formula": "1 / 0"}}, "next": "by_hand"}
MACHINE = Actor.system("test")


@pytest.fixture
def run(rita, it, alan):
    return make_run(
        document(
            task("check", "wait", public=True),
            {"key": "wait", "kind": "wait", "event": "paid", "next": "last"},
            task("last"),
        ),
        rita,
        it,
    )


@pytest.fixture
def stuck(rita, it, alan):
    return make_run(document(BROKEN, task("by_hand"), fields=[{"key": "x", "kind": "number"}]), rita, it)


def test_finding_and_reading(work, run, stuck, alan, rita, hanna):
    client = work(alan)
    for query, number in (
        ("", 2),
        ("error=true", 1),
        ("status=running", 2),
        ("status=finished,cancelled", 0),
        (f"workflow={run.version.workflow.key}", 1),
        (f"ticket={stuck.ticket.number}&count=true", 1),
    ):
        assert len(client.get(f"/instances?{query}").json()["results"]) == number, query
    for query in ("status=x", "error=1", "workflow=", "sort=x"):
        problem(client.get(f"/instances?{query}"), 400)
    found = client.get(f"/instances/{run.pk}").json()
    (token,) = found["tokens"]
    assert token["step"] == {"key": "check", "name": "Check", "kind": "form"}
    assert [(one["kind"], one["work_item"]) for one in token["waits"]] == [("item", open_item(run).pk)]
    assert [one["type"] for one in found["events"]] == ["start"]
    assert (found["rev"], found["values"]) == (1, {})
    (token,) = client.get(f"/instances/{stuck.pk}").json()["tokens"]
    assert (token["state"], token["error"]["code"]) == ("error", "formula")
    for person in (rita, hanna):
        assert work(person).get("/instances").json()["results"] == []
        problem(work(person).get(f"/instances/{run.pk}"), 404)


def test_operations_need_the_right_a_reason_and_something_to_do(work, stuck, alan, lea, ada):
    path = f"/instances/{stuck.pk}/operations"
    body = {"operation": "retry", "token": "1", "reason": "Once more"}
    problem(work(alan).post(path, body), 403)
    problem(work(ada).post(path, {**body, "reason": " "}), 422)
    problem(work(ada).post(path, {"operation": "explode", "reason": "x"}), 422)
    problem(work(ada).post(path, {"operation": "jump", "token": "1", "reason": "x"}), 422)
    problem(work(ada).post(path, {**body, "token": "99"}), 409)
    assert work(ada).post(path, body).json()["has_error"] is True
    jumped = work(ada).post(path, {"operation": "jump", "token": "1", "to": "by_hand", "reason": "Formula is wrong"})
    assert [token["step"]["key"] for token in jumped.json()["tokens"]] == ["by_hand"]
    problem(work(ada).post(path, {"operation": "jump", "token": "1", "to": "nowhere", "reason": "x"}), 409)
    again = work(ada).post(path, {"operation": "repeat", "step": "by_hand", "reason": "Twice"}).json()
    assert len(again["tokens"]) == 2
    skipped = work(ada).post(path, {"operation": "skip", "token": "1", "reason": "Not needed"}).json()
    assert len(skipped["tokens"]) == 1
    done = work(ada).post(path, {"operation": "cancel", "reason": "Wrong request"}).json()
    assert (done["status"], done["reason"]) == ("cancelled", "Wrong request")
    problem(work(ada).post(path, body), 409)
    told = Event.objects.filter(ticket_id=stuck.ticket_id, name="instance.step_jumped").get()
    assert told.data["reason"] == "Formula is wrong"


def test_messages_wake_who_waits_for_them(work, run, alan, hanna):
    path = f"/instances/{run.pk}/messages"
    problem(work(alan).post(path, {"name": "paid"}), 409)
    item = f"/work-items/{open_item(run).pk}"
    work(alan).post(f"{item}/claim")
    work(alan).post(f"{item}/complete", {})
    problem(work(hanna).post(path, {"name": "paid"}), 404)
    problem(work(alan).post(path, {"name": "other"}), 409)
    assert work(alan).post(path, {"name": "paid"}).json()["tokens"][0]["step"]["key"] == "last"


@pytest.fixture
def two_versions(rita, it, alan):
    """Three runs on version 1 of `buy`: two at a step that version 2 has too, one at a step that it lacks."""
    from tests.factories import make_ticket
    from workflows.commands.work_items import claim_work_item, complete_work_item

    first = document(task("check", "gone"), task("gone"))
    workflow = make_workflow(first, "buy")
    runs = [start_workflow(MACHINE, make_ticket(rita, it), workflow=workflow) for _n in range(3)]
    item = claim_work_item(Actor(alan), open_item(runs[2]))
    complete_work_item(Actor(alan), item, outcome="done", data={})
    save_draft(MACHINE, workflow, document=document(task("check", "pay"), task("pay")))
    publish(MACHINE, workflow, note="second")
    return runs


def test_all_running_tickets_move_but_those_that_cannot(work, two_versions, ada, alan):
    runs = two_versions
    body = {"from": 1, "to": 2, "reason": "New law"}
    problem(work(alan).post("/workflows/buy/migrate-all", body), 403)
    planned = work(ada).post("/workflows/buy/migrate-all", {**body, "dry_run": True}).json()
    assert (len(planned["moved"]), len(planned["not_movable"]), planned["left"]) == (2, 1, 0)
    assert set(Instance.objects.values_list("version__number", flat=True)) == {1}
    done = work(ada).post("/workflows/buy/migrate-all", body, Idempotency_Key="m").json()
    assert [one["instance"] for one in done["moved"]] == [runs[0].pk, runs[1].pk]
    (stuck,) = done["not_movable"]
    assert (stuck["ticket"], stuck["obstacles"][0]["step"]) == (runs[2].ticket.number, "gone")
    assert "gone" in stuck["obstacles"][0]["message"]
    assert sorted(Instance.objects.values_list("version__number", flat=True)) == [1, 2, 2]
    refused = work(ada).post(f"/instances/{runs[2].pk}/migrate", {"version": 2, "reason": "x"})
    assert "gone" in problem(refused, 409)["detail"]
    one = {"version": 2, "reason": "x", "map": {"gone": "pay"}}
    assert work(ada).post(f"/instances/{runs[2].pk}/migrate", {**one, "dry_run": True}).json()["obstacles"] == []
    moved = work(ada).post(f"/instances/{runs[2].pk}/migrate", one).json()
    assert (moved["moved"], moved["instance"]["workflow"]["version"]) == (True, 2)
    assert open_item(runs[2]).step == "pay"
    assert fields_of(problem(work(ada).post("/workflows/buy/migrate-all", {**body, "to": 9}), 409)) == {"to"}


def test_the_ticket_shows_milestones_to_its_requester_and_all_to_insiders(work, run, rita, otto, alan):
    path = f"/tickets/{run.ticket.number}/workflow"
    seen = work(rita).get(path).json()
    assert seen["milestones"] == [{"key": "check", "name": "Check", "state": "now"}]
    assert (seen["instances"], seen["items"], seen["status"]) == ([], [], "running")
    item = f"/work-items/{open_item(run).pk}"
    work(alan).post(f"{item}/claim")
    work(alan).post(f"{item}/complete", {})
    assert work(rita).get(path).json()["milestones"][0]["state"] == "done"
    inside = work(alan).get(path).json()
    assert (len(inside["instances"]), len(inside["items"])) == (1, 1)
    problem(work(otto).get(path), 404)


def test_a_workflow_is_started_by_who_works_the_ticket(work, ticket, alan, rita, otto, hanna):
    make_workflow(document(task()), "buy")
    path = f"/tickets/{ticket.number}/workflow"
    problem(work(rita).post(path, {"workflow": "buy"}), 403)
    for person in (otto, hanna):
        problem(work(person).post(path, {"workflow": "buy"}), 404)
    assert fields_of(problem(work(alan).post(path, {"workflow": "none"}), 409)) == {"workflow"}
    started = work(alan).post(path, {"workflow": "buy"}, Idempotency_Key="s")
    assert (started.status_code, started.json()["workflow"]["key"]) == (201, "buy")
    assert started["Location"] == f"/api/v1/instances/{started.json()['id']}"
    assert work(alan).post(path, {"workflow": "buy"}, Idempotency_Key="s").json() == started.json()
    problem(work(alan).post(path, {"workflow": "buy"}), 409)
