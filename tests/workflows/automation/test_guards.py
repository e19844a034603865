"""Rules do not go round in circles, and one that cannot work pauses itself."""

import pytest
from django.utils import translation

from accounts.models import Notification
from desk.commands import change_fields
from desk.models import Priority
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from workflows.automation import running
from workflows.commands.automation import resume_automation
from workflows.models import AutomationRule, AutomationRun

pytestmark = pytest.mark.django_db
RAISED = {"fields": ["priority"]}


def log():
    rows = AutomationRun.objects.order_by("pk").values_list("rule_name", "outcome", "code", "depth")
    return [tuple(row) for row in rows]


def set_priority(ticket, key):
    change_fields(Actor.system("test"), ticket, priority=Priority.objects.get(key=key))
    work()


def test_two_rules_that_begin_each_other_end(rita, it):
    low, high = {"do": "priority", "value": "low"}, {"do": "priority", "value": "high"}
    make_rule("Up", high, trigger="changed", options=RAISED, condition={
        "field": "ticket.priority", "op": "is", "value": "low"})  # fmt: skip
    make_rule("Down", low, trigger="changed", options=RAISED, condition={
        "field": "ticket.priority", "op": "is", "value": "high"})  # fmt: skip
    ticket = make_ticket(rita, it)
    set_priority(ticket, "low")
    # The second rule sees what the first one did; from there on each has had its turn.
    assert log()[:2] == [("Up", "done", "", 1), ("Down", "done", "", 1)]
    assert log()[2:] == [("Up", "stopped", "loop", 2)]
    assert AutomationRun.objects.get(outcome="stopped").parent is not None
    # Whatever a person does afterwards begins a new chain.
    set_priority(ticket, "high")
    assert [row[1:3] for row in log()[3:]] == [("done", ""), ("done", ""), ("stopped", "loop")]


def test_a_chain_is_five_rules_long(rita, it):
    for number in reversed(range(7)):
        has = {"field": "ticket.tags", "op": "contains", "value": f"t{number}"}
        make_rule(f"R{number}", {"do": "add_tags", "value": [f"t{number + 1}"]},
                  trigger="changed", options={"fields": ["tags"]}, condition=has)  # fmt: skip
    ticket = make_ticket(rita, it)
    change_fields(Actor.system("test"), ticket, tags=["t0"])
    work()
    done = [row for row in log() if row[1] == "done"]
    assert max(row[3] for row in done) == 5
    assert ("R5", "stopped", "depth", 6) in log()


def test_a_loop_through_another_part_of_the_machine_is_seen(rita, it, hr):
    """The department's own way of handing out answers a rule: its events carry the rule's chain on."""
    make_rule("There", {"do": "department", "value": "hr"}, trigger="changed", options={"fields": ["department"]},
              condition={"field": "ticket.department", "op": "is", "value": "it"})  # fmt: skip
    make_rule("Back", {"do": "department", "value": "it"}, trigger="changed", options={"fields": ["department"]},
              condition={"field": "ticket.department", "op": "is", "value": "hr"})  # fmt: skip
    ticket = make_ticket(rita, it)
    change_fields(Actor.system("test"), ticket, department=hr)
    work("desk.dispatching")
    assert [row[1] for row in log() if row[1] == "done"] == ["done", "done"]
    assert len(log()) <= 6


def test_a_client_cannot_pretend_to_be_a_rule(client, alan, rita, it):
    make_rule("Note", trigger="changed", options={"fields": ["priority"]})
    ticket = make_ticket(rita, it)
    work()
    client.force_login(alan)
    for _again in range(2):
        run = AutomationRun.objects.order_by("-pk").first()
        key = "low" if run else "high"
        client.post(
            f"/tickets/{ticket.number}/priority",
            {"priority": key},
            headers={"X-Request-ID": f"rule:{run.pk if run else 1}"},
        )
        work()
    assert [row[1] for row in log()] == ["done", "done"]


def test_too_often_is_stopped_and_said_once(rita, it, monkeypatch):
    monkeypatch.setattr(running, "OFTEN", 2)
    make_rule("Note", trigger="changed", options=RAISED)
    ticket = make_ticket(rita, it)
    for key in ("low", "high", "low", "high", "low"):
        set_priority(ticket, key)
    assert [row[1:3] for row in log()] == [("done", ""), ("done", ""), ("stopped", "often")]


def test_five_failures_pause_a_rule_and_tell_the_admins(rita, it, hanna, ada, sven):
    rule = make_rule("To Hanna", {"do": "add_tags", "value": ["x"]}, {"do": "assign", "to": f"person:{hanna.pk}"})
    make_rule("Behind", {"do": "add_tags", "value": ["behind"]})
    tickets = [make_ticket(rita, it) for _number in range(6)]
    work()
    rule.refresh_from_db()
    assert (rule.failures, rule.is_paused) == (5, True)
    assert "Hanna Personal does not work in" in rule.pause_reason
    runs = AutomationRun.objects.filter(rule=rule)
    # Kept by its parts: whoever reads, reads it in their language, sentence within sentence.
    with translation.override("de"):
        said = f"Aktion 2: Hanna Personal arbeitet nicht in {it.name_en}."
        assert runs[0].error_words == said
        assert rule.pause_words == f"Sie ist 5 Mal nacheinander gescheitert. Zuletzt: {said}"
    assert runs[0].error_words == runs[0].error
    assert {(run.outcome, run.code) for run in runs} == {("failed", "assignee_outside_department")}
    assert runs.count() == 5
    # All or nothing: the tag of the first action is not there, and the other rule was not hindered.
    assert {tag.name for ticket in tickets for tag in ticket.tags.all()} == {"behind"}
    told = Notification.objects.filter(kind="rule")
    assert [row.person for row in told] == [ada]
    assert Event.objects.filter(name="automation.paused", subject_id=rule.pk).count() == 1
    resume_automation(Actor(ada, "web"), rule)
    make_ticket(rita, it)
    work()
    rule.refresh_from_db()
    assert (rule.failures, rule.is_paused) == (1, False)


def test_a_success_ends_the_row_of_failures(rita, it, hr, hanna, alan):
    rule = make_rule("To Hanna", {"do": "assign", "to": f"person:{hanna.pk}"})
    for _number in range(4):
        make_ticket(rita, it)
    make_ticket(rita, hr)
    work()
    rule.refresh_from_db()
    assert (rule.failures, rule.is_paused) == (0, False)


def test_an_error_of_ours_is_a_failure_too(rita, it, monkeypatch):
    from workflows.automation.actions import ACTIONS

    def broken(*_args):
        raise ZeroDivisionError("oops")

    rule = make_rule("Note")
    monkeypatch.setattr(ACTIONS["note"], "run", broken, raising=False)
    ticket = make_ticket(rita, it)
    work()
    run = AutomationRun.objects.get()
    assert (run.outcome, run.code, run.error) == ("failed", "unexpected", "ZeroDivisionError: oops")
    assert AutomationRule.objects.get(pk=rule.pk).failures == 1
    assert not ticket.comments.exists()
