"""Operations on workflows and forms: what each does, what it refuses, and the way back."""

import copy
import random

import pytest

from workflows import templates_library
from workflows.definition.format import parse
from workflows.definition.validation import errors, validate
from workflows.patches import FORM, WORKFLOW, CannotApply, apply, apply_chosen
from workflows.patches.applying import schema
from workflows.patches.operations import operations

PLAIN = {
    "schema": 1,
    "name": {"de": "Urlaub", "en": "Leave"},
    "start": "check",
    "fields": [{"key": "days", "kind": "number", "label": "Days", "default": 1}],
    "steps": [
        {"key": "check", "kind": "form", "name": "Check", "owner": {"strategy": "pull"}, "next": "done"},
        {"key": "done", "kind": "end", "name": "Done", "status": "resolved"},
    ],
}
FORM_OF_TWO = {
    "pages": [
        {"key": "who", "title": "Who", "fields": [{"key": "person", "kind": "person", "label": "Person"}]},
        {"key": "what", "title": "What", "fields": [{"key": "item", "kind": "text", "label": "Item"}]},
    ]
}
APPROVAL = {"key": "approve", "kind": "approval", "name": "Approve", "approvers": [{"field": "requester.manager"}]}


def steps(document):
    return {step["key"]: step for step in document["steps"]}


def test_a_step_put_in_between_goes_on_where_the_way_led():
    after = apply(WORKFLOW, PLAIN, [{"op": "add_step", "step": APPROVAL, "after": "check"}]).document
    assert [step["key"] for step in after["steps"]] == ["check", "approve", "done"]
    assert steps(after)["check"]["next"] == "approve"
    assert (steps(after)["approve"]["approve"], steps(after)["approve"]["reject"]) == ("done", "done")
    assert not errors(validate(after))


def test_a_step_before_another_takes_over_its_ways_and_the_start():
    after = apply(WORKFLOW, PLAIN, [{"op": "add_step", "step": APPROVAL, "before": "check"}]).document
    assert after["start"] == "approve"
    assert steps(after)["approve"]["approve"] == "check"


def test_removing_a_step_joins_its_neighbours():
    more = apply(WORKFLOW, PLAIN, [{"op": "add_step", "step": APPROVAL, "after": "check"}]).document
    after = apply(WORKFLOW, more, [{"op": "remove_step", "key": "approve"}]).document
    assert after["steps"] == PLAIN["steps"]


def test_the_last_end_cannot_be_removed():
    with pytest.raises(CannotApply):
        apply(WORKFLOW, PLAIN, [{"op": "remove_step", "key": "done"}])


def test_a_step_is_renamed_wherever_it_is_named():
    document = copy.deepcopy(PLAIN)
    document["steps"][0]["help"] = "{{ steps.check.outcome }}"
    after = apply(WORKFLOW, document, [{"op": "rename_step", "key": "check", "to": "look"}]).document
    assert after["start"] == "look"
    assert steps(after)["look"]["help"] == "{{ steps.look.outcome }}"


def test_branches_of_a_decision():
    size = {"key": "size", "kind": "decision", "name": "Size"}
    when = {"field": "days", "op": "gt", "value": 5}
    after = apply(
        WORKFLOW,
        PLAIN,
        [
            {"op": "add_step", "step": size, "before": "check"},
            {"op": "add_step", "step": {**APPROVAL, "approve": "check", "reject": "done"}},
            {"op": "add_branch", "key": "size", "to": "approve", "when": {}},
            {"op": "set_branch_condition", "key": "size", "at": 0, "when": when},
        ],
    ).document
    assert steps(after)["size"]["branches"] == [{"when": when, "next": "approve"}]
    assert steps(after)["size"]["otherwise"] == "check"
    assert not errors(validate(after))


def test_another_kind_keeps_what_both_know():
    after = apply(WORKFLOW, PLAIN, [{"op": "set_kind", "key": "check", "kind": "approval"}]).document
    assert steps(after)["check"]["name"] == "Check"
    assert steps(after)["check"]["approve"] == "done"
    assert "next" not in steps(after)["check"]


def test_fields_of_forms():
    after = apply(
        FORM,
        FORM_OF_TWO,
        [
            {"op": "add_field", "field": {"key": "size", "kind": "number", "label": "Size"}, "after": "item"},
            {"op": "set_condition", "key": "size", "when": {"field": "item", "op": "is", "value": "shoe"}},
            {"op": "move_field", "key": "person", "page": "what", "at": 0},
            {"op": "change_field", "key": "item", "values": {"required": True}},
            {"op": "remove_page", "key": "who"},
        ],
    ).document
    assert [page["key"] for page in after["pages"]] == ["what"]
    assert [one["key"] for one in after["pages"][0]["fields"]] == ["person", "item", "size"]
    assert after["pages"][0]["fields"][1]["required"] is True


