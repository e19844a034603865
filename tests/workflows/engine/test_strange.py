"""What comes late, twice, or from a document that this program does not understand."""

import copy

import pytest
from django.utils import timezone, translation

from tests.workflows.engine.documents import approval, flow, form, step
from tests.workflows.engine.world import World
from workflows.definition.format import parse
from workflows.engine.advance import advance, start

AT = {"at": "2026-11-02T08:00:00+00:00"}


def test_the_same_completion_twice_counts_once():
    world = World(flow(form("one", "two"), form("two"))).start()
    event = {"type": "completed", "item": world.item("one"), "outcome": "", "data": {"n": 1}, "by": 1}
    assert world.send(event)
    assert not world.send(event)
    assert world.at() == ["two"]


def test_a_vote_counts_once():
    world = World(flow(*approval(2))).start()
    event = {"type": "completed", "item": world.item("ok", 0), "outcome": "approve", "data": {}, "by": 1}
    assert world.send(event)
    assert not world.send(event)
    assert world.at() == ["ok"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "completed", "item": "9:9.9:form.0", "data": {}},
        {"type": "effect_done", "effect": "9:9.9:call_http", "result": {"x": 1}},
        {"type": "effect_failed", "effect": "9:9.9:call_http", "error": "x"},
        {"type": "effect_failed", "item": "9:9.9:external.0", "error": "x"},
        {"type": "timer", "timer": "9:9.9:due"},
        {"type": "message", "name": "nobody"},
        {"type": "retry", "token": "9"},
        {"type": "skip", "token": "9"},
        {"type": "jump", "token": "9", "to": "ask"},
        {"type": "repeat", "step": "nowhere"},
        {"type": "start", "values": {"x": 1}},
        {"type": "sing"},
    ],
)
def test_what_concerns_nobody_changes_nothing_and_says_so(event):
    definition = parse(flow(form("ask")))
    state = start(definition, {"type": "start", "values": {}, **AT}).state
    before = copy.deepcopy(state)
    result = advance(definition, state, {**event, **AT, "facts": {"ticket": {"priority": "high"}}})
    assert result.state == state == before
    assert [(effect.kind, effect.data) for effect in result.effects] == [("ignored", {"type": event["type"]})]


def test_after_the_end_everything_is_ignored():
    world = World(flow(form("ask"))).start()
    item = world.item("ask")
    world.complete("ask")
    assert not world.send({"type": "completed", "item": item, "data": {}})
    assert not world.send({"type": "cancel"})


def test_advance_never_changes_what_it_is_given():
    definition = parse(flow(*approval(2)))
    event = {"type": "start", "values": {"list": [1]}, "facts": {"ticket": {"tags": []}}, **AT}
    state = start(definition, event).state
    before, told = copy.deepcopy(state), copy.deepcopy(event)
    vote = {"type": "completed", "item": next(iter(state["tokens"]["1"]["wait"]["items"])), "data": {"list": [2]}, **AT}
    result = advance(definition, state, vote)
    assert result.state != state
    assert (state, event) == (before, told)


def test_the_same_events_lead_to_the_same_state():
    world = World(flow(form("ask", "check"), *approval(2, quorum=1)), {"n": 1}).start()
    world.complete("ask", n=2)
    world.operate("jump", "ask", to="ok") if "ask" in world.at() else None
    assert world.replayed() == world.state


def test_formulas_answer_the_same_wherever_the_person_is():
    values = {"hour": {"formula": "timestamp(moment).getHours()"}, "bad": {"formula": "1 / zero"}}
    states = []
    for zone, language in (("Asia/Tokyo", "de"), ("America/Lima", "en")):
        with timezone.override(zone), translation.override(language):
            document = flow(
                step("set", "one", "two", values={"hour": values["hour"]}), step("set", "two", "done", values=values)
            )
            states.append(World(document, {"moment": "2026-11-02T20:00:00+00:00", "zero": 0}).start().state)
    assert states[0] == states[1]
    assert states[0]["tokens"]["1"]["error"]["code"] == "formula"
    assert isinstance(states[0]["values"]["hour"], int)


@pytest.mark.parametrize("kind", ["teleport", None, 7, ""])
def test_an_unknown_kind_is_an_error_of_its_token_and_can_be_skipped(kind):
    world = World(flow(step(kind, "odd", "after"), form("after"))).start()
    assert world.error("odd") == "unknown_step"
    assert world.operate("retry", "odd")
    assert world.error("odd") == "unknown_step"
    assert world.operate("skip", "odd")
    assert world.at() == ["after"]


def test_a_step_that_does_not_exist_is_an_error_of_its_token():
    world = World({**flow(form("ask")), "start": "nowhere"}).start()
    assert world.error("nowhere") == "unknown_step"
    assert world.operate("jump", "nowhere", to="ask")
    assert world.at() == ["ask"]


@pytest.mark.parametrize(
    "document", [None, [], {}, {"schema": 1}, {"schema": 2, "start": "a", "steps": [{"key": "a"}]}]
)
def test_no_document_crashes_a_start(document):
    world = World(document).start()
    (token,) = world.state["tokens"].values()
    assert token["error"]["code"] == "unknown_step"


@pytest.mark.parametrize("schema", [2, "1", None])
def test_a_schema_from_the_future_turns_what_is_open_into_errors_that_can_be_retried(schema):
    sound = flow(*approval(2))
    world = World(sound).start()
    item = world.item("ok", 0)
    world.versions[-1] = parse({**sound, "schema": schema})
    world.send({"type": "completed", "item": item, "outcome": "approve", "data": {"n": 1}, "by": 1})
    assert world.error("ok") == "unknown_step"
    assert world.state["values"] == {"n": 1}
    world.versions[-1] = parse(sound)
    assert world.operate("retry", "ok")
    assert len(world.items) == 2


def test_timers_answers_and_events_of_steps_that_are_not_understood_any_more():
    split = step("split", "part", branches=["call", "rest", "paid", "robot"])
    steps = step("http", "call", "done"), step("wait", "rest", "done", duration="P1D")
    more = step("wait", "paid", "done", event="paid"), step("external", "robot", "done", topic="x")
    sound = flow(split, *steps, *more)
    world = World(sound).start()
    call, timer, item = world.asked("call"), world.timer("rest", "wait"), world.item("robot")
    world.versions[-1] = parse({**sound, "schema": 99})
    for event in (
        {"type": "effect_done", "effect": call, "result": {}},
        {"type": "timer", "timer": timer},
        {"type": "message", "name": "paid"},
        {"type": "effect_failed", "item": item, "error": "x"},
    ):
        assert world.send(event)
    assert {token["error"]["code"] for token in world.state["tokens"].values()} == {"unknown_step"}
