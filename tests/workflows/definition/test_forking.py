"""Splits and joins: pairs, and nothing in or out beside them."""

from tests.workflows.definition.checking import errors, found, paths
from tests.workflows.definition.examples import decision, end, fork, form, step, workflow

LOW = {"field": "ticket.priority", "op": "is", "value": "low"}


def test_a_fork_with_its_join_is_fine():
    assert found(workflow(*fork(form("a", next="meet"), form("b", next="meet")))) == []


def test_a_branch_may_end_and_a_fork_may_stand_inside_another():
    inner = [
        step("inner", "split", branches=["c", "d"], join="inner_meet"),
        form("c", next="inner_meet"),
        form("d", next="done"),
        step("inner_meet", "join", next="meet"),
    ]
    steps = fork(form("a", next="meet"), {**inner[0]})
    assert found(workflow(*steps, *inner[1:])) == []


def test_the_join_must_be_a_join_and_belong_to_one_split():
    document = workflow(step("fork", "split", branches=["a", "b"], join="a"), form("a"), form("b"))
    assert paths(document) == ["steps/0/join"]
    twice = [
        decision("size", (LOW, "fork"), otherwise="other"),
        *fork(form("a", next="meet"), form("b", next="meet")),
        step("other", "split", branches=["c", "d"], join="meet"),
        form("c", next="meet"),
        form("d", next="meet"),
    ]
    assert any("already belongs" in message for _path, message in errors(workflow(*twice)))


def test_a_join_without_a_split():
    document = workflow(form(next="meet"), step("meet", "join", next="done"))
    assert errors(document) == [("steps/1", "No split belongs to the join “Meet”.")]


def test_a_way_that_leaves_the_fork_beside_its_join():
    branches = [decision("a", (LOW, "after"), otherwise="meet"), form("b", next="meet")]
    document = workflow(*fork(*branches, next="after"), form("after"))
    assert errors(document) == [
        ("steps/1/branches/0/next", "This way leaves the split “Fork” without going through its join.")
    ]


def test_a_way_into_the_middle_of_a_fork():
    entering = decision("size", (LOW, "a"), otherwise="fork")
    document = workflow(entering, *fork(form("a", next="meet"), form("b", next="meet")))
    assert errors(document) == [("steps/0/branches/0/next", "This way leads into the middle of the split “Fork”.")]


def test_a_way_back_into_a_branch_after_the_join():
    again = form("again", outcomes=[{"key": "yes", "next": "a"}, {"key": "no", "next": "done"}])
    document = workflow(*fork(form("a", next="meet"), form("b", next="meet"), next="again"), again)
    assert errors(document)


def test_a_branch_that_leads_back_to_before_the_split():
    document = workflow(form("first", next="fork"), *fork(form("a", next="first"), form("b", next="meet")))
    assert any("back to before the split" in message for _path, message in errors(document))


def test_a_branch_without_a_step_and_a_join_that_wants_too_many():
    document = workflow(step("fork", "split", branches=["a", "meet"], join="meet"), form("a", next="meet"))
    document["steps"].insert(2, step("meet", "join", wait=3, next="done"))
    assert [path for path, _message in errors(document)] == ["steps/0/branches/1", "steps/2/wait"]


def test_the_join_of_another_fork_is_no_way_out():
    first = fork(form("a", next="meet"), step("inner", "split", branches=["c", "d"], join="inner_meet"))
    document = workflow(*first, form("c", next="meet"), form("d", next="inner_meet"))
    document["steps"].insert(-1, step("inner_meet", "join", next="meet"))
    assert any("without going through its join" in message for _path, message in errors(document))


def test_branches_may_share_an_end_with_the_rest():
    document = workflow(
        decision("size", (LOW, "stopped"), otherwise="fork"),
        *fork(form("a", next="meet"), form("b", outcomes=[{"key": "x", "next": "stopped"}], next="meet")),
        end(),
        end("stopped", "rejected"),
    )
    assert found(document) == []
