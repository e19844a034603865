"""Steps in words."""

import pytest
from django.utils import translation

from tests.workflows.definition import examples
from tests.workflows.definition.library import FILES, read
from workflows.definition.format import KINDS, parse
from workflows.definition.words import kind_words, short_words, step_words


def said(step, **more):
    definition = parse(examples.workflow(step, **more))
    return step_words(definition.steps[step["key"]], definition)


class Names:
    def department(self, key):
        return {"it": "IT operations"}.get(key, "")

    def person(self, email):
        return "Lea"

    def skill(self, key):
        return "Networks"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", FILES)
def test_every_step_of_the_library_can_be_said(name, language):
    definition = parse(read(name)["workflow"])
    with translation.override(language):
        for step in definition.steps.values():
            assert step_words(step, definition).endswith(".")
            assert short_words(step)


def test_conditions_use_the_labels_of_fields_and_the_names_of_steps():
    step = examples.decision("size", ({"field": "amount", "op": "gt", "value": 500}, "done"))
    assert said(step, fields=[examples.amount()]) == ("If Amount is greater than 500: “Done”. Otherwise: “Done”.")


def test_who_until_when_and_then():
    step = examples.approval(
        approvers=[{"role": "support"}, {"person": "a@b.example"}, {"field": "requester.manager"}],
        mode="sequence",
        quorum=2,
        due={"within": "P2D", "then": "done"},
    )
    assert said(step) == (
        "Approval by: the support team, then a@b.example, then the requester’s manager. 2 of 3 approve. "
        "A rejection leads to “Done”. Due within 2 days of working time, then it goes on with “Done”."
    )


@pytest.mark.parametrize(
    ("owner", "words"),
    [
        ({"strategy": "pull", "department": "it"}, "whoever takes it from the queue of IT operations"),
        ({"strategy": "least_loaded"}, "whoever has least to do in the ticket’s department"),
        (
            {"strategy": "skill", "skill": "net", "level": 2},
            "who knows Networks from level 2 in the ticket’s department",
        ),
        ({"strategy": "person", "person": "lea@b.example"}, "Lea"),
        ({"strategy": "field", "field": "requester"}, "the requester"),
        ({"strategy": "field", "field": "boss"}, "who stands in “Boss”"),
    ],
)
def test_owners(owner, words):
    fields = [{"key": "boss", "kind": "person", "label": "Boss"}]
    definition = parse(examples.workflow({**examples.form(), "owner": owner}, fields=fields))
    assert step_words(definition.steps["work"], definition, Names()) == f"Done by: {words}."


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"duration": "PT90M"}, "Waits 1 hour 30 minutes."),
        ({"duration": "P1D", "clock": "business"}, "Waits 1 day of working time."),
        ({"until": "amount"}, "Waits until Amount."),
        ({"event": "paid", "timeout": "P1D"}, "Waits for the event “paid”. After 1 day it goes on with “Done”."),
    ],
)
def test_waits(parts, words):
    assert said(examples.step("x", "wait", next="done", **parts), fields=[examples.amount()]) == words


def test_steps_that_nobody_knows_and_half_written_ones_are_said_too():
    assert said(examples.step("x", "teleport")) == "This version of Flowtic does not know the step."
    for kind in KINDS:
        assert said({"key": "x", "kind": kind})
        assert kind_words(kind) != kind_words("teleport")
