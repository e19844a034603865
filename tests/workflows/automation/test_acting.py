"""Rules act after the commit, through the commands, in their order, once per fact."""

import pytest

from desk.commands import add_comment, assign_ticket, change_fields, change_status
from desk.history import describe
from desk.models import Priority, Status
from flowtic.core.actor import Actor
from flowtic.core.models import Delivery, Event
from flowtic.core.outbox import deliver
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from workflows.models import AutomationRun

pytestmark = pytest.mark.django_db
URGENT = {"field": "ticket.priority", "op": "is", "value": "urgent"}


def outcomes():
    return list(AutomationRun.objects.order_by("pk").values_list("rule_name", "outcome", "code"))


def test_a_new_ticket_is_set_assigned_and_noted(rita, it, alan):
    make_rule(
        "Urgent to Alan",
        {"do": "add_tags", "value": ["hot"]},
        {"do": "assign", "to": f"person:{alan.pk}"},
        {"do": "note", "text": "{{ requester.name }} waits: {{ ticket.subject }}"},
        condition=URGENT,
    )
    cold = make_ticket(rita, it)
    ticket = make_ticket(rita, it, priority=Priority.objects.get(key="urgent"), subject="Down *now* @Alan Agent")
    work()
    ticket.refresh_from_db()
    assert (ticket.assignee, [tag.name for tag in ticket.tags.all()]) == (alan, ["hot"])
    note = ticket.comments.get()
    assert (note.is_internal, note.author) == (True, None)
    assert note.body == "Rita Reiter waits: Down \\*now\\* @\u2060Alan Agent"
    assert not Event.objects.get(ticket_id=ticket.pk, name="ticket.noted").data.get("mentions")
    run = AutomationRun.objects.get()
    assert (run.outcome, [one["state"] for one in run.results], run.depth) == ("done", ["done"] * 3, 1)
    history = Event.objects.filter(ticket_id=ticket.pk, machine__startswith="automation:").order_by("pk")
    told = [line.text for line in describe(list(history), internal=True)]
    assert told[0].startswith("The rule “Urgent to Alan” changed the tags")
    assert {event.via for event in history} == {"automation"}
    assert not any("Urgent to Alan" in line.text for line in describe(list(history), internal=False))
    assert not cold.comments.exists()


def test_a_fact_that_comes_again_does_nothing_twice(rita, it):
    make_rule("Note")
    ticket = make_ticket(rita, it)
    work()
    rows = Delivery.objects.filter(subscriber="workflows.automation", event__ticket_id=ticket.pk)
    assert rows.exists()
    rows.update(state="pending")
    for row in rows:
        assert deliver(row.pk)
    assert (ticket.comments.count(), AutomationRun.objects.count()) == (1, 1)


def test_order_stop_flag_and_switch(rita, it):
    first, second = make_rule("First"), make_rule("Second", stop=True)
    make_rule("Third")
    make_rule("Off", active=False)
    make_ticket(rita, it)
    work()
    assert [name for name, _outcome, _code in outcomes()] == [first.name, second.name]


def test_changes_begin_rules_by_field(rita, it, alan, as_web):
    make_rule("Any", trigger="changed")
    make_rule("Status", trigger="changed", options={"fields": ["status"]}, condition={
        "field": "before.status", "op": "is", "value": "assigned"})  # fmt: skip
    ticket = make_ticket(rita, it)
    work()
    assert outcomes() == []
    # One act of a person: the status that follows is no change of its own.
    assign_ticket(Actor.system("test"), ticket, assignee=alan)
    work()
    assert [name for name, *_rest in outcomes()] == ["Any"]
    change_status(as_web(alan), ticket, status=Status.objects.get(key="in_progress"))
    work()
    assert [name for name, *_rest in outcomes()] == ["Any", "Any", "Status"]
    change_fields(as_web(alan), ticket, subject="Another")
    work()
    assert [name for name, *_rest in outcomes()] == ["Any", "Any", "Status", "Any"]


@pytest.mark.parametrize(
    ("by", "text", "met"),
    [
        ("anybody", "any", 3),
        ("requester", "any", 1),
        ("desk", "any", 2),
        ("desk", "public", 1),
        ("anybody", "internal", 1),
    ],
)
def test_messages_begin_rules_by_writer_and_kind(rita, it, alan, as_web, by, text, met):
    make_rule("Tag", {"do": "add_tags", "value": ["x"]}, trigger="commented", options={"by": by, "text": text})
    ticket = make_ticket(rita, it)
    add_comment(as_web(rita), ticket, body="It is urgent", internal=False)
    add_comment(as_web(alan), ticket, body="We look at it", internal=False)
    add_comment(as_web(alan), ticket, body="A note", internal=True)
    work()
    assert AutomationRun.objects.count() == met


def test_what_was_written_can_be_asked_for(rita, it, as_web):
    contains = {"field": "comment.text", "op": "contains", "value": "urgent"}
    make_rule("Raise", {"do": "priority", "value": "urgent"}, trigger="commented", condition=contains)
    ticket = make_ticket(rita, it)
    add_comment(as_web(rita), ticket, body="No hurry", internal=False)
    add_comment(as_web(rita), ticket, body="This is URGENT by now", internal=False)
    work()
    ticket.refresh_from_db()
    assert (ticket.priority.key, AutomationRun.objects.count()) == ("urgent", 1)
