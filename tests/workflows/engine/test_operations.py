"""What an admin may do to a running instance."""

import pytest

from tests.workflows.engine.documents import approval, flow, fork, form, step
from tests.workflows.engine.world import World
from workflows.engine.operations import needs_attention

AFTER = form("after")


def parted(wait="all"):
    return World(flow(*fork("a", "b", wait=wait, then="after"), form("a", "meet"), form("b", "meet"), AFTER)).start()


def test_retry_is_for_errors_only():
    world = World(flow(form("ask"))).start()
    assert not needs_attention(world.state)
    assert not world.operate("retry", "ask")
    assert not world.send({"type": "retry", "token": "99"})


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("form", {}),
        ("http", {}),
        ("external", {}),
        ("classify", {}),
        ("child", {"wait": True}),
        ("wait", {"duration": "P1D"}),
        ("wait", {"event": "paid"}),
    ],
)
def test_skip_goes_the_way_of_success_and_withdraws_what_was_open(kind, spec):
    world = World(flow(step(kind, "here", "after", **spec), AFTER)).start()
    assert world.operate("skip", "here")
    assert world.at() == ["after"]
    assert world.state["outcomes"]["here"] == "skipped"
    assert (world.pending, world.timers, len(world.items)) == ({}, {}, 1)


@pytest.mark.parametrize(("outcome", "status"), [("", "closed"), ("approve", "closed"), ("reject", "rejected")])
def test_skip_takes_the_outcome_it_is_told(outcome, status):
    world = World(flow(*approval(2))).start()
    assert world.operate("skip", "ok", outcome=outcome)
    assert world.status() == ("finished", status)


def test_skip_of_a_form_takes_its_first_outcome_and_of_a_decision_its_otherwise():
    outcomes = [{"key": "yes", "next": "check"}, {"key": "no", "next": "done"}]
    decision = step(
        "decision", "check", branches=[{"when": {"formula": "1 / 0 > 1"}, "next": "done"}], otherwise="after"
    )
    world = World(flow(form("ask", "", outcomes=outcomes), decision, AFTER)).start()
    assert world.operate("skip", "ask")
    assert world.error("check") == "formula"
    assert needs_attention(world.state)
    assert world.operate("skip", "check")
    assert world.at() == ["after"]


def test_a_step_without_a_way_on_cannot_be_skipped_and_loses_nothing():
    world = World(flow(form("ask", ""))).start()
    assert not world.operate("skip", "ask")
    assert world.item("ask")


def test_jump_withdraws_what_was_open_and_goes_anywhere():
    world = World(flow(form("ask", due={"within": "P1D"}), AFTER)).start()
    assert not world.operate("jump", "ask", to="nowhere")
    assert world.operate("jump", "ask", to="after")
    assert world.at() == ["after"]
    assert world.timers == {}


def test_who_jumps_out_of_a_fork_still_belongs_to_it_until_the_end():
    world = parted()
    world.operate("jump", "a", to="after")
    world.complete("b")
    assert world.at() == ["after"], "the join waits for the branch that went ahead"
    world.complete("after")
    assert world.at() == ["after"], "now the join goes on"
    world.complete("after")
    assert world.status() == ("finished", "closed")


def test_jumping_to_the_join_is_arriving_there():
    world = parted()
    world.operate("jump", "a", to="meet")
    world.operate("jump", "b", to="meet")
    assert world.at() == ["after"]


def test_who_jumps_into_a_fork_from_outside_passes_the_join():
    world = World(flow(form("ask", "part"), *fork("a", "b", then="after"), form("a", "meet"), form("b", "meet"), AFTER))
    world.start()
    world.operate("jump", "ask", to="a")
    world.complete("a")
    assert world.at() == ["after"]


def test_jumping_to_the_end_ends_that_branch():
    world = parted()
    world.operate("jump", "a", to="done")
    world.complete("b")
    assert world.at() == ["after"]


def test_repeat_adds_a_token_beside_the_others():
    world = World(flow(form("ask", "after"), AFTER)).start()
    world.complete("ask")
    assert world.send({"type": "repeat", "step": "ask"})
    assert world.at() == ["after", "ask"]
    assert not world.send({"type": "repeat", "step": "nowhere"})
    world.complete("after")
    assert world.status()[0] == "running"
    world.complete("ask")
    world.complete("after")
    assert world.status() == ("finished", "closed")


