"""Automation rules over REST: the same commands, the same rights."""

import pytest

from tests.api.conftest import fields_of, problem, rest  # noqa: F401
from tests.factories import make_ticket
from tests.workflows.api.conftest import work as speaks  # noqa: F401  (a fixture)
from tests.workflows.automation.rules import make_rule, work
from workflows.models import AutomationRule

pytestmark = pytest.mark.django_db
URGENT = {"field": "ticket.priority", "op": "is", "value": "urgent"}
BODY = {
    "name": "Urgent ones", "trigger": "created", "condition": URGENT, "active": True,
    "actions": [{"do": "priority", "value": "high"}],
}  # fmt: skip


def test_rules_are_made_changed_ordered_and_deleted(speaks, ada, it):  # noqa: F811
    client = speaks(ada)
    first = make_rule("First")
    made = client.post("/automation-rules", BODY, Idempotency_Key="r")
    assert made.status_code == 201, made.content
    assert client.post("/automation-rules", BODY, Idempotency_Key="r").json() == made.json()
    path = made["Location"].removeprefix("/api/v1")
    assert made.json()["words"] == {
        "when": "a ticket is created", "and": "Priority is Urgent", "then": ["set the priority to High"],
    }  # fmt: skip
    assert client.patch(path, {"position": 1, "stop": True}).json()["stop"] is True
    assert [row["name"] for row in client.get("/automation-rules").json()["results"]] == ["Urgent ones", "First"]
    AutomationRule.objects.filter(pk=first.pk).update(paused_at=first.created_at, failures=5)
    assert client.patch(f"/automation-rules/{first.pk}", {"paused": False}).json()["paused"] is False
    assert client.delete(path).status_code == 204
    problem(client.get(path), 404)


def test_what_cannot_be_says_where(speaks, ada, it):  # noqa: F811
    client = speaks(ada)
    wrong = {
        "condition": ({"condition": {"field": "nothing", "op": "is", "value": 1}}, {"condition"}),
        "action": ({"actions": [{"do": "explode"}]}, {"actions.0"}),
        "value": ({"actions": [{"do": "priority", "value": "no"}]}, {"actions.0.value"}),
        "time": ({"trigger": "time", "options": {"for": "P9Y"}}, {"for"}),
        "fields": ({"trigger": "changed", "options": {"fields": ["__class__"]}}, {"fields"}),
        "odd": ({"trigger": "changed", "options": {"fields": [{}]}}, {"fields"}),
        "text": ({"actions": [{"do": "note", "text": "{{ secret.KEY }}"}]}, {"actions.0.text"}),
        "kinds": ({"actions": [{"do": ["note"]}]}, {"actions.0"}),
        "people": ({"actions": [{"do": "assign", "to": {"a": 1}}]}, {"actions.0.to"}),
        "listeners": ({"actions": [{"do": "notify", "to": [["x"]], "subject": "a", "text": "b"}]}, {"actions.0.to"}),
    }
    for body, fields in wrong.values():
        refused = client.post("/automation-rules", BODY | body)
        assert fields_of(problem(refused, 409)) == fields, body
    problem(client.post("/automation-rules", BODY | {"actions": []}), 422)
    problem(client.post("/automation-rules", BODY | {"trigger": "never"}), 422)
    assert not AutomationRule.objects.exists()


def test_matches_and_runs_are_those_of_ones_own_tickets(speaks, ada, alan, rita, it, hr):  # noqa: F811
    rule = make_rule("All", condition={"field": "ticket.is_open", "op": "is", "value": True})
    mine, other = make_ticket(rita, it), make_ticket(rita, hr)
    work()
    path = f"/automation-rules/{rule.pk}"
    assert speaks(ada).get(f"{path}/matches").json()["fitting"] == 2
    assert [one["number"] for one in speaks(alan).get(f"{path}/matches").json()["tickets"]] == [mine.number]
    runs = speaks(alan).get(f"{path}/runs").json()["results"]
    assert [(one["ticket"]["number"], one["outcome"]) for one in runs] == [(mine.number, "done")]
    assert {one["ticket"]["number"] for one in speaks(ada).get(f"{path}/runs").json()["results"]} == {
        mine.number, other.number,
    }  # fmt: skip


def test_only_admins_change_them(speaks, alan, lea, sven, rita):  # noqa: F811
    rule = make_rule("All")
    path = f"/automation-rules/{rule.pk}"
    for person in (alan, lea, sven, rita):
        problem(speaks(person).post("/automation-rules", BODY), 403)
        problem(speaks(person).patch(path, {"name": "y"}), 403)
        problem(speaks(person).delete(path), 403)
    for address in ("/automation-rules", path, f"{path}/matches", f"{path}/runs"):
        problem(speaks(rita).get(address), 403)
        assert speaks(alan).get(address).status_code == 200
