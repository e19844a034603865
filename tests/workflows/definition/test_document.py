"""docs/workflow-format.md: its examples pass the schema, and it explains every kind."""

import re
from pathlib import Path

import jsonschema
import pytest

from tests.workflows.definition import examples
from workflows.definition import vocabulary
from workflows.definition.export import from_text
from workflows.definition.format import KINDS, STRATEGIES
from workflows.definition.schema import document_schema
from workflows.definition.validation import errors, validate

TEXT = (Path(__file__).parents[3] / "docs" / "workflow-format.md").read_text()
WHOLE, *STEPS = [from_text(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]


def test_the_first_example_can_be_published():
    assert errors(validate(WHOLE)) == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step["kind"])
def test_every_example_passes_the_schema(step):
    document = examples.workflow(step)
    assert [error.message for error in jsonschema.Draft202012Validator(document_schema()).iter_errors(document)] == []


def test_every_kind_has_an_example_and_its_parts_are_named():
    assert {step["kind"] for step in STEPS} == set(KINDS)
    for parts, _required in vocabulary.KINDS.values():
        assert [name for name in parts if name not in ("approve_label", "reject_label") and name not in TEXT] == []
    assert all(f"`{strategy}`" in TEXT for strategy in STRATEGIES)
