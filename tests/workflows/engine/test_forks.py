"""Splits and joins."""

import pytest

from tests.workflows.engine.documents import flow, fork, form, step
from tests.workflows.engine.world import World

AFTER = form("after")


def three(wait, **more):
    branches = [form(key, "meet") for key in ("a", "b", "c")]
    return World(flow(*fork("a", "b", "c", wait=wait, then="after"), *branches, AFTER, **more)).start()


def test_a_join_waits_for_all():
    world = three("all")
    for key in ("b", "a", "c"):
        assert "after" not in world.at()
        world.complete(key)
    assert world.at() == ["after"]
    assert world.state["forks"] == {}


@pytest.mark.parametrize(("wait", "needed"), [("any", 1), (1, 1), (2, 2), (3, 3), (7, 3), (0, 3), ("odd", 3)])
def test_a_join_goes_on_with_as_many_as_it_wants_and_withdraws_the_rest(wait, needed):
    world = three(wait)
    for key in ("c", "a", "b")[:needed]:
        assert "after" not in world.at()
        world.complete(key)
    assert world.at() == ["after"]
    assert [effect.kind for effect in world.effects].count("close_item") == 3 - needed


def test_a_withdrawn_branch_cannot_be_completed_late():
    world = three("any")
    late = world.item("b")
    world.complete("a")
    assert not world.send({"type": "completed", "item": late, "outcome": "", "data": {"x": 1}, "by": 1})
    assert world.at() == ["after"]


def test_a_branch_that_is_the_join_itself_has_arrived_at_once():
    world = World(flow(*fork("meet", "a", then="after"), form("a", "meet"), AFTER)).start()
    assert world.at() == ["a"]
    world.complete("a")
    assert world.at() == ["after"]
    world = World(flow(*fork("a", "meet", wait="any", then="after"), form("a", "meet"), AFTER)).start()
    assert world.at() == ["after"]


def test_a_branch_that_ends_is_not_waited_for():
    world = World(flow(*fork("a", "b", then="after"), form("a", "stop"), form("b", "meet"), AFTER, step("end", "stop")))
    world.start()
    world.complete("a")
    assert world.at() == ["b"]
    world.complete("b")
    assert world.at() == ["after"]


def test_the_last_branch_to_end_lets_the_join_go_on():
    world = World(flow(*fork("a", "b", then="after"), form("a", "stop"), form("b", "meet"), AFTER, step("end", "stop")))
    world.start()
    world.complete("b")
    world.complete("a")
    assert world.at() == ["after"]


def test_when_all_branches_end_the_join_is_never_reached():
    ends = step("end", "stop", status="rejected")
    world = World(flow(*fork("a", "b", then="after"), form("a", "stop"), form("b", "stop"), AFTER, ends)).start()
    world.complete("a")
    world.complete("b")
    assert world.status() == ("finished", "rejected")


def nested(outer="all", between="big"):
    """Outer fork: the inner one (a, b), and c; `a` may also go straight to the outer join."""
    a = form("a", outcomes=[{"key": "in", "next": "small"}, {"key": "out", "next": "big"}])
    return World(
        flow(
            *fork("within", "c", wait=outer, then="after", join="big", key="around"),
            *fork("a", "b", then=between, join="small", key="within"),
            *(a, form("b", "small"), form("c", "big"), form("extra", "big"), AFTER),
        )
    ).start()


def test_forks_inside_forks():
    world = nested()
    world.complete("a", "in")
    world.complete("c")
    assert world.at() == ["b"]
    world.complete("b")
    assert world.at() == ["after"]


def test_an_outer_join_ends_the_forks_inside():
    world = nested(outer="any")
    world.complete("a", "in")
    world.complete("c")
    assert world.at() == ["after"]
    assert world.state["forks"] == {}


def test_an_inner_fork_that_dies_counts_as_a_branch_that_ended():
    steps = fork("within", "c", then="after", join="big", key="around"), fork("a", "b", join="small", key="within")
    ends = form("a", "stop"), form("b", "stop"), form("c", "big"), step("end", "stop")
    world = World(flow(*steps[0], *steps[1], *ends, AFTER)).start()
    world.complete("c")
    world.complete("a")
    assert world.at() == ["b"]
    world.complete("b")
    assert world.at() == ["after"]


