"""Steps that Flowtic or a robot does."""

import pytest

from tests.workflows.engine.documents import flow, form, step
from tests.workflows.engine.world import World

AFTER = form("after")


def http(**spec):
    return step("http", "call", "after", method="GET", url="https://example.org/", **spec)


def external(**spec):
    return step("external", "robot", "after", topic="orders", **spec)


def test_the_answer_of_a_call_goes_into_the_fields():
    world = World(flow(http(), AFTER)).start()
    assert world.pending[world.asked("call")].kind == "call_http"
    assert world.answer("call", price=12)
    assert world.at() == ["after"]
    assert world.state["values"] == {"price": 12}


def test_a_failed_call_takes_its_error_path():
    world = World(flow(http(on_error="help"), AFTER, form("help"))).start()
    assert world.fail("call", "answer 500", "http_status")
    assert world.at() == ["help"]
    assert world.state["values"]["error"] == "answer 500"
    assert world.state["outcomes"]["call"] == "error"


def test_a_failed_call_without_a_path_is_an_error_that_can_be_tried_again():
    world = World(flow(http(), AFTER)).start()
    first = world.asked("call")
    world.fail("call", "no answer", "timeout")
    assert world.error("call") == "timeout"
    assert not world.send({"type": "effect_done", "effect": first, "result": {"price": 1}})
    assert world.operate("retry", "call")
    assert world.asked("call") != first
    assert not world.send({"type": "effect_done", "effect": first, "result": {"price": 1}})
    assert world.answer("call", price=2)
    assert world.state["values"] == {"price": 2}


def test_a_robot_completes_its_item():
    world = World(flow(external(), AFTER)).start()
    item = world.items[world.item("robot")]
    assert (item.data["kind"], item.data["topic"]) == ("external", "orders")
    world.complete("robot", "done", order="A1")
    assert world.at() == ["after"]
    assert world.state["values"] == {"order": "A1"}


def robot_gives_up(world):
    return world.send({"type": "effect_failed", "item": world.item("robot"), "error": "out of paper"})


def test_a_robot_that_gives_up_leads_to_the_error_path_or_to_an_error():
    world = World(flow(external(on_error="help"), AFTER, form("help"))).start()
    robot_gives_up(world)
    assert world.at() == ["help"]
    world = World(flow(external(), AFTER)).start()
    robot_gives_up(world)
    assert world.error("robot") == "external_failed"


def test_a_fallback_makes_it_work_of_a_person():
    fallback = {"owner": {"strategy": "pull", "department": "it"}, "after": "PT1H"}
    world = World(flow(external(fallback=fallback, on_error="after", due={"within": "P1D"}), AFTER)).start()
    robots = world.item("robot")
    robot_gives_up(world)
    item = world.items[world.item("robot")]
    assert (item.data["kind"], item.data["owner"], item.data["fallback"]) == ("form", fallback["owner"], "out of paper")
    assert [timer.data["timer"] for timer in world.timers.values()] == ["due"]
    assert not world.send({"type": "completed", "item": robots, "outcome": "done", "data": {}, "by": 1})
    assert not robot_gives_up(world), "what a person has to do cannot fall back once more"
    world.complete("robot", order="by hand")
    assert world.at() == ["after"]


def test_nobody_takes_the_robots_item_in_time():
    world = World(flow(external(fallback={"owner": {"strategy": "pull"}, "after": "PT1H"}), AFTER)).start()
    world.fire("robot", "fallback")
    assert world.items[world.item("robot")].data["fallback"] == "no_worker"


def test_falling_back_waits_while_a_robot_is_at_work():
    world = World(flow(external(fallback={"owner": {"strategy": "pull"}, "after": "PT1H"}), AFTER)).start()
    robots, timer = world.item("robot"), world.timer("robot", "fallback")
    world.fire("robot", "fallback", claimed=True)
    assert world.item("robot") == robots
    assert not world.send({"type": "timer", "timer": timer, "claimed": False}), "the old timer is over"
    world.fire("robot", "fallback")
    assert world.item("robot") != robots


def test_a_late_robot_is_ignored_after_the_due_date_led_on():
    world = World(flow(external(due={"within": "PT1H", "then": "after"}), AFTER)).start()
    robots = world.item("robot")
    world.fire("robot", "due")
    assert world.at() == ["after"]
    assert not world.send({"type": "completed", "item": robots, "outcome": "done", "data": {"x": 1}, "by": 1})
    assert world.state["values"] == {}


