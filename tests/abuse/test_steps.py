"""STEP: other people's steps, undeclared fields, order of steps; and texts that want to be more than text."""

import pytest
from django.core import mail

from desk.models import Comment
from flowtic.core import jobs
from flowtic.core.models import Event, Job
from tests.abuse.doors import everything
from tests.api.conftest import fields_of, problem
from tests.factories import make_person
from tests.workflows.factories import document, make_run, open_item, task
from workflows.models import Instance, InstanceEvent, WorkItem

FORM = {
    "pages": [
        {
            "key": "p",
            "fields": [
                {"key": "cost", "kind": "number", "required": True},
                {"key": "reason", "show_when": {"field": "cost", "op": "gt", "value": 100}, "required": True},
                {"key": "margin", "kind": "number", "internal": True},
            ],
        }
    ]
}
FIELDS = [{"key": "cost", "kind": "number"}, {"key": "approved", "kind": "yes_no", "default": False}]
VERBS = (
    ("claim", {}),
    ("release", {}),
    ("assign", {"assignee": "me"}),
    ("complete", {"outcome": "done"}),
    ("complete", {"outcome": "approve"}),
)


def approval(*people, **more):
    asked = [{"person": person.email} for person in people]
    return {"key": "ok", "kind": "approval", "approvers": asked, "approve": "end", "reject": "no", **more}


NO = {"key": "no", "kind": "end", "status": "rejected"}


@pytest.fixture
def step(rita, it, alan):
    return open_item(make_run(document(task("check", form=FORM), fields=FIELDS), rita, it))


def unchanged(item):
    now = WorkItem.objects.get(pk=item.pk)
    return (now.state, now.version, now.assignee_id) == (item.state, item.version, item.assignee_id)


@pytest.mark.parametrize("who", ["rita", "otto", "hanna"])
def test_step_01_nobody_takes_a_step_of_others(work, request, step, who):
    person = request.getfixturevalue(who)
    for number in (step.pk, f"0{step.pk}"):
        for verb, body in VERBS:
            refused = work(person).post(f"/work-items/{number}/{verb}", body)
            problem(refused, 404)
            assert step.ticket.subject not in everything(refused)
    problem(work(person).get(f"/work-items/{step.pk}"), 404)
    problem(work(person).get(f"/instances/{step.instance_id}"), 404)
    assert unchanged(step)
    assert InstanceEvent.objects.count() == 1


def test_step_01_who_works_there_may(work, step, alan):
    """The control."""
    assert work(alan).post(f"/work-items/{step.pk}/claim").status_code == 200
    assert work(alan).post(f"/work-items/{step.pk}/complete", {"data": {"cost": 1}}).status_code == 200


def test_step_01_a_colleague_does_not_finish_what_somebody_holds(work, step, alan, it):
    bob = make_person("Bob Beistand", "agent", departments=(it,))
    work(alan).post(f"/work-items/{step.pk}/claim")
    held = WorkItem.objects.get(pk=step.pk)
    for verb, body in VERBS[1:]:
        problem(work(bob).post(f"/work-items/{step.pk}/{verb}", body), 403)
    assert unchanged(held)


def test_step_02_approvals_are_given_by_who_was_asked(work, rita, it, otto, alan, lea, sven, ada):
    """Not by the requester, not by those who may dispatch, not by admins; and a vote cannot be given for a colleague."""
    item = open_item(make_run(document(approval(otto), NO), rita, it))
    for person in (alan, lea, sven, ada):
        problem(work(person).post(f"/work-items/{item.pk}/complete", {"outcome": "approve"}), 403)
    problem(work(rita).post(f"/work-items/{item.pk}/complete", {"outcome": "approve"}), 404)
    assert unchanged(item)
    assert work(otto).post(f"/work-items/{item.pk}/complete", {"outcome": "approve"}).status_code == 200
    assert Instance.objects.get().status == "finished"


def test_step_02_nobody_votes_twice(work, rita, it, otto, alan):
    run = make_run(document(approval(otto, alan, mode="parallel"), NO), rita, it)
    own = run.items.get(assignee=otto)
    assert work(otto).post(f"/work-items/{own.pk}/complete", {"outcome": "approve"}).status_code == 200
    problem(work(otto).post(f"/work-items/{own.pk}/complete", {"outcome": "approve"}), 409)
    other = run.items.get(assignee=alan)
    problem(work(otto).post(f"/work-items/{other.pk}/complete", {"outcome": "approve"}), 404)
    run.refresh_from_db()
    assert run.status == "running"


