"""Child tickets, withdrawn requests, answers that are waited for, and mails to whom a step was given."""

import pytest
from django.core import mail

from accounts.models import User
from desk.commands import add_comment, change_status
from desk.models import Participant, Status, Ticket
from flowtic.core.models import Event
from tests.workflows.factories import MACHINE, document, fresh, make_run, open_item, task
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import EffectRun, Instance, WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
TWO = [
    {"subject": "Laptop for {{ who }}", "description": "Please prepare it.", "department": "it"},
    {"subject": "Contract for {{ who }}", "department": "hr", "priority": "high"},
]
WHO = [{"key": "who", "kind": "text", "default": "Nora"}]


def close(ticket):
    change_status(MACHINE, ticket, status=Status.objects.get(key="closed"))


def test_a_step_waits_until_all_its_child_tickets_are_closed(rita, it, hr):
    doc = document({"key": "kids", "kind": "child", "tickets": TWO, "wait": True, "next": "work"}, task(), fields=WHO)
    run = make_run(doc, rita, it)
    children = list(Ticket.objects.exclude(pk=run.ticket_id).order_by("pk"))
    assert [child.subject for child in children] == ["Laptop for Nora", "Contract for Nora"]
    assert [child.department.key for child in children] == ["it", "hr"]
    assert (children[1].priority.key, children[0].source) == ("high", "workflow")
    assert {link.target_id for child in children for link in child.links_out.all()} == {run.ticket_id}
    close(children[0])
    assert not WorkItem.objects.exists()
    close(children[1])
    assert open_item(run).step == "work"
    assert EffectRun.objects.get().state == "done"


def test_a_step_that_does_not_wait_goes_on(rita, it, hr):
    doc = document({"key": "kids", "kind": "child", "tickets": TWO, "wait": False, "next": "work"}, task(), fields=WHO)
    run = make_run(doc, rita, it)
    assert open_item(run).step == "work"
    assert Ticket.objects.count() == 3


def test_the_requester_may_withdraw(rita, it, as_web):
    run = make_run(document(task()), rita, it)
    change_status(as_web(rita), run.ticket, status=Status.objects.get(key="closed"))
    run.refresh_from_db()
    assert (run.status, fresh(run.ticket).status.key) == ("cancelled", "closed")
    assert not WorkItem.objects.open().exists()


def test_a_step_that_waits_for_the_answer_goes_on_with_it(rita, it, alan, as_web):
    wait = {"key": "ask", "kind": "wait", "event": "requester_replied", "next": "work"}
    run = make_run(document(wait, task()), rita, it)
    add_comment(as_web(alan), run.ticket, body="Which floor?", internal=False)
    assert not WorkItem.objects.exists()
    add_comment(as_web(rita), run.ticket, body="The third.", internal=False)
    assert open_item(run).step == "work"


def test_whom_a_step_is_given_to_gets_a_mail_in_their_language(rita, it, otto):
    User.objects.filter(pk=otto.pk).update(language="de")
    approval = {
        "key": "ok",
        "kind": "approval",
        "approvers": [{"person": otto.email}],
        "approve": "end",
        "reject": "end",
    }
    approval["name"] = {"de": "Freigabe", "en": "Approval"}
    run = make_run(document(approval), rita, it)
    (message,) = [message for message in mail.outbox if otto.email in message.to]
    assert message.subject.startswith(f"[{run.ticket.number}] Freigabe")
    assert f"/steps/{open_item(run).pk}" in message.body
    assert Participant.objects.filter(person=otto, reason="approver", level="public").count() == 1


def test_a_notify_step_writes_to_everybody_it_names_once(rita, it, alan, lea):
    step = {
        "key": "tell",
        "kind": "notify",
        "to": ["requester", {"department": "it"}, {"person": alan.email}],
        "subject": {"de": "Neues von {{ ticket.number }}", "en": "News of {{ ticket.number }}"},
        "text": "Hello {{ requester.name }}, {{ who }} is coming.",
        "next": "work",
    }
    mail.outbox.clear()
    run = make_run(document(step, task(), fields=WHO), rita, it)
    told = [message for message in mail.outbox if message.subject == f"News of {run.ticket.number}"]
    assert sorted(message.to[0] for message in told) == sorted([rita.email, alan.email, lea.email])
    assert "Hello Rita Reiter, Nora is coming." in told[0].body


def test_the_history_tells_the_story_in_both_languages(rita, it, alan, as_web):
    from django.utils import translation

    from desk.sentences import sentences

    outcomes = [{"key": "fine", "label": {"de": "In Ordnung", "en": "Fine"}, "next": "end"}]
    step = task("check", outcomes=outcomes) | {"name": {"de": "Prüfen", "en": "Check"}}
    run = make_run(document(step), rita, it)
    item = claim_work_item(as_web(alan), open_item(run))
    complete_work_item(as_web(alan), item, outcome="fine", data={})
    rows = list(Event.objects.filter(ticket_id=run.ticket_id).order_by("pk"))
    with translation.override("en"):
        told = "\n".join(sentences(rows))
    assert "completed the step Check: Fine" in told
    with translation.override("de"):
        assert "Prüfen" in "\n".join(sentences(rows))
    assert Instance.objects.get().status == "finished"
    assert "%(" not in told