@pytest.mark.parametrize(("amount", "where"), [(900, "boss"), (200, "lead"), (5, "done")])
def test_a_decision_takes_the_first_branch_that_fits(amount, where):
    branches = [
        {"when": {"field": "amount", "op": "gt", "value": 500}, "next": "boss"},
        {"when": {"formula": "amount > 100 && requester.department == 'it'"}, "next": "lead"},
    ]
    decision = step("decision", "check", branches=branches, otherwise="done")
    facts = {"requester": {"department": "it"}}
    world = World(flow(decision, form("boss"), form("lead")), {"amount": amount}, facts).start()
    assert world.at() == ([] if where == "done" else [where])
    assert world.state["outcomes"]["check"] == {"boss": "branch_1", "lead": "branch_2", "done": "otherwise"}[where]


def test_a_decision_may_look_at_earlier_outcomes_and_at_fresh_facts():
    when = {"all": [{"field": "steps.ask.outcome", "op": "is", "value": "done"}]}
    when["all"].append({"field": "ticket.priority", "op": "is", "value": "high"})
    decision = step("decision", "check", branches=[{"when": when, "next": "done"}], otherwise="ask")
    world = World(flow(form("ask", "check"), decision), facts={"ticket": {"priority": "low"}}).start()
    world.complete("ask")
    assert world.at() == ["ask"]
    item = world.item("ask")
    world.send({"type": "completed", "item": item, "data": {}, "facts": {"ticket": {"priority": "high"}}})
    assert world.status() == ("finished", "closed")


def test_a_formula_that_cannot_be_computed_is_an_error_and_retry_helps_when_the_value_is_there():
    decision = step(
        "decision", "check", branches=[{"when": {"formula": "10 / n > 3"}, "next": "done"}], otherwise="done"
    )
    world = World(flow(*(step("split", "part", branches=["check", "fix"]), decision, form("fix"))), {"n": 0}).start()
    assert world.error("check") == "formula"
    world.complete("fix", n=1)
    assert world.operate("retry", "check")
    assert world.status() == ("finished", "closed")


def test_a_decision_without_a_way_on_fails():
    world = World(flow(step("decision", "check", branches=[]))).start()
    assert world.error("check") == "no_way_on"


def test_set_computes_fields_and_changes_the_ticket():
    values = {
        "total": {"formula": "price * 2"},
        "more": {"formula": "total + 1"},
        "copy": {"field": "requester.email"},
        "word": {"value": "x"},
        "ticket.priority": {"value": "urgent"},
        "ticket.tags": {"value": ["a", "b"]},
        "odd": {"field": 5},
    }
    facts = {"requester": {"email": "rita@example.org"}}
    world = World(flow(step("set", "fill", "after", values=values), AFTER), {"price": 4}, facts).start()
    assert world.state["values"] == {
        "price": 4,
        "total": 8,
        "more": 9,
        "copy": "rita@example.org",
        "word": "x",
        "odd": None,
    }
    (effect,) = (effect for effect in world.effects if effect.kind == "set_ticket")
    assert effect.data["values"] == {"priority": "urgent", "tags": ["a", "b"]}


def test_set_does_all_or_nothing():
    values = {"n": {"formula": "n + 1"}, "ticket.subject": {"value": "x"}, "bad": {"formula": "1 / zero"}}
    world = World(flow(step("set", "fill", "done", values=values)), {"n": 1, "zero": 0}).start()
    assert world.error("fill") == "formula"
    assert world.state["values"] == {"n": 1, "zero": 0}
    assert "set_ticket" not in [effect.kind for effect in world.effects]


def test_notify_goes_on_at_once_with_the_values_of_the_moment():
    world = World(flow(step("notify", "tell", "after", to=["requester"]), AFTER), {"n": 3}).start()
    (notice,) = (effect for effect in world.effects if effect.kind == "notify")
    assert notice.data["values"]["n"] == 3
    assert world.at() == ["after"]


def test_child_tickets_are_waited_for_or_not():
    tickets = [{"subject": "Laptop"}]
    world = World(flow(step("child", "open", "after", tickets=tickets, wait=True), AFTER)).start()
    assert world.at() == ["open"]
    world.answer("open")
    assert world.at() == ["after"]
    world = World(flow(step("child", "open", "after", tickets=tickets, wait=False), AFTER)).start()
    assert world.at() == ["after"]
    assert [effect.data["wait"] for effect in world.effects if effect.kind == "open_children"] == [False]


def test_classify_waits_for_its_answer_and_passes_without_one():
    world = World(flow(step("classify", "sort", "after", fields=["priority"]), AFTER)).start()
    assert world.pending[world.asked("sort")].kind == "classify"
    world.answer("sort")
    assert world.at() == ["after"]
