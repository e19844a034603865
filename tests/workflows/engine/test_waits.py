"""Steps that wait for time or for an event, circles, and what does not know when to stop."""

import pytest

from tests.workflows.engine.documents import flow, form, step
from tests.workflows.engine.world import World

AFTER = form("after")


def waiting(values=None, **spec):
    return World(flow(step("wait", "rest", "after", **spec), AFTER), values).start()


def test_waiting_for_a_length_of_time():
    world = waiting(duration="PT2H", clock="business")
    timer = world.timer("rest", "wait")
    assert world.timers[timer].data | {"token": ""} == {
        "token": "",
        "timer": "wait",
        "duration": "PT2H",
        "clock": "business",
    }
    assert world.fire("rest", "wait")
    assert world.at() == ["after"]
    assert not world.send({"type": "timer", "timer": timer})


@pytest.mark.parametrize("day", ["2026-12-24", "2026-12-24T10:00:00+01:00", "2026-12-24T10:00:00Z"])
def test_waiting_until_a_field(day):
    world = waiting({"day": day}, until="day")
    assert world.timers[world.timer("rest", "wait")].data["until"] == day
    world.fire("rest", "wait")
    assert world.at() == ["after"]


@pytest.mark.parametrize("day", [None, "", "soon", 5, ["2026-12-24"], "2026-13-01"])
def test_waiting_for_no_date_is_an_error(day):
    assert waiting({"day": day}, until="day").error("rest") == "no_date"


def test_waiting_for_nothing_at_all_is_an_error():
    assert waiting().error("rest") == "no_date"


def test_waiting_for_an_event():
    world = waiting(event="paid")
    assert not world.send({"type": "message", "name": "arrived"})
    assert world.send({"type": "message", "name": "paid"})
    assert world.at() == ["after"]
    assert not world.send({"type": "message", "name": "paid"})


def test_an_event_clears_the_timeout():
    world = waiting(event="paid", timeout="P3D", on_timeout="done")
    timeout = world.timer("rest", "timeout")
    world.send({"type": "message", "name": "paid"})
    assert world.at() == ["after"]
    assert not world.send({"type": "timer", "timer": timeout})


@pytest.mark.parametrize(("way", "where"), [({"on_timeout": "done"}, []), ({}, ["after"])])
def test_a_timeout_has_its_own_way_or_goes_on(way, where):
    world = waiting(event="paid", timeout="P3D", **way)
    world.fire("rest", "timeout")
    assert world.at() == where
    assert world.state["outcomes"]["rest"] == "timeout"


def test_one_event_wakes_everybody_who_waits_for_it():
    split = step("split", "part", branches=["one", "two"])
    world = World(
        flow(
            split, step("wait", "one", "a", event="paid"), step("wait", "two", "b", event="paid"), form("a"), form("b")
        )
    )
    world.start()
    world.send({"type": "message", "name": "paid"})
    assert world.at() == ["a", "b"]


def again(**more):
    outcomes = [{"key": "more", "next": "ask"}, {"key": "enough", "next": "done"}]
    return World(flow(form("ask", outcomes=outcomes), **more)).start()


def test_a_circle_is_bounded_and_an_admin_may_allow_one_more_round():
    world = again(max_visits=3)
    for _ in range(3):
        world.complete("ask", "more")
    assert world.error("ask") == "too_many_visits"
    assert world.operate("retry", "ask")
    world.complete("ask", "enough")
    assert world.status() == ("finished", "closed")


def test_without_a_bound_in_the_document_it_is_twenty():
    world = again()
    for _ in range(20):
        world.complete("ask", "more")
    assert world.error("ask") == "too_many_visits"


def test_a_circle_that_never_waits_ends_in_an_error():
    ring = step("notify", "one", "two"), step("notify", "two", "one")
    world = World(flow(*ring, max_visits=1000)).start()
    (token,) = world.state["tokens"].values()
    assert token["error"]["code"] == "endless"
    joins = step("join", "one", "two"), step("join", "two", "one")
    (token,) = World(flow(*joins)).start().state["tokens"].values()
    assert token["error"]["code"] == "endless"


def test_an_endless_circle_can_be_left_by_a_jump():
    ring = step("notify", "one", "two"), step("notify", "two", "one")
    world = World(flow(*ring, max_visits=1000)).start()
    (name,) = world.state["tokens"]
    assert world.send({"type": "jump", "token": name, "to": "one"})
    assert world.send({"type": "jump", "token": name, "to": "done"})
    assert world.status() == ("finished", "closed")