@pytest.mark.parametrize(
    "change",
    [
        "add_step",
        {"op": "delete_everything"},
        {"op": ["add_step"]},
        {"op": "add_step"},
        {"op": "add_step", "step": APPROVAL, "extra": 1},
        {"op": "add_step", "step": {"kind": "end"}},
        {"op": "add_step", "step": {**APPROVAL, "key": "check"}},
        {"op": "add_step", "step": APPROVAL, "after": "nobody"},
        {"op": "add_step", "step": APPROVAL, "after": "done"},
        {"op": "connect", "key": "check", "way": "outcomes/0/next", "to": "done"},
        {"op": "connect", "key": "check", "way": "name", "to": "done"},
        {"op": "connect", "key": "check", "way": "next", "to": "nowhere"},
        {"op": "change_step", "key": "check", "values": {"kind": "end"}},
        {"op": "set_kind", "key": "check", "kind": "magic"},
        {"op": "remove_branch", "key": "check", "at": 0},
        {"op": "add_page", "page": {"key": "p"}},
        {"op": "change_workflow", "values": {"steps": []}},
        {"op": "set_start", "key": "nobody"},
    ],
)
def test_what_does_not_fit_changes_nothing(change):
    before = copy.deepcopy(PLAIN)
    with pytest.raises(CannotApply) as refused:
        apply(WORKFLOW, PLAIN, [{"op": "set_start", "key": "check"}, change])
    assert refused.value.message
    assert refused.value.index == 1
    assert before == PLAIN


def test_chosen_ones_that_need_another_are_left_out():
    changes = [
        {"op": "add_step", "step": APPROVAL, "after": "check"},
        {"op": "connect", "key": "approve", "way": "reject", "to": "check"},
        {"op": "change_workflow", "values": {"name": "Other"}},
    ]
    patched = apply_chosen(WORKFLOW, PLAIN, changes, {1, 2})
    assert set(patched.skipped) == {1}
    assert patched.document["name"] == "Other"
    assert apply(WORKFLOW, patched.document, patched.inverse).document == PLAIN


def test_the_schema_names_every_operation_that_people_and_models_may_propose():
    for kind in (WORKFLOW, FORM):
        names = {shape["properties"]["op"]["const"] for shape in schema(kind)["items"]["anyOf"]}
        assert names == {name for name, one in operations(kind).items() if not one.primitive}
        assert not names & {"insert", "drop", "set", "move"}


def random_change(rng, document):
    keys = [step["key"] for step in document["steps"]]
    one, other = (rng.choice(keys), rng.choice(keys)) if keys else ("none", "none")
    ways = [target.path for step in parse(document).steps.values() if step.key == one for target in step.targets()]
    ways = ways or ["next"]
    new = f"n{rng.randrange(10_000)}"
    fields = [entry["key"] for entry in document.get("fields", [])] or ["none"]
    return rng.choice(
        [
            {"op": "add_step", "step": {**APPROVAL, "key": new}, "after": one, "way": rng.choice(ways)},
            {"op": "add_step", "step": {"key": new, "kind": "set", "name": "S"}, "before": one},
            {"op": "remove_step", "key": one},
            {"op": "rename_step", "key": one, "to": new},
            {"op": "move_step", "key": one, "at": rng.randrange(12)},
            {"op": "connect", "key": one, "way": rng.choice(ways), "to": other},
            {"op": "set_kind", "key": one, "kind": rng.choice(["form", "decision", "approval", "end", "notify"])},
            {"op": "change_step", "key": one, "values": {"public": True, "help": None}},
            {"op": "add_branch", "key": one, "to": other, "when": {}},
            {"op": "remove_branch", "key": one, "at": 0},
            {"op": "add_field", "field": {"key": new, "kind": "text"}, "after": rng.choice(fields)},
            {"op": "remove_field", "key": rng.choice(fields)},
            {"op": "move_field", "key": rng.choice(fields), "at": rng.randrange(5)},
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_any_sequence_is_taken_back_by_its_inverse(seed):
    rng = random.Random(seed)
    start = rng.choice([PLAIN, *[templates_library.read(name)["workflow"] for name in templates_library.names()]])
    document, done = copy.deepcopy(start), 0
    inverse = []
    for _turn in range(60):
        try:
            patched = apply(WORKFLOW, document, [random_change(rng, document)])
        except CannotApply:
            continue
        document, done = patched.document, done + 1
        inverse = patched.inverse + inverse
    assert done > 10
    for first in range(0, len(inverse), 100):
        document = apply(WORKFLOW, document, inverse[first : first + 100]).document
    assert document == start