def test_step_03_fields_that_are_not_asked_are_refused(work, step, alan, rita, it, otto):
    path = f"/work-items/{step.pk}"
    work(alan).post(f"{path}/claim")
    for data, wrong in (
        ({"cost": 5, "reason": "hidden"}, "data.reason"),
        ({"cost": 5, "approved": True}, "data.approved"),
        ({"cost": 5, "ticket": {"priority": "urgent"}}, "data.ticket"),
        ({"cost": 5, "__class__": "x"}, "data.__class__"),
        ({"cost": 500}, "data.reason"),
        ({"cost": {"$gt": 1}}, "data.cost"),
    ):
        assert wrong in fields_of(problem(work(alan).post(f"{path}/complete", {"data": data}), 422))
    for body in ({"state": "completed"}, {"assignee": otto.pk}, {"completed_by": otto.pk}, {"data": [1]}):
        problem(work(alan).post(f"{path}/complete", {"outcome": "done", **body}), 422)
    assert WorkItem.objects.get(pk=step.pk).state == "claimed"
    item = open_item(
        make_run(document(approval(otto) | {"approvers": [{"person": otto.email, "form": FORM}]}, NO), rita, it)
    )
    refused = work(otto).post(
        f"/work-items/{item.pk}/complete", {"outcome": "approve", "data": {"cost": 1, "margin": 9}}
    )
    assert "data.margin" in fields_of(problem(refused, 422)), "internal fields are not for approvers without a desk"
    fine = work(otto).post(f"/work-items/{item.pk}/complete", {"outcome": "approve", "data": {"cost": 1}})
    assert fine.status_code == 200


def test_step_04_steps_are_done_in_their_order(work, rita, it, alan, lea):
    run = make_run(document(task("first", "second"), task("second", "third"), task("third")), rita, it)
    first = open_item(run)
    work(alan).post(f"/work-items/{first.pk}/claim")
    for outcome in ("third", "end", "second", "approve"):
        problem(work(alan).post(f"/work-items/{first.pk}/complete", {"outcome": outcome}), 422)
    for operation in ({"operation": "jump", "token": "1", "to": "third"}, {"operation": "skip", "token": "1"}):
        problem(work(alan).post(f"/instances/{run.pk}/operations", {**operation, "reason": "quick"}), 403)
    problem(work(alan).post(f"/instances/{run.pk}/messages", {"name": "third"}), 409)
    closed = work(alan).put(f"/tickets/{run.ticket.number}/status", {"status": "closed"})
    assert closed.status_code in (403, 409)
    work(alan).post(f"/work-items/{first.pk}/complete", {})
    assert open_item(run).step == "second"
    problem(work(alan).post(f"/work-items/{first.pk}/complete", {}), 409)


def test_step_05_values_of_people_are_never_templates_or_markup(web, rita, it, alan):
    """What a requester typed stands in mails and tickets as it is, and is not filled a second time."""
    evil = "{{ secret.SHOP }} {{ requester.email }} {% load x %} ${7*7} <img src=x onerror=alert(1)>"
    doc = document(
        {
            "key": "tell",
            "kind": "notify",
            "to": ["requester"],
            "subject": "About {{ what }}",
            "text": "{{ what }}",
            "next": "kid",
        },
        {
            "key": "kid",
            "kind": "child",
            "tickets": [{"subject": "{{ what }}", "description": "For {{ what }}"}],
            "wait": False,
            "next": "check",
        },
        task("check"),
        fields=[{"key": "what", "default": evil}],
    )
    run = make_run(doc, rita, it)
    for job in Job.objects.filter(kind="workflows.effect"):
        jobs.run(job.pk)
    sent = [message for message in mail.outbox if message.subject.startswith("About")]
    assert [message.subject for message in sent] == [f"About {evil}"]
    assert evil.partition("<")[0].strip() in sent[0].body
    for content, _kind in sent[0].alternatives:
        assert "<img src=x" not in content
    child = type(run.ticket).objects.exclude(pk=run.ticket_id).get()
    assert (child.subject, child.description) == (evil, f"For {evil}")
    assert "<img src=x" not in web(alan).get(f"/tickets/{child.number}").content.decode()
    assert not Comment.objects.filter(body__contains="49").exists()


def test_step_06_names_and_forms_of_steps_are_text_on_every_page(work, web, rita, it, alan, ada):
    evil = "<svg onload=alert(1)><div hx-get=/logout hx-trigger=load>"
    form = {
        "pages": [
            {
                "key": "p",
                "title": evil,
                "fields": [
                    {
                        "key": "a",
                        "label": evil,
                        "help": evil,
                        "choices": [{"value": "x", "label": evil}],
                        "kind": "choice",
                    }
                ],
            }
        ]
    }
    step = task("check", name=evil, help=evil, form=form, outcomes=[{"key": "ok", "label": evil, "next": "end"}])
    run = make_run(document(step, fields=[{"key": "a", "label": evil}]), rita, it)
    work(alan).post(f"/work-items/{open_item(run).pk}/claim")
    pages = [web(alan).get(f"/tickets/{run.ticket.number}"), web(alan).get(f"/tickets/{run.ticket.number}/history")]
    pages += [web(rita).get(f"/portal/tickets/{run.ticket.number}"), web(alan).get("/work")]
    for page in pages:
        assert "<svg onload" not in page.content.decode()
        assert "<div hx-get=/logout" not in page.content.decode()
    answer = work(alan).get(f"/work-items/{open_item(run).pk}")
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["step"]["name"] == evil, "as data it is what it is"
    assert Event.objects.filter(ticket_id=run.ticket_id).exists()
