"""The five workflows of the library are complete and free of findings."""

import json

import pytest
import yaml

from desk.formschema import check
from desk.formschema.pages import fields_of
from tests.workflows.definition.library import FILES, FOLDER, read
from workflows.definition.findings import Finding
from workflows.definition.format import KINDS, parse
from workflows.definition.people import Anything
from workflows.definition.validation import validate


class Declared(Anything):
    """Only what the file itself says it needs exists."""

    def __init__(self, requires):
        self.requires = requires

    def has_department(self, key):
        return key in self.requires["departments"]

    def has_skill(self, key):
        return key in [skill["key"] for skill in self.requires["skills"]]

    def has_secret(self, name):
        return name in self.requires["secrets"]


def findings(name: str) -> list[Finding]:
    template = read(name)
    fields = fields_of(template["request_type"]["schema"])
    return validate(template["workflow"], Declared(template["requires"]), fields)


def test_there_are_five():
    assert FILES == ["access_request", "customer_order", "incident", "onboarding", "purchase"]


@pytest.mark.parametrize("name", FILES)
def test_the_form_and_the_workflow_have_no_findings(name):
    assert check(read(name)["request_type"]["schema"]) == []
    assert findings(name) == []


@pytest.mark.parametrize("name", FILES)
def test_it_is_complete(name):
    template = read(name)
    assert set(template) == {"requires", "request_type", "workflow"}
    assert {"key", "name", "department", "schema"} <= set(template["request_type"])
    assert template["request_type"]["department"] in template["requires"]["departments"]
    assert any(step.public for step in parse(template["workflow"]).steps.values())


@pytest.mark.parametrize("name", FILES)
def test_every_text_stands_there_in_both_languages(name):
    def texts(value):
        if isinstance(value, dict):
            if set(value) & {"de", "en"}:
                yield value
            else:
                for inner in value.values():
                    yield from texts(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)

    halves = [text for text in texts(read(name)) if not (text.get("de") and text.get("en"))]
    assert halves == []


@pytest.mark.parametrize("name", FILES)
def test_every_reader_of_yaml_reads_the_same(name):
    assert yaml.safe_load((FOLDER / f"{name}.yaml").read_text()) == read(name)


def test_together_they_use_every_kind_of_step():
    used = {step.kind for name in FILES for step in parse(read(name)["workflow"]).steps.values()}
    assert used == set(KINDS)


def test_the_departments_are_those_of_the_demo():
    rows = json.loads((FOLDER.parents[1] / "desk" / "demo" / "departments.json").read_text())
    known = {row["key"] for row in rows}
    assert {key for name in FILES for key in read(name)["requires"]["departments"]} <= known
