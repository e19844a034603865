"""The document and the workflow API hold each other to their word: invented requests, all checks."""

from collections import Counter

import pytest
from hypothesis import given
from schemathesis import GenerationMode

from tests.api.test_schemathesis import PATIENT, desk, load  # noqa: F401 - a fixture
from tests.workflows.factories import document, make_run, make_workflow, task
from workflows.models import Instance, WorkflowRule, WorkItem

ADDRESSES = r"/(work-items|external-tasks|workflows|workflow-rules|automation-rules|instances)|/tickets/.*/workflow"
SCOPES = ("work:read", "work:write", "workflows:admin")
ROBOT = {"key": "order", "kind": "external", "topic": "shop", "next": "end"}


@pytest.fixture
def world(desk, rita, it):  # noqa: F811
    """Something to find: items of every kind, a stuck run, a rule."""
    workflow = make_workflow(document(task("first", public=True)), "buy", department=it)
    WorkflowRule.objects.create(name="all", workflow=workflow)
    approval = {"key": "ok", "kind": "approval", "approvers": [{"role": "admin"}], "approve": "end", "reject": "end"}
    stuck = {"key": "sum", "kind": "set", "values": {"x": {"formula": "1 / 0"}}, "next": "end"}
    fields = [{"key": "x", "kind": "number"}]
    for step in (task(), approval, ROBOT, stuck):
        make_run(document(step, fields=fields), rita, it)
    # Small numbers are what is invented most often: so they are there.
    for row in [*WorkItem.objects.order_by("-pk"), *Instance.objects.order_by("-pk")]:
        assert row.pk > 0


@pytest.mark.parametrize("role", ["admin", "user"])
def test_invented_requests(world, ada, rita, role):
    """Requests that fit the document; those that break it know no world (see tests/api/test_schemathesis.py)."""
    person = ada if role == "admin" else rita
    schema = load(person, *SCOPES, *(["admin"] if role == "admin" else [])).include(path_regex=ADDRESSES)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 34
    seen = Counter()
    for operation in operations:
        cases = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)

        @PATIENT
        @given(case=cases)
        def check(case):
            seen[case.call_and_validate().status_code] += 1

        check()
    assert seen.total() > len(operations)
    assert 200 in seen, seen


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_chains_of_requests(world, ada, alan, role):
    schema = load(ada, *SCOPES, "admin") if role == "admin" else load(alan, *SCOPES)
    machine = schema.include(path_regex=ADDRESSES).as_state_machine()
    from hypothesis import settings as dose

    machine.run(settings=dose(PATIENT, max_examples=8, stateful_step_count=6))
