"""The graph: targets, reach, ends and circles."""

import pytest

from tests.workflows.definition import examples
from tests.workflows.definition.checking import errors, found, paths
from workflows.definition.graph import circles


def test_a_start_and_targets_that_do_not_exist():
    document = examples.workflow(examples.form(next="nowhere"), start="begin")
    assert errors(document)[0] == ("start", "There is no step “begin”.")
    assert "steps/0/next" in paths(document)


@pytest.mark.parametrize(
    "step",
    [
        examples.approval(approve="nowhere"),
        examples.approval(reject="nowhere"),
        examples.decision("check", ({}, "nowhere")),
        examples.form("check", due={"within": "P1D", "then": "nowhere"}),
        examples.step("check", "wait", event="paid", timeout="P1D", on_timeout="nowhere", next="done"),
        examples.step("check", "http", method="GET", url="https://a.example", next="done", on_error="nowhere"),
        examples.step("check", "split", branches=["nowhere", "done"], join="nowhere"),
    ],
)
def test_every_kind_of_target_is_checked(step):
    assert any(message == "There is no step “nowhere”." for _path, message in errors(examples.workflow(step)))


def test_a_step_that_nothing_leads_to():
    document = examples.workflow(examples.form(), examples.form("island"))
    assert errors(document) == [("steps/1", "No way leads to the step “Island”.")]


def test_a_step_from_which_no_end_can_be_reached():
    document = examples.workflow(
        examples.decision("size", ({"field": "ticket.priority", "op": "is", "value": "low"}, "a")),
        examples.form("a", next="b"),
        examples.form("b", next="a"),
    )
    assert paths(document) == ["steps/1", "steps/2"]


def test_a_workflow_needs_an_end():
    document = examples.workflow(examples.form("a", next="a"))
    document["steps"] = document["steps"][:1]
    assert "steps" in paths(document)


def test_a_form_needs_a_way_on_for_every_outcome():
    step = examples.form(outcomes=[{"key": "yes", "next": "done"}, {"key": "no"}])
    del step["next"]
    assert paths(examples.workflow(step)) == ["steps/0/outcomes/1/next"]
    step["next"] = "done"
    assert found(examples.workflow(step)) == []


def test_a_circle_in_which_nothing_waits_is_an_error():
    document = examples.workflow(
        examples.decision("size", ({"field": "ticket.priority", "op": "is", "value": "low"}, "note")),
        examples.step("note", "set", values={"ticket.priority": {"value": "high"}}, next="size"),
    )
    [(path, message)] = errors(document)
    assert path == "steps/0"
    assert "Size, Note" in message


@pytest.mark.parametrize(
    "between",
    [
        examples.form("between", next="size"),
        examples.step("between", "wait", duration="PT1H", next="size"),
        examples.step("between", "child", tickets=[{"subject": "x"}], wait=True, next="size"),
    ],
)
def test_a_circle_with_somebody_or_something_to_wait_for_is_fine(between):
    condition = {"field": "ticket.priority", "op": "is", "value": "low"}
    assert found(examples.workflow(examples.decision("size", (condition, "between")), between)) == []


def test_circles_are_found_without_recursion():
    ring = {str(number): [str((number + 1) % 5000)] for number in range(5000)}
    assert [len(circle) for circle in circles(ring)] == [5000]
    assert circles({"a": ["b", "c"], "b": ["c"], "c": []}) == []
    assert circles({"a": ["a"]}) == [{"a"}]
