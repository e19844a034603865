"""`parse` takes any JSON; what the engine reads from a step has the promised type."""

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.definition import examples
from workflows.definition.format import KINDS, MAX_VISITS, UNKNOWN, parse

keys = st.sampled_from(["schema", "steps", "key", "kind", "next", "owner", "branches", "due", "fields", "start", "x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(KINDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=25,
)


@given(anything)
def test_any_json_is_read(document):
    for step in parse(document).steps.values():
        assert step.kind in (*KINDS, UNKNOWN)
        assert all(isinstance(target.step, str) for target in step.targets())


def test_every_way_out_has_its_role_and_place():
    definition = parse(examples.every_kind())
    ways = {key: [(way.step, way.role, way.path) for way in step.targets()] for key, step in definition.steps.items()}
    assert ways["call"] == [("together", "next", "next"), ("repair", "error", "on_error")]
    assert ways["size"] == [("check", "branch", "branches/0/next"), ("note", "otherwise", "otherwise")]
    assert ways["check"] == [("note", "approve", "approve"), ("gather", "reject", "reject")]
    assert ways["both"] == [("call", "fork", "branches/0"), ("robot", "fork", "branches/1")]
    assert ways["done"] == []


def test_a_deadline_may_lead_to_a_step():
    step = examples.form(due={"within": "P1D", "then": "late"})
    [*_others, last] = parse(examples.workflow(step)).steps["work"].targets()
    assert (last.step, last.role, last.outcome) == ("late", "due", "overdue")


def test_parts_of_a_wrong_type_are_left_out_one_by_one():
    step = {**examples.form(), "owner": {"strategy": 5, "role": "agent"}, "due": "P1D", "outcomes": [7, {"key": "ok"}]}
    spec = parse(examples.workflow(step)).steps["work"].spec
    assert spec["owner"] == {"role": "agent"}
    assert "due" not in spec
    assert spec["outcomes"] == [{"key": "ok"}]


def test_unknown_kinds_and_schemas_are_known_as_such():
    assert parse(examples.workflow(examples.step("a", "teleport"))).steps["a"].kind == UNKNOWN
    later = parse({**examples.every_kind(), "schema": 2})
    assert not later.is_known
    assert {step.kind for step in later.steps.values()} == {UNKNOWN}


def test_missing_parts_have_safe_values():
    empty = parse({})
    assert (empty.start, empty.max_visits, empty.steps, empty.fields) == ("", MAX_VISITS, {}, ())
    assert parse({"max_visits": True}).max_visits == MAX_VISITS
    assert parse({"max_visits": 10**9}).max_visits == 1000


def test_of_two_steps_with_one_key_the_first_counts():
    document = examples.workflow(examples.form("a"), examples.approval("a"))
    assert parse(document).steps["a"].kind == "form"
