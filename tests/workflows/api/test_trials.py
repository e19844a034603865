"""Test runs: how a definition would run, with nothing done."""

import pytest
from django.core import mail

from flowtic.core.models import Event, Job
from tests.workflows.factories import document, make_workflow, task
from workflows.models import Instance, WorkItem

PURCHASE = document(
    {
        "key": "amount",
        "kind": "decision",
        "branches": [{"when": {"field": "cost", "op": "gt", "value": 500}, "next": "boss"}],
        "otherwise": "order",
    },
    {
        "key": "boss",
        "kind": "approval",
        "approvers": [{"role": "admin"}],
        "approve": "pause",
        "reject": "no",
    },
    {"key": "pause", "kind": "wait", "duration": "P2D", "clock": "calendar", "next": "order"},
    {
        "key": "order",
        "kind": "http",
        "method": "POST",
        "url": "https://shop.example/orders",
        "headers": {"Authorization": "Bearer {{ secret.SHOP }}"},
        "body": {"cost": "{{ cost }}"},
        "result": {"order_id": "id"},
        "next": "tell",
        "on_error": "no",
    },
    {
        "key": "tell",
        "kind": "notify",
        "to": ["requester"],
        "subject": "Ordered {{ order_id }}",
        "text": "Done",
        "next": "end",
    },
    {"key": "no", "kind": "end", "status": "rejected"},
    fields=[{"key": "cost", "kind": "number"}, {"key": "order_id"}],
)


@pytest.fixture
def run(work, ada, db):
    make_workflow(document(task()), "buy")
    before = [model.objects.count() for model in (Instance, WorkItem, Job, Event)]

    def go(values, *answers, doc=PURCHASE):
        body = {"values": values, "answers": list(answers), "document": doc}
        answer = work(ada).post("/workflows/buy/test-run", body)
        assert answer.status_code == 200, answer.content
        assert [model.objects.count() for model in (Instance, WorkItem, Job)] == before[:3]
        assert mail.outbox == []
        return answer.json()

    return go


def way(found):
    return [one["step"]["key"] for one in found["trace"]]


def test_the_long_way(run):
    found = run({"cost": 900}, {"step": "boss", "outcome": "approve"}, {"step": "order", "result": {"order_id": "A7"}})
    assert (found["status"], found["end"], found["unused"]) == ("finished", "resolved", [])
    assert way(found) == ["amount", "boss", "pause", "order", "tell"]
    assert found["values"]["order_id"] == "A7"
    said = {one["kind"]: one["data"] for one in found["effects"]}
    assert said["call_http"]["headers"] == {"Authorization": "Bearer •••"}
    assert said["call_http"]["body"] == {"cost": 900}
    assert said["notify"]["subject"] == "Ordered A7"
    moments = [one["at"] for one in found["trace"]]
    assert moments[-1][:10] > moments[0][:10], "the pause takes its time"


def test_the_short_way_and_the_refusal_and_the_failure(run):
    assert way(run({"cost": 5}, {"step": "order"})) == ["amount", "order", "tell"]
    assert run({"cost": 900}, {"step": "boss", "outcome": "reject"})["end"] == "rejected"
    failed = run({"cost": 5}, {"step": "order", "error": "Shop is down"})
    assert (failed["end"], failed["values"]["error"]) == ("rejected", "Shop is down")


def test_without_answers_it_says_what_it_waits_for(run):
    found = run({"cost": 900}, {"step": "nowhere"})
    assert (found["status"], found["unused"]) == ("running", [0])
    assert [one["step"]["key"] for one in found["waiting"]] == ["boss"]
    assert run({"cost": 900})["waiting"][0]["waits"] != []


def test_broken_and_endless_documents_end(run):
    circle = document({"key": "a", "kind": "set", "next": "b"}, {"key": "b", "kind": "set", "next": "a"})
    found = run({}, doc=circle)
    assert found["waiting"][0]["state"] == "error"
    assert run({}, doc={"steps": 5})["waiting"][0]["state"] == "error"
    assert run({"a": [1] * 500}, doc={})["waiting"][0]["error"]


def test_the_draft_is_tried_and_only_by_its_editors(work, ada, alan, rita, db):
    make_workflow(document(task("first")), "buy")
    work(ada).put("/workflows/buy/draft", document(task("second")))
    assert work(ada).post("/workflows/buy/test-run").json()["waiting"][0]["step"]["key"] == "second"
    assert work(alan).post("/workflows/buy/test-run").status_code == 403
    assert work(rita).post("/workflows/buy/test-run").status_code == 403