def test_cancel_withdraws_everything_and_is_final():
    world = parted()
    item = world.item("a")
    assert world.send({"type": "cancel"})
    assert world.status() == ("cancelled", None)
    assert world.finished_as == "cancelled"
    for event in (
        {"type": "cancel"},
        {"type": "repeat", "step": "a"},
        {"type": "completed", "item": item, "data": {}},
        {"type": "message", "name": "paid"},
    ):
        assert not world.send(event)


# ---- another version ---------------------------------------------------------------------


def test_a_running_instance_moves_to_another_version_and_goes_on_there():
    world = World(flow(form("ask", due={"within": "P1D"}))).start()
    item = world.item("ask")
    new = flow(form("question", "more", due={"within": "P1D"}), form("more"))
    assert world.migrate(new, {"ask": "question"}, {"size": "M"}) == []
    assert world.item("question") == item
    assert world.state["values"] == {"size": "M"}
    world.complete("question")
    assert world.at() == ["more"]
    assert world.replayed() == world.state


def test_values_that_are_there_are_not_overwritten_by_new_defaults():
    world = World(flow(form("ask")), {"size": "L"}).start()
    world.migrate(flow(form("ask")), {}, {"size": "M"})
    assert world.state["values"] == {"size": "L"}


def codes(found):
    return [(entry.step, entry.code) for entry in found]


def test_what_keeps_an_instance_from_moving_is_named():
    world = World(flow(form("ask"))).start()
    assert codes(world.migrate(flow(form("other")), {})) == [("ask", "step_missing")]
    assert codes(world.migrate(flow(step("wait", "ask", "done", event="x")), {})) == [("ask", "kind_differs")]
    world = World(flow(*approval(2))).start()
    assert codes(world.migrate(flow(*approval(3)), {})) == [("ok", "approvers_differ")]
    world = parted()
    unparted = flow(form("a"), form("b"))
    assert codes(world.migrate(unparted, {})) == [("meet", "join_missing")]
    world.send({"type": "cancel"})
    assert codes(world.migrate(unparted, {})) == [("", "not_running")]


def test_a_failed_step_may_become_one_of_another_kind():
    world = World(flow(step("teleport", "ask", "done"))).start()
    assert world.error("ask") == "unknown_step"
    assert world.migrate(flow(form("ask")), {}) == []
    assert world.operate("retry", "ask")
    assert world.complete("ask")


def test_votes_move_along_and_a_sequence_may_become_parallel():
    world = World(flow(*approval(3, mode="sequence"))).start()
    world.complete("ok", "approve")
    assert world.migrate(flow(*approval(3)), {}) == []
    world.complete("ok", "approve", part=1)
    world.complete("ok", "approve", part=2)
    assert world.status() == ("finished", "closed")


def test_parallel_may_become_a_sequence():
    world = World(flow(*approval(3))).start()
    assert world.migrate(flow(*approval(3, mode="sequence")), {}) == []
    for part in (1, 0, 2):
        world.complete("ok", "approve", part=part)
    assert world.status() == ("finished", "closed")


def test_forks_move_along_and_a_join_that_is_content_with_fewer_goes_on_at_once():
    world = parted()
    world.complete("a")
    branches = form("a2", "meet2"), form("b2", "meet2")
    new = flow(*fork("a2", "b2", wait="any", then="after", join="meet2", key="part2"), *branches, AFTER)
    assert world.migrate(new, {"a": "a2", "b": "b2", "meet": "meet2", "part": "part2"}) == []
    assert world.at() == ["after"]
    assert world.replayed() == world.state


def test_visits_of_steps_that_become_one_still_bound_its_circles():
    outcomes = [{"key": "more", "next": "one"}, {"key": "on", "next": "two"}]
    world = World(flow(form("one", outcomes=outcomes), form("two"), max_visits=3)).start()
    world.complete("one", "more")
    world.complete("one", "more")
    world.complete("one", "on")
    world.migrate(
        flow(form("all", outcomes=[{"key": "more", "next": "all"}]), max_visits=3), {"one": "all", "two": "all"}
    )
    world.complete("all", "more")
    assert world.error("all") == "too_many_visits"
