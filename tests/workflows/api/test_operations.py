"""Operations and proposals over REST."""

import pytest

from tests.api.conftest import problem
from tests.workflows.commands.test_proposals import CHANGES
from tests.workflows.factories import document, make_workflow, task
from workflows.models import Workflow


@pytest.fixture
def workflow(it):
    return make_workflow(document(task()), "buy", department=it)


def test_the_schema_of_operations(work, ada, alan):
    found = work(ada).get("/workflows/operations.json?kind=form").json()
    assert found["kind"] == "form"
    assert found["schema"]["type"] == "array"
    problem(work(ada).get("/workflows/operations.json?kind=other"), 400)
    assert work(alan).get("/workflows/operations.json").status_code == 200


def test_the_draft_by_operations(work, ada, workflow):
    client = work(ada)
    done = client.post("/workflows/buy/draft/operations", {"operations": CHANGES, "rev": workflow.draft_rev})
    assert (done.status_code, done.json()["valid"]) == (200, True)
    assert done.json()["document"]["start"] == "approve"
    problem(client.post("/workflows/buy/draft/operations", {"operations": CHANGES, "rev": workflow.draft_rev}), 409)
    wrong = client.post("/workflows/buy/draft/operations", {"operations": [{"op": "explode"}]})
    assert problem(wrong, 409)["errors"][0]["field"] == "operations.0"


def test_a_proposal_from_making_to_acceptance(work, ada, alan, workflow):
    client = work(ada)
    made = client.post("/workflows/buy/proposals", {"operations": CHANGES, "wish": "Erst freigeben"})
    assert made.status_code == 201
    key = made.json()["key"]
    assert [one["accepted"] for one in made.json()["operations"]] == [False] * 3
    problem(work(alan).get(f"/proposals/{key}"), 404)
    problem(client.post(f"/proposals/{key}/accept", {"chosen": [1]}), 409)
    taken = client.post(f"/proposals/{key}/accept", {"chosen": [0, 1]})
    assert (taken.status_code, taken.json()["state"]) == (200, "open")
    assert Workflow.objects.get().draft["start"] == "approve"
    assert client.post(f"/proposals/{key}/dismiss").json()["state"] == "dismissed"
    problem(client.post(f"/proposals/{key}/accept", {"chosen": [2]}), 409)
