"""The published JSON Schema agrees with what validation takes and refuses."""

import copy

import jsonschema
import pytest

from tests.workflows.definition import examples
from tests.workflows.definition.checking import errors
from tests.workflows.definition.library import FILES, read
from workflows.definition.schema import document_schema

validator = jsonschema.Draft202012Validator(document_schema())


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(document_schema())


@pytest.mark.parametrize("name", FILES)
def test_the_library_passes(name):
    assert [error.message for error in validator.iter_errors(read(name)["workflow"])] == []


def test_every_kind_passes():
    assert [error.message for error in validator.iter_errors(examples.every_kind())] == []


BREAKS = {
    "another schema": lambda document: document.update(schema=2),
    "no start": lambda document: document.pop("start"),
    "no steps": lambda document: document.update(steps=[]),
    "unknown part": lambda document: document.update(colour="red"),
    "unknown part of a step": lambda document: document["steps"][0].update(colour="red"),
    "unknown kind": lambda document: document["steps"][0].update(kind="teleport"),
    "no owner": lambda document: document["steps"][0].pop("owner"),
    "no otherwise": lambda document: document["steps"][7].pop("otherwise"),
    "bad duration": lambda document: document["steps"][12].update(duration="1 day"),
    "empty duration": lambda document: document["steps"][12].update(duration="P"),
    "two waits": lambda document: document["steps"][12].update(event="paid"),
    "one branch": lambda document: document["steps"][2].update(branches=["call"]),
    "bad condition": lambda document: document["steps"][7]["branches"][0].update(when={"field": "a", "op": "like"}),
    "bad language": lambda document: document.update(name={"fr": "x"}),
    "long name": lambda document: document.update(name="x" * 200),
    "bad approver": lambda document: document["steps"][8].update(approvers=[{"who": "me"}]),
    "too many steps": lambda document: document.update(steps=document["steps"] * 30),
    "late call": lambda document: document["steps"][3].update(timeout=61),
    "bad field": lambda document: document.update(fields=[{"key": "Bad Key"}]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_validation_refuses_the_schema_refuses_too(name):
    document = copy.deepcopy(examples.every_kind())
    BREAKS[name](document)
    assert not validator.is_valid(document)
    assert errors(document)
