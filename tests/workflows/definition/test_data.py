"""Fields: read when they are there, written when they fit."""

import pytest

from tests.workflows.definition.checking import errors, found, paths, warnings
from tests.workflows.definition.examples import amount, approval, asked, decision, end, fork, form, step, workflow

BIG = {"field": "amount", "op": "gt", "value": 500}


def asks(key: str, *fields, **parts):
    return form(key, form=asked(*fields), **parts)


def test_a_field_that_nothing_fills_in():
    document = workflow(decision("size", (BIG, "done")), fields=[amount()])
    assert errors(document) == [("steps/0/branches/0/when", "Nothing fills in “Amount” before this step.")]


@pytest.mark.parametrize("more", [{"fields": [amount(default=3)]}, {}])
def test_a_field_that_is_surely_there(more):
    before = [] if more else [asks("ask", amount(required=True), next="size")]
    assert found(workflow(*before, decision("size", (BIG, "done")), **more)) == []


def test_a_field_that_is_there_on_some_ways_only_is_a_warning():
    document = workflow(
        decision("first", ({"field": "ticket.priority", "op": "is", "value": "low"}, "ask"), otherwise="size"),
        asks("ask", amount(required=True), next="size"),
        decision("size", (BIG, "done")),
    )
    assert errors(document) == []
    assert warnings(document) == [("steps/2/branches/0/when", "“Amount” may still be empty at this step.")]


def test_an_optional_field_of_a_form_is_a_warning_unless_the_condition_asks_for_it():
    optional = asks("ask", amount(), next="size")
    assert warnings(workflow(optional, decision("size", (BIG, "done"))))
    careful = {"all": [{"field": "amount", "op": "not_empty"}, BIG]}
    assert found(workflow(optional, decision("size", (careful, "done")))) == []


def test_behind_a_branch_its_condition_is_known_to_hold():
    until = step("until", "wait", until="day", next="done")
    day = {"key": "day", "kind": "date", "label": "Day"}
    document = workflow(
        asks("ask", day, next="size"), decision("size", ({"field": "day", "op": "not_empty"}, "until")), until
    )
    assert found(document) == []


def test_a_join_of_all_branches_knows_what_each_of_them_filled_in():
    branches = [asks("a", amount(required=True), next="meet"), form("b", next="meet")]
    after = decision("size", (BIG, "done"))
    assert found(workflow(*fork(*branches, next="size"), after)) == []
    assert warnings(workflow(*fork(*branches, next="size", wait="any"), after))


def test_a_loop_back_does_not_make_a_field_sure():
    document = workflow(
        decision("size", (BIG, "done"), otherwise="ask"),
        asks("ask", amount(required=True), next="size"),
    )
    assert errors(document) == []
    assert warnings(document) == [("steps/0/branches/0/when", "“Amount” may still be empty at this step.")]


def test_an_error_way_does_not_bring_the_answer():
    call = step("call", "http", method="GET", url="https://a.example", result={"amount": "x"}, next="size")
    call |= {"on_error": "size"}
    document = workflow(call, decision("size", (BIG, "done")), fields=[amount()])
    assert warnings(document) == [("steps/1/branches/0/when", "“Amount” may still be empty at this step.")]


def test_approvers_fill_in_fields_when_all_of_them_approve():
    one = {"role": "support", "form": asked(amount(required=True))}
    after = decision("size", (BIG, "done"))
    assert found(workflow(approval(approvers=[one], approve="size"), after)) == []
    several = approval(approvers=[one, {"role": "admin"}], quorum=1, approve="size")
    assert warnings(workflow(several, after))


def test_unknown_names_are_errors_when_the_request_form_is_known_and_warnings_else():
    document = workflow(decision("size", (BIG, "done")))
    assert warnings(document) == [
        ("steps/0/branches/0/when", "“amount” is no field of the workflow. The request form has to ask for it.")
    ]
    assert paths(document, request_fields=[]) == ["steps/0/branches/0/when"]
    assert found(document, request_fields=[amount(required=True)]) == []
    assert paths(workflow(decision("size", ({"field": "requester.shoe", "op": "empty"}, "done"))))


@pytest.mark.parametrize(
    "reading",
    [
        step("x", "notify", to=["requester"], subject="s", text={"en": "{{ ghost }}"}, next="done"),
        step("x", "http", method="GET", url="https://a.example?q={{ ghost }}", next="done", on_error="done"),
        step(
            "x",
            "http",
            method="POST",
            url="https://a.example",
            body={"a": ["{{ ghost }}"]},
            next="done",
            on_error="done",
        ),
        step("x", "child", tickets=[{"subject": "{{ ghost }}"}], next="done"),
        step("x", "child", tickets=[{"subject": "s", "fields": {"a": {"field": "ghost"}}}], next="done"),
        step("x", "set", values={"amount": {"formula": "ghost + 1"}}, next="done"),
        step("x", "wait", until="ghost", next="done"),
        step("x", "external", topic="t", variables=["ghost"], next="done", on_error="done"),
        {**form("x"), "owner": {"strategy": "field", "field": "ghost"}},
        approval("x", approvers=[{"field": "ghost"}]),
        asks("x", amount(show_when={"field": "ghost", "op": "not_empty"})),
    ],
)
def test_every_place_that_reads_a_field_is_looked_at(reading):
    messages = [message for _path, message in errors(workflow(reading, fields=[amount()]), request_fields=[])]
    assert "There is no field “ghost” here." in messages


