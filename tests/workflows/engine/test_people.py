"""Steps that people do: forms and approvals."""

import pytest

from tests.workflows.engine.documents import approval, flow, form, step
from tests.workflows.engine.world import World


def test_a_form_waits_for_its_item_and_takes_the_data_over():
    world = World(flow(form("ask")), {"amount": 1}).start()
    item = world.items[world.item("ask")]
    assert (item.data["kind"], item.data["owner"]["department"]) == ("form", "it")
    assert world.complete("ask", amount=40, why="broken")
    assert world.status() == ("finished", "closed")
    assert world.finished_as == "closed"
    assert world.state["values"] == {"amount": 40, "why": "broken"}
    assert world.state["outcomes"] == {"ask": "done"}


@pytest.mark.parametrize(("outcome", "status"), [("yes", "resolved"), ("no", "rejected"), ("odd", "closed")])
def test_each_outcome_has_its_own_way_and_next_is_for_the_rest(outcome, status):
    outcomes = [{"key": "yes", "next": "good"}, {"key": "no", "next": "bad"}]
    ends = step("end", "good", status="resolved"), step("end", "bad", status="rejected")
    world = World(flow(form("ask", outcomes=outcomes), *ends)).start()
    world.complete("ask", outcome)
    assert world.status() == ("finished", status)
    assert world.state["outcomes"]["ask"] == outcome


def test_items_of_two_steps_in_a_row_have_different_keys():
    world = World(flow(form("one", "two"), form("two"))).start()
    first = world.item("one")
    world.complete("one")
    assert world.item("two") != first
    assert not world.send({"type": "completed", "item": first, "outcome": "", "data": {}, "by": 1})
    assert world.at() == ["two"]


def test_a_form_without_a_way_on_fails_and_keeps_what_was_filled_in():
    world = World(flow(form("ask", "nowhere"))).start()
    world.complete("ask", amount=7)
    assert world.error("ask") == "no_way_on"
    assert world.state["values"] == {"amount": 7}
    assert world.operate("jump", "ask", to="done")
    assert world.status() == ("finished", "closed")


def test_all_approvers_are_asked_at_once_and_all_have_to_agree():
    world = World(flow(*approval(3))).start()
    assert [world.items[world.item("ok", part)].data["owner"] for part in range(3)] == [
        {"strategy": "person", "person": f"boss{part}@example.org"} for part in range(3)
    ]
    world.complete("ok", "approve", part=1)
    world.complete("ok", "approve", part=0)
    assert world.at() == ["ok"]
    world.complete("ok", "approve", part=2)
    assert world.status() == ("finished", "closed")
    assert world.state["outcomes"]["ok"] == "approve"


def test_one_rejection_of_all_decides_and_withdraws_the_other_questions():
    world = World(flow(*approval(3))).start()
    world.complete("ok", "reject", part=2)
    assert world.status() == ("finished", "rejected")
    assert sum(effect.kind == "close_item" for effect in world.effects) == 2


def test_a_quorum_decides_as_soon_as_it_is_reached():
    world = World(flow(*approval(3, quorum=2))).start()
    world.complete("ok", "reject", part=0)
    world.complete("ok", "approve", part=1)
    assert world.at() == ["ok"]
    world.complete("ok", "approve", part=2)
    assert world.status() == ("finished", "closed")


def test_a_quorum_that_cannot_be_reached_any_more_rejects():
    world = World(flow(*approval(3, quorum=2))).start()
    world.complete("ok", "reject", part=0)
    world.complete("ok", "reject", part=2)
    assert world.status() == ("finished", "rejected")


def test_in_a_sequence_one_is_asked_after_the_other():
    world = World(flow(*approval(3, mode="sequence"))).start()
    for part in range(3):
        assert [item.data["part"] for item in world.items.values()] == [part]
        world.complete("ok", "approve", part=part)
    assert world.status() == ("finished", "closed")


def test_a_sequence_ends_with_the_first_rejection_that_decides():
    world = World(flow(*approval(3, mode="sequence"))).start()
    world.complete("ok", "reject")
    assert world.status() == ("finished", "rejected")
    world = World(flow(*approval(3, mode="sequence", quorum=1))).start()
    world.complete("ok", "reject")
    assert [item.data["part"] for item in world.items.values()] == [1]
    world.complete("ok", "approve", part=1)
    assert world.status() == ("finished", "closed")


@pytest.mark.parametrize("quorum", [0, -1, True, "some", None, 99])
def test_a_quorum_that_makes_no_sense_means_all(quorum):
    world = World(flow(*approval(2, quorum=quorum))).start()
    world.complete("ok", "approve", part=0)
    assert world.at() == ["ok"]
    world.complete("ok", "approve", part=1)
    assert world.status() == ("finished", "closed")


def test_approvers_by_role_field_and_department_become_owners():
    people = [{"role": "support"}, {"field": "requester.manager"}, {"department": "hr"}]
    world = World(flow(*approval(0, approvers=people))).start()
    assert [world.items[world.item("ok", part)].data["owner"] for part in range(3)] == [
        {"strategy": "role", "role": "support"},
        {"strategy": "field", "field": "requester.manager"},
        {"strategy": "pull", "department": "hr"},
    ]


def test_an_approval_that_names_nobody_fails():
    world = World(flow(*approval(0))).start()
    assert world.error("ok") == "nobody_approves"


def test_a_rejection_without_a_step_for_it_fails_instead_of_approving():
    world = World(flow(*approval(1, reject="")), {}).start()
    world.complete("ok", "reject")
    assert world.error("ok") == "no_way_on"


def test_due_escalates_and_the_item_stays():
    world = World(flow(form("ask", due={"within": "PT4H", "remind": "PT1H"}))).start()
    remind, due = world.timers[world.timer("ask", "remind")], world.timers[world.timer("ask", "due")]
    assert (due.data["duration"], due.data["clock"], remind.data["before"]) == ("PT4H", "business", "PT1H")
    assert world.fire("ask", "remind")
    assert [(effect.kind, effect.data["items"]) for effect in world.effects] == [("remind", [world.item("ask")])]
    assert world.fire("ask", "due")
    assert [(effect.kind, effect.data["items"]) for effect in world.effects] == [("escalate", [world.item("ask")])]
    assert world.complete("ask")


def test_due_may_lead_elsewhere_and_withdraws_the_item():
    late = step("end", "late", status="rejected")
    world = World(flow(form("ask", due={"within": "PT4H", "remind": "PT1H", "then": "late"}), late)).start()
    item = world.item("ask")
    world.fire("ask", "due")
    assert world.status() == ("finished", "rejected")
    assert world.state["outcomes"]["ask"] == "overdue"
    assert [effect.key for effect in world.effects if effect.kind == "close_item"] == [item]


def test_finishing_in_time_clears_the_timers():
    world = World(flow(form("ask", "next", due={"within": "P1D", "remind": "PT1H"}), form("next"))).start()
    due = world.timer("ask", "due")
    world.complete("ask")
    assert world.timers == {}
    assert not world.send({"type": "timer", "timer": due})
