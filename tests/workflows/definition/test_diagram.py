"""The layout: deterministic, no step over another, no way through a step."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.definition import examples
from tests.workflows.definition.library import FILES, read
from workflows.definition.diagram import HEXAGON, PILL, layout
from workflows.definition.format import parse
from workflows.definition.validation import validate


def tangle(number: int, seed: int) -> dict:
    """Steps with ways to anywhere."""
    chance = random.Random(seed)
    keys = [f"s{place}" for place in range(number)]
    steps = []
    for place, key in enumerate(keys):
        following = keys[place + 1] if place + 1 < number else "done"
        branches = [({}, chance.choice([*keys, "done"])) for _branch in range(chance.randrange(1, 4))]
        kinds = [
            examples.decision(key, *branches, otherwise=following),
            examples.approval(key, approve=following, reject=chance.choice(keys)),
            examples.form(key, next=following),
            examples.step(key, "split", branches=[following, chance.choice(keys)], join="done"),
        ]
        steps.append(chance.choice(kinds))
    return examples.workflow(*steps)


def check(picture):
    boxes = [(node.x, node.y, node.x + node.w, node.y + node.h) for node in picture.nodes]
    for place, (left, top, right, bottom) in enumerate(boxes):
        assert 0 <= left < right <= picture.width
        assert 0 <= top < bottom <= picture.height
        for other in boxes[place + 1 :]:
            assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
    for edge in picture.edges:
        for (x1, y1), (x2, y2) in zip(edge.points, edge.points[1:], strict=False):
            assert x1 == x2 or y1 == y2
            for left, top, right, bottom in boxes:
                inside_x = max(x1, x2) > left and min(x1, x2) < right
                inside_y = max(y1, y2) > top and min(y1, y2) < bottom
                assert not (inside_x and inside_y), (edge, (left, top))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 10**6))
def test_nothing_overlaps_in_any_tangle(number, seed):
    definition = parse(tangle(number, seed))
    picture = layout(definition)
    check(picture)
    assert len(picture.nodes) == len(definition.steps)
    ways = {(key, way.step) for key, step in definition.steps.items() for way in step.targets()}
    assert {(edge.source, edge.target) for edge in picture.edges} == ways
    assert layout(parse(tangle(number, seed))) == picture


@pytest.mark.parametrize("name", FILES)
def test_the_library_is_drawn_well(name):
    picture = layout(parse(read(name)["workflow"]))
    check(picture)
    labels = [(edge.at, edge.label) for edge in picture.edges if edge.label]
    assert len({at for at, _label in labels}) == len(labels)


def test_what_leads_on_stands_below_and_what_leads_back_is_marked():
    picture = layout(parse(read("purchase")["workflow"]))
    top = {node.key: node.y for node in picture.nodes}
    assert top["limit"] < top["two_approvals"] == top["one_approval"] < top["order"] < top["tell"]
    back = {(edge.source, edge.target) for edge in picture.edges if edge.back}
    assert back == {("correct", "limit"), ("delivery", "order")}


def test_shapes_and_labels():
    picture = layout(parse(examples.every_kind()))
    shapes = {node.key: node.shape for node in picture.nodes}
    assert shapes["size"] == HEXAGON
    assert [shapes[key] for key in ("both", "together", "done")] == [PILL] * 3
    labels = {(edge.source, edge.target): edge.label for edge in picture.edges}
    assert labels["call", "repair"] == "on error"
    assert labels["check", "note"] == "approved"
    assert [node.key for node in picture.nodes if node.is_start] == ["gather"]


def test_nothing_and_half_written_definitions_are_drawn():
    assert layout(parse({})).nodes == ()
    check(layout(parse({"steps": [{"key": "a", "kind": "form", "next": "a"}, {"key": "b", "kind": "odd"}]})))


def best_of(function, times=5):
    """The shortest of several runs in seconds: other work on the machine makes runs longer, never shorter."""
    runs = []
    for _run in range(times):
        began = time.perf_counter()
        function()
        runs.append(time.perf_counter() - began)
    return min(runs)


def test_three_hundred_steps_are_placed_and_validated_at_once():
    document = tangle(299, 7)
    definition = parse(document)
    assert best_of(lambda: layout(definition)) < 0.15
    assert best_of(lambda: validate(document)) < 0.5
