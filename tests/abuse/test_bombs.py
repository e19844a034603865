"""STEP-09: formulas, conditions and definitions that want to keep Flowtic busy or bring it down."""

import time

import pytest

from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.api.conftest import problem
from tests.factories import make_ticket
from tests.workflows.factories import document, make_run, make_workflow, task
from workflows.commands.starting import start_by_rules
from workflows.models import Instance, Workflow, WorkflowRule

FORMULAS = [
    "[1,2,3,4,5,6,7,8,9].map(a, [1,2,3,4,5,6,7,8,9].map(b, [1,2,3,4,5,6,7,8,9].map(c, a + b + c))).size() > 0",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')",
    "(((((((((((((((((((((((((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))) > 0",
    "ticket.subject" + " + ticket.subject" * 25 + " == ''",
    "1" + "+1" * 300 + " > 0",
    "__import__('os').system('id') == 0",
    "ticket.__class__.__mro__ == 1",
]
DEEP = "{'all': [" * 400


def tree(depth):
    found = {"field": "a", "op": "is", "value": 1}
    for _n in range(depth):
        found = {"not": found}
    return found


@pytest.mark.parametrize("formula", FORMULAS, ids=range(len(FORMULAS)))
def test_step_09_a_formula_ends_or_is_refused(work, ada, rita, it, formula):
    """Refused when it is saved; and one that stands in a rule all the same decides nothing and keeps nobody waiting."""
    saved = work(ada).post("/workflow-rules", {"name": "x", "condition": {"formula": formula}})
    assert saved.status_code in (201, 409)
    WorkflowRule.objects.all().delete()
    workflow = make_workflow(document(task()), "buy")
    WorkflowRule.objects.create(position=0, name="bomb", condition={"formula": formula}, workflow=workflow)
    WorkflowRule.objects.create(position=1, name="rest", condition={}, workflow=workflow)
    ticket = make_ticket(rita, it, subject="a" * 200)
    began = time.perf_counter()
    start_by_rules(Actor.system("test"), ticket)
    assert time.perf_counter() - began < 2
    assert Instance.objects.filter(ticket=ticket).count() == 1, "the rule behind it decided"


def test_step_09_a_formula_in_a_step_ends_in_an_error_that_can_be_repaired(work, ada, rita, it):
    doc = document(
        {"key": "sum", "kind": "set", "values": {"x": {"formula": "y / x"}}, "next": "check"},
        task("check"),
        fields=[{"key": key, "kind": "number", "default": 0} for key in ("x", "y")],
    )
    run = make_run(doc, rita, it)
    assert run.has_error
    assert work(ada).get(f"/instances/{run.pk}").json()["tokens"][0]["error"]["code"] == "formula"
    body = {"operation": "jump", "token": "1", "to": "check", "reason": "Formula is wrong"}
    assert work(ada).post(f"/instances/{run.pk}/operations", body).json()["has_error"] is False


@pytest.mark.parametrize(
    "condition",
    [
        tree(50),
        tree(300),
        {"all": [{"field": "a", "op": "is", "value": 1}] * 1000},
        {"field": "a", "op": "is", "value": "x" * 100_000},
        {"field": "." * 5000, "op": "is", "value": 1},
    ],
    ids=range(5),
)
def test_step_09_conditions_have_an_end(work, ada, condition):
    began = time.perf_counter()
    refused = work(ada).post("/workflow-rules", {"name": "x", "condition": condition})
    assert refused.status_code in (400, 409, 422)
    assert time.perf_counter() - began < 2
    assert not WorkflowRule.objects.exists()


def bomb():
    levels = ["a: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(levels)


TEXTS = [
    bomb(),
    "[" * 100_000,
    '{"a":' * 100_000,
    "- " * 50_000 + "a",
    "!!python/object/apply:os.system ['touch /tmp/owned']",
    "!!python/name:os.system",
    "a: !!binary aGVsbG8=",
    "<<: *x",
    "a: 1\na: 2",
    "{" * 5000,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_step_10_files_that_blow_up_are_refused(work, ada, text):
    began = time.perf_counter()
    refused = work(ada).post("/workflows/import", {"key": "boom", "text": text})
    assert refused.status_code in (400, 409, 413, 422)
    assert refused.json()["detail"]
    assert time.perf_counter() - began < 5
    assert not Workflow.objects.exists()


def test_step_10_definitions_that_are_too_large_or_go_in_circles(work, ada, rita, it):
    make_workflow(document(task()), "buy")
    many = document(*(task(f"s{n}", f"s{n + 1}" if n < 999 else "end") for n in range(1000)))
    began = time.perf_counter()
    found = work(ada).post("/workflows/buy/validate", {"document": many}).json()
    assert not found["valid"]
    circle = document({"key": "a", "kind": "set", "next": "b"}, {"key": "b", "kind": "set", "next": "a"})
    assert not work(ada).post("/workflows/buy/validate", {"document": circle}).json()["valid"]
    ran = work(ada).post("/workflows/buy/test-run", {"document": circle}).json()
    assert [one["state"] for one in ran["waiting"]] == ["error"]
    forks = [{"key": f"f{n}", "kind": "split", "branches": [f"f{n + 1}"] * 9, "join": "j"} for n in range(9)]
    wide = document(*forks, task("f9"), {"key": "j", "kind": "join", "next": "end"})
    ran = work(ada).post("/workflows/buy/test-run", {"document": wide})
    assert ran.status_code == 200
    assert time.perf_counter() - began < 20
    deep = DEEP.replace("'", '"') + "1" + "]}" * 400
    problem(work(ada).client.put("/api/v1/workflows/buy/draft", deep, content_type="application/json"), 422)


def test_step_10_an_honest_definition_passes(work, ada):
    """The control."""
    text = (
        "schema: 1\nname: Shop\nstart: a\nsteps:\n  - {key: a, kind: form, name: A, owner: {strategy: pull}, next: e}\n"
    )
    text += "  - {key: e, kind: end, name: E, status: closed}\n"
    made = work(ada).post("/workflows/import", {"key": "shop", "text": text})
    assert (made.status_code, made.json()["valid"]) == (201, True), made.json()["findings"]
    assert work(ada).post("/workflow-rules", {"name": "x", "condition": tree(3)}).status_code == 201
    assert Ticket.objects.count() == 0
