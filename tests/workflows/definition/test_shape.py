"""The shape: unknown parts, wrong types, caps; each with its place in the document."""

import copy

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.definition import examples
from tests.workflows.definition.checking import errors, found, paths
from tests.workflows.definition.test_format import anything
from workflows.definition.validation import validate


def test_one_step_of_every_kind_has_nothing_to_find():
    assert found(examples.every_kind()) == []


@pytest.mark.parametrize("document", [None, 5, "x", [], {}, {"schema": 2}, {"schema": True}, {"schema": 1}])
def test_what_is_no_document_is_told(document):
    assert errors(document)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": "Upper"}, "steps/0/key"),
        ({"kind": "teleport"}, "steps/0/kind"),
        ({"kind": None}, "steps/0/kind"),
        ({"colour": "red"}, "steps/0/colour"),
        ({"name": {"fr": "x"}}, "steps/0/name"),
        ({"name": "x" * 121}, "steps/0/name"),
        ({"public": 1}, "steps/0/public"),
        ({"owner": {"strategy": "magic"}}, "steps/0/owner/strategy"),
        ({"owner": {}}, "steps/0/owner/strategy"),
        ({"due": {"within": "2 days"}}, "steps/0/due/within"),
        ({"due": {"within": "PT0S"}}, "steps/0/due/within"),
        ({"due": {"clock": "business"}}, "steps/0/due/within"),
        ({"outcomes": []}, "steps/0/outcomes"),
        ({"outcomes": [{"key": "a", "next": "done"}, {"key": "a", "next": "done"}]}, "steps/0/outcomes/1/key"),
        (
            {"form": {"pages": [{"key": "p", "fields": [{"key": "a", "kind": "soup"}]}]}},
            "steps/0/form/pages/0/fields/0/kind",
        ),
        ({"form": []}, "steps/0/form"),
    ],
)
def test_a_wrong_part_of_a_step_is_found_where_it_stands(change, path):
    assert path in paths(examples.workflow({**examples.form(), **change}))


def test_missing_parts_have_a_sentence_of_their_own():
    step = examples.step("work", "form", next="done")
    assert ("steps/0/owner", "Say who does this step.") in errors(examples.workflow(step))
    branch = {"when": {}, "next": "done"}
    document = examples.workflow(examples.step("size", "decision", branches=[branch]))
    assert ("steps/0/otherwise", "Say which step comes when no condition holds.") in errors(document)


def test_exactly_one_of_several_parts():
    both = examples.step("pause", "wait", duration="P1D", event="paid", next="done")
    assert paths(examples.workflow(both)) == ["steps/0"]
    assert "steps/0/approvers/0" in paths(examples.workflow(examples.approval(approvers=[{}])))
    mixed = examples.approval(approvers=[{"role": "agent", "person": "a@b.example"}])
    assert "steps/0/approvers/0" in paths(examples.workflow(mixed))


def test_caps_of_steps_fields_and_size():
    steps = [examples.form(f"s{number}", next=f"s{number + 1}") for number in range(300)]
    assert ("steps", "At most 300 entries are possible.") in errors(examples.workflow(*steps, examples.end("s300")))
    fields = [{"key": f"f{number}", "kind": "text", "label": "x"} for number in range(201)]
    assert "fields" in paths(examples.workflow(examples.form(), fields=fields))
    assert errors({**examples.every_kind(), "description": "x" * 1_000_001}) == [
        ("", "The document is larger than 1 MB.")
    ]


def test_two_steps_or_fields_with_one_key_are_found():
    assert "steps/1/key" in paths(examples.workflow(examples.form(), examples.form()))
    assert "fields/1/key" in paths(examples.workflow(examples.form(), fields=[examples.amount(), examples.amount()]))


def test_a_step_without_a_name_is_a_warning():
    step = {key: value for key, value in examples.form().items() if key != "name"}
    [finding] = found(examples.workflow(step))
    assert (finding.severity, finding.path, finding.step) == ("warning", "steps/0/name", "work")


def test_deep_and_unusual_documents_are_told_not_crashed_on():
    deep = {}
    for _level in range(2000):
        deep = {"all": [deep]}
    document = examples.workflow(examples.decision("size", (deep, "done")))
    assert errors(document)
    assert errors({**examples.every_kind(), "name": {1, 2}})


@given(anything)
def test_any_json_ends_in_findings(document):
    assert isinstance(validate(document), list)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_valid_document_with_anything_anywhere_ends_in_findings(data):
    document = copy.deepcopy(examples.every_kind())
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(st.booleans()):
            place[key] = data.draw(anything)
            break
        place = place[key]
    assert isinstance(validate(document), list)


def test_sentences_come_in_the_language_of_the_reader():
    with translation.override("de"):
        german = [message for _path, message in errors({"schema": 1})]
    assert len(german) == 3
