"""Rules over REST, and which of the last tickets they would fit."""

import pytest

from tests.api.conftest import fields_of, problem
from tests.factories import make_ticket
from tests.workflows.factories import document, make_workflow, task
from workflows.models import WorkflowRule

URGENT = {"field": "ticket.priority", "op": "is", "value": "urgent"}


@pytest.fixture
def workflow(db):
    return make_workflow(document(task()), "buy")


def test_rules_are_made_changed_and_deleted(work, ada, workflow):
    client = work(ada)
    body = {"name": "Urgent ones", "condition": URGENT, "workflow": "buy", "position": 2}
    made = client.post("/workflow-rules", body, Idempotency_Key="r")
    path = made["Location"].removeprefix("/api/v1")
    assert (made.status_code, made.json()["workflow"], made.json()["active"]) == (201, "buy", True)
    assert made.json()["words"]
    assert client.post("/workflow-rules", body, Idempotency_Key="r").json() == made.json()
    assert client.patch(path, {"position": 1, "workflow": None}).json()["workflow"] is None
    assert [row["position"] for row in client.get("/workflow-rules").json()["results"]] == [1]
    assert client.delete(path).status_code == 204
    problem(client.get(path), 404)
    assert not WorkflowRule.objects.exists()


def test_conditions_that_cannot_be(work, ada, workflow):
    for condition in ({"field": "a", "op": "like"}, {"all": 5}, {"formula": "1 +"}, {"formula": "__import__('os')"}):
        refused = work(ada).post("/workflow-rules", {"name": "x", "condition": condition})
        assert fields_of(problem(refused, 409)) == {"condition"}
    problem(work(ada).post("/workflow-rules", {"name": "x", "condition": {}, "workflow": "none"}), 422)
    problem(work(ada).post("/workflow-rules", {"name": "x"}), 422)


def test_which_of_the_last_tickets_fit(work, ada, workflow, rita, it, hr, lea):
    from desk.models import Priority

    urgent = Priority.objects.get(key="urgent")
    hot = make_ticket(rita, it, priority=urgent)
    make_ticket(rita, it)
    hidden = make_ticket(rita, hr, priority=urgent)
    first = WorkflowRule.objects.create(
        position=1, name="a", condition={"field": "ticket.department", "op": "is", "value": "hr"}, workflow=workflow
    )
    rule = WorkflowRule.objects.create(position=2, name="b", condition=URGENT, workflow=workflow)
    found = work(ada).get(f"/workflow-rules/{rule.pk}/matches").json()
    assert found["checked"] == 3
    told = {one["ticket"]["number"]: one["decides"] for one in found["matches"]}
    assert told == {hot.number: True, hidden.number: False}
    first.delete()
    seen = work(lea).get(f"/workflow-rules/{rule.pk}/matches").json()
    assert [one["ticket"]["number"] for one in seen["matches"]] == [hot.number]


def test_only_admins_change_them(work, workflow, alan, lea, rita):
    rule = WorkflowRule.objects.create(name="a", workflow=workflow)
    path = f"/workflow-rules/{rule.pk}"
    for person in (alan, lea, rita):
        problem(work(person).post("/workflow-rules", {"name": "x", "condition": {}}), 403)
        problem(work(person).patch(path, {"name": "y"}), 403)
        problem(work(person).delete(path), 403)
    for address in ("/workflow-rules", path, f"{path}/matches"):
        problem(work(rita).get(address), 403)
        assert work(alan).get(address).status_code == 200
