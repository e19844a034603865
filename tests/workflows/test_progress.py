"""How far a run has come, and which ways it took."""

from datetime import UTC, datetime

import pytest

from tests.workflows.factories import document, task
from workflows.definition.format import parse
from workflows.engine.advance import advance, start
from workflows.progress import progress
from workflows.trace import taken_ways

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
AT = NOW.isoformat()
APPROVE = {
    "key": "approve",
    "kind": "approval",
    "approvers": [{"role": "support"}],
    "approve": "big",
    "reject": "fix",
}
BIG = {
    "key": "big",
    "kind": "decision",
    "branches": [{"when": {"field": "amount", "op": "gt", "value": 100}, "next": "second"}],
    "otherwise": "order",
}
DOC = document(APPROVE, BIG, task("second", "order"), task("order"), task("fix", "approve"))


def begin(doc, **values):
    event = {"type": "start", "values": values, "at": AT}
    return [event], start(parse(doc), event).state


def complete(doc, events, state, outcome="done"):
    """Completes the only open item."""
    (token,) = state["tokens"].values()
    (item,) = token["wait"]["items"]
    event = {"type": "completed", "item": item, "outcome": outcome, "data": {}, "at": AT}
    return [*events, event], advance(parse(doc), state, event).state


def places(doc, state):
    found = progress(parse(doc), state, NOW)
    return list(found.done), list(found.now), list(found.ahead), f"{found.place}/{found.total}"


@pytest.mark.parametrize(("amount", "ahead", "total"), [(500, ["second", "order"], "1/3"), (5, ["order"], "1/2")])
def test_what_follows_depends_on_what_is_known(amount, ahead, total):
    _events, state = begin(DOC, amount=amount)
    assert places(DOC, state) == ([], ["approve"], ahead, total)


def test_a_way_back_puts_steps_ahead_again():
    events, state = begin(DOC, amount=5)
    events, state = complete(DOC, events, state, "reject")
    assert places(DOC, state) == ([], ["fix"], ["approve", "order"], "1/3")
    events, state = complete(DOC, events, state)
    assert places(DOC, state) == (["fix"], ["approve"], ["order"], "2/3")


def test_a_finished_run_is_at_its_last_step():
    events, state = begin(DOC, amount=5)
    events, state = complete(DOC, events, state, "approve")
    events, state = complete(DOC, events, state)
    assert places(DOC, state) == (["approve", "order"], [], [], "2/2")


def test_all_branches_of_a_split_lie_ahead():
    split = {"key": "split", "kind": "split", "branches": ["a", "b"], "join": "both"}
    join = {"key": "both", "kind": "join", "wait": "all", "next": "end"}
    doc = document(task("first", "split"), split, task("a", "both"), task("b", "both"), join)
    _events, state = begin(doc)
    assert places(doc, state) == ([], ["first"], ["a", "b"], "1/3")


def test_a_step_that_the_definition_lost_still_shows():
    _events, state = begin(DOC, amount=5)
    state["tokens"]["1"]["step"] = "gone"
    assert places(DOC, state)[1] == ["gone"]


def test_the_ways_that_were_gone():
    events, state = begin(DOC, amount=5)
    events, state = complete(DOC, events, state, "reject")
    events, state = complete(DOC, events, state)
    ways = taken_ways([(1, event) for event in events], lambda _version: parse(DOC))
    assert ways == {("approve", "fix"), ("fix", "approve")}


def test_a_split_goes_every_way():
    split = {"key": "split", "kind": "split", "branches": ["a", "b"], "join": "both"}
    join = {"key": "both", "kind": "join", "wait": "all", "next": "end"}
    doc = document(split, task("a", "both"), task("b", "both"), join)
    events, _state = begin(doc)
    assert taken_ways([(1, events[0])], lambda _version: parse(doc)) == {("split", "a"), ("split", "b")}