@pytest.mark.parametrize(
    "writing",
    [
        step("x", "set", values={"ghost": {"value": 1}}, next="done"),
        step("x", "http", method="GET", url="https://a.example", result={"ghost": "a"}, next="done", on_error="done"),
        step("x", "external", topic="t", result=["ghost"], next="done", on_error="done"),
    ],
)
def test_what_writes_into_a_field_needs_the_field(writing):
    assert [message for _path, message in errors(workflow(writing))] == [
        "There is no field “ghost”. Add it to the workflow’s fields."
    ]


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        ("number", 5, True),
        ("number", "many", False),
        ("yes_no", True, True),
        ("yes_no", "perhaps", False),
        ("date", "2026-12-31", True),
        ("date", "soon", False),
        ("email", "a@b.example", True),
        ("email", "a", False),
    ],
)
def test_a_fixed_value_has_to_fit_the_kind_of_the_field(kind, value, fits):
    document = workflow(
        step("x", "set", values={"it": {"value": value}}, next="done"),
        fields=[{"key": "it", "kind": kind, "label": "It"}],
    )
    assert (errors(document) == []) is fits


def test_ticket_fields_take_texts_and_tags_a_list():
    fine = {"ticket.priority": {"value": "high"}, "ticket.tags": {"value": ["a"]}, "ticket.subject": {"value": "x"}}
    assert found(workflow(step("x", "set", values=fine, next="done"))) == []
    assert paths(workflow(step("x", "set", values={"ticket.tags": {"value": "a"}}, next="done")))
    assert paths(workflow(step("x", "set", values={"ticket.number": {"value": "a"}}, next="done")))


def test_formulas_and_placeholders_are_read():
    assert paths(workflow(step("x", "set", values={"amount": {"formula": "1 +"}}, next="done"), fields=[amount()])) == [
        "steps/0/values/amount"
    ]
    assert paths(workflow(decision("x", ({"formula": "amount >"}, "done"))))
    broken = step("x", "notify", to=["requester"], subject="{{ a b }}", text="{% if %}", next="done")
    assert {"steps/0/subject", "steps/0/text"} <= set(paths(workflow(broken)))
    secret = step("x", "notify", to=["requester"], subject="{{ secret.KEY }}", text="t", next="done")
    assert paths(workflow(secret)) == ["steps/0/subject"]


def test_quorum_reminder_and_timeout_have_to_make_sense():
    assert paths(workflow(approval(quorum=2))) == ["steps/0/quorum"]
    assert paths(workflow(form(due={"within": "PT1H", "remind": "PT2H"}))) == ["steps/0/due/remind"]
    assert "steps/0/on_timeout" in paths(workflow(step("x", "wait", duration="P1D", on_timeout="done", next="done")))
    assert paths(workflow(step("x", "wait", event="e", on_timeout="done", next="done"))) == ["steps/0/timeout"]
    no_date = workflow(step("x", "wait", until="amount", next="done"), fields=[amount(default=1)])
    assert paths(no_date) == ["steps/0/until"]


@pytest.mark.parametrize("url", ["ftp://a.example", "{{ ticket.subject }}", "https://{{ ticket.subject }}/x"])
def test_the_address_of_a_call_is_fixed(url):
    call = step("x", "http", method="GET", url=url, next="done", on_error="done")
    assert set(paths(workflow(call))) == {"steps/0/url"}


def test_secrets_stand_behind_the_question_mark_only():
    call = step("x", "http", method="GET", url="https://a.example/{{ secret.KEY }}", next="done", on_error="done")
    assert paths(workflow(call)) == ["steps/0/url"]


def test_a_call_without_retries_and_error_way_is_a_warning():
    call = step("x", "http", method="GET", url="https://a.example", next="done")
    assert [path for path, _message in warnings(workflow(call))] == ["steps/0/retries"]


def test_the_last_error_can_be_read_on_the_way_of_errors_only():
    call = step("call", "http", method="GET", url="https://a.example", next="done", on_error="tell")
    tell = step("tell", "notify", to=["requester"], subject="s", text="{{ error }}", next="done")
    assert found(workflow(call, tell)) == []
    assert errors(workflow({**call, "next": "tell", "on_error": "done"}, tell))


def test_outcomes_of_steps_can_be_read():
    outcome = {"field": "steps.work.outcome", "op": "is", "value": "done"}
    assert found(workflow(form(next="size"), decision("size", (outcome, "done")), end())) == []
    missing = {"field": "steps.play.outcome", "op": "is", "value": "done"}
    assert errors(workflow(decision("size", (missing, "done"))))


def test_conditions_are_checked_against_the_kind_of_the_field():
    wrong = {"field": "amount", "op": "contains", "value": "5"}
    document = workflow(decision("size", (wrong, "done")), fields=[amount(default=1)])
    assert paths(document) == ["steps/0/branches/0/when/op"]