def test_a_branch_may_leave_an_inner_fork_for_the_outer_join():
    world = nested(outer="any")
    world.complete("a", "out")
    assert world.at() == ["after"], "the outer join has what it wants though the inner fork is not over"
    world = nested()
    world.complete("b")
    world.complete("c")
    world.complete("a", "out")
    assert world.at() == ["after"]


def test_leaving_may_make_both_joins_content_at_once():
    world = nested(outer="any", between="extra")
    world.complete("b")
    world.complete("a", "out")
    assert world.at() == ["after"]
    assert world.state["forks"] == {}


def test_every_round_of_a_loop_has_a_fork_of_its_own():
    again = form("again", outcomes=[{"key": "more", "next": "part"}, {"key": "enough", "next": "done"}])
    world = World(flow(*fork("a", "b", then="again"), form("a", "meet"), form("b", "meet"), again)).start()
    for _ in range(3):
        world.complete("b")
        world.complete("a")
        world.complete("again", "more")
    assert world.at() == ["a", "b"]
    world.complete("a")
    world.complete("b")
    world.complete("again", "enough")
    assert world.status() == ("finished", "closed")


def test_a_branch_that_goes_back_before_its_split_opens_a_fork_inside_its_own():
    a = form("a", outcomes=[{"key": "on", "next": "meet"}, {"key": "back", "next": "part"}])
    world = World(flow(*fork("a", "b", then="after"), a, form("b", "meet"), AFTER)).start()
    world.complete("a", "back")
    assert world.at() == ["a", "b", "b"]
    assert len(world.state["forks"]) == 2
    world.complete("a", "on")
    inner = max((key for key, item in world.items.items() if item.step == "b"), key=lambda key: int(key.split(":")[0]))
    world.send({"type": "completed", "item": inner, "outcome": "", "data": {}, "by": 1})
    assert world.at() == ["after", "b"], "the inner fork is complete, the outer one still waits"
    world.complete("after")
    world.complete("b")
    assert world.at() == ["after"]


def test_a_join_may_gather_more_branches_than_a_step_may_be_visited():
    keys = [f"b{number}" for number in range(30)]
    branches = [form(key, "meet") for key in keys]
    world = World(flow(*fork(*keys, then="after"), *branches, AFTER, max_visits=3)).start()
    for key in keys:
        world.complete(key)
    assert world.at() == ["after"]


def test_a_terminating_end_ends_everything():
    stop = step("end", "stop", status="rejected", terminate=True)
    world = World(flow(*fork("a", "b", then="after"), form("a", "stop"), form("b", "meet"), AFTER, stop)).start()
    world.complete("a")
    assert world.status() == ("finished", "rejected")
    assert world.items == {}


def test_a_terminating_end_stops_branches_that_are_still_on_their_way():
    stop = step("end", "stop", terminate=True)
    tell = step("notify", "tell", "meet", to=["requester"])
    world = World(flow(*fork("stop", "tell"), stop, tell)).start()
    assert world.status() == ("finished", "closed")
    assert "notify" not in [effect.kind for effect in world.effects]


@pytest.mark.parametrize("branches", [[], ["a"], [7, "a"], "ab"])
def test_a_split_with_fewer_than_two_branches_fails(branches):
    split = step("split", "part", branches=branches, join="meet")
    world = World(flow(split, form("a", "meet"), step("join", "meet", "done"))).start()
    assert world.error("part") == "no_branches"


def test_branches_are_not_made_without_end():
    splits = [step("split", f"s{n}", branches=[f"s{n + 1}"] * 30, join="meet") for n in range(4)]
    world = World(flow(*splits, form("s4", "meet"), step("join", "meet", "done"), max_visits=1000)).start()
    codes = {token["error"]["code"] for token in world.state["tokens"].values() if "error" in token}
    assert len(world.state["tokens"]) <= 1000
    assert "too_many_branches" in codes
