"""Steps that open branches: moved, copied and deleted with what stands in them; taken back again."""

import random

import pytest

from tests.workflows.factories import document, task
from workflows import templates_library
from workflows.definition.branching import Blocks
from workflows.definition.format import parse
from workflows.definition.validation import validate
from workflows.editing.changes import FIRST, change
from workflows.editing.copying import into_other
from workflows.editing.outline import outline
from workflows.patches import WORKFLOW, CannotApply, apply

WHEN = {"field": "ticket.priority", "op": "is", "value": "high"}


def plain():
    """first → [dear? yes: look, otherwise] → [both: one ‖ two] → last → end."""
    return document(
        task("first", "dear"),
        {"key": "dear", "kind": "decision", "branches": [{"when": WHEN, "next": "look"}], "otherwise": "both"},
        task("look", "both"),
        {"key": "both", "kind": "split", "branches": ["one", "two"], "join": "all"},
        task("one", "all"),
        task("two", "all", help="{{ steps.one.outcome }}"),
        {"key": "all", "kind": "join", "wait": "all", "next": "last"},
        task("last"),
    )


def press(before, do, step, **more):
    """(document afterwards, chosen step); taken back it is the one from before."""
    made = change(before, {"do": do, "step": step, **more})
    patched = apply(WORKFLOW, before, made.operations)
    assert apply(WORKFLOW, patched.document, patched.inverse).document == before
    return patched.document, made.step


def listed(doc):
    return " ".join(f"{'.' * row.depth}{row.key}" for row in outline(parse(doc)) if not row.is_branch)


def wrong(doc):
    return [one.message for one in validate(doc) if one.is_error]


def test_what_belongs_to_a_step():
    blocks = Blocks(parse(plain()))
    assert blocks.of("first").keys == ("first",)
    assert (blocks.of("dear").keys, blocks.of("dear").following) == (("dear", "look"), "both")
    assert (blocks.of("both").keys, blocks.of("both").following) == (("both", "one", "two", "all"), "last")
    assert blocks.head("all") == "both"


def test_moving_takes_the_branches_along():
    assert listed(plain()) == "first dear .look both .one .two all last end"
    doc, step = press(plain(), "down", "dear")
    assert (listed(doc), step) == ("first both .one .two all dear .look last end", "dear")
    doc, _step = press(doc, "up", "both")
    assert listed(doc) == "both .one .two all first dear .look last end"
    doc, _step = press(doc, "up", "first")
    assert listed(doc) == "first both .one .two all dear .look last end"
    doc, _step = press(doc, "place", "all", to="dear branches/0/next")
    assert listed(doc) == "first dear .both ..one ..two .all .look last end"
    doc, _step = press(doc, "place", "dear", to=FIRST)
    assert listed(doc) == "dear .both ..one ..two .all .look first last end"
    assert not wrong(doc)
    with pytest.raises(CannotApply):
        apply(WORKFLOW, doc, [{"op": "place_step", "key": "dear", "after": "one"}])


def test_a_copy_has_the_branches_and_leads_on_where_the_first_did():
    doc, step = press(plain(), "copy", "both")
    assert step == "both_2"
    assert listed(doc) == "first dear .look both .one .two all both_2 .one_2 .two_2 all_2 last end"
    assert next(one for one in doc["steps"] if one["key"] == "two_2")["help"] == "{{ steps.one_2.outcome }}"
    assert not wrong(doc)
    doc, step = press(plain(), "copy", "dear")
    assert listed(doc).startswith("first dear .look dear_2 .look_2 both")
    assert not wrong(doc)


def test_deleting_takes_the_branches_along():
    doc, step = press(plain(), "remove_block", "both")
    assert (listed(doc), step) == ("first dear .look last end", "look")
    doc, _step = press(doc, "remove_block", "dear")
    assert listed(doc) == "first last end"
    assert not wrong(doc)


def test_another_workflow_gets_the_step_with_all_its_settings():
    form = {"fields": [{"key": "size", "kind": "text", "label": "Size"}]}
    owner = {"strategy": "field", "field": "buyer"}
    more = {"owner": owner, "due": {"within": "P2D", "then": "end"}, "form": form, "help": "Look"}
    fields = [{"key": key, "kind": "person", "label": key} for key in ("buyer", "other")]
    source, target = parse(document(task(**more), fields=fields)), document(task("work"))
    operations, keys = into_other(source, "work", parse(target))
    doc = apply(WORKFLOW, target, operations).document
    found = next(step for step in doc["steps"] if step["key"] == keys[0])
    assert keys == ["work_2"]
    assert {name: found[name] for name in more} == more
    assert [field["key"] for field in doc["fields"]] == ["buyer"]


@pytest.mark.parametrize("seed", range(6))
def test_any_moves_lose_no_step_and_can_be_taken_back(seed):
    rng = random.Random(seed)
    names = templates_library.names()
    doc = plain() if seed == 0 else templates_library.read(names[seed % len(names)])["workflow"]
    keys = {step["key"] for step in doc["steps"]}
    done = 0
    for _turn in range(25):
        step, to = rng.choice(sorted(keys)), rng.choice(sorted(keys))
        ways = [target.path for target in parse(doc).steps[to].targets()]
        do = rng.choice(["up", "down", "place", "place"])
        try:
            doc, _step = press(doc, do, step, to=f"{to} {rng.choice(ways)}" if ways else to)
        except Exception as refused:
            assert type(refused).__name__ in ("CannotApply", "Invalid"), refused
            continue
        done += 1
        assert {one["key"] for one in doc["steps"]} == keys
        assert {row.key for row in outline(parse(doc))} == keys
    assert done > 5
