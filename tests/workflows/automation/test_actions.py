"""Every kind of action through its command, and calls to other servers under the guard."""

import hashlib
import hmac
import json

import pytest
from django.core import mail

from accounts.models import Notification
from desk.commands.macros import save_macro
from desk.models import DispatchPolicy, RequestType
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.errors import Invalid
from flowtic.core.models import Job, OutgoingCall
from flowtic.core.secrets import save_secret
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from tests.workflows.factories import document, make_workflow, task
from tests.workflows.test_http_steps import server  # noqa: F401  (a fixture)
from workflows.automation import calls
from workflows.automation.actions.webhook import JOB
from workflows.models import AutomationRule, AutomationRun, Instance

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("test")


def acted(rita, department, *actions, **ticket):
    """A new ticket on which a rule did this; what came of each action."""
    make_rule("Rule", *actions)
    row = make_ticket(rita, department, **ticket)
    work()
    row.refresh_from_db()
    run = AutomationRun.objects.get()
    assert run.outcome == "done", run.error
    return row, [one["state"] for one in run.results]


def test_fields_of_a_ticket(rita, it, hr):
    fields = [{"key": "room", "label": "Room"}, {"key": "loud", "kind": "yes_no", "label": "Loud"}]
    kind = RequestType.objects.create(key="move", name_de="x", name_en="x", department=it, schema={"fields": fields})
    ticket, states = acted(
        rita, it,
        {"do": "department", "value": "hr"}, {"do": "priority", "value": "high"}, {"do": "add_tags", "value": "b, a"},
        {"do": "remove_tags", "value": "b"}, {"do": "field", "field": "room", "value": "12"},
        {"do": "field", "field": "loud", "value": "yes"}, {"do": "status", "value": "resolved"},
        {"do": "priority", "value": "high"},
        request_type=kind,
    )  # fmt: skip
    assert (ticket.department, ticket.priority.key, ticket.status.key) == (hr, "high", "resolved")
    assert [tag.name for tag in ticket.tags.all()] == ["a"]
    assert ticket.fields == {"room": "12", "loud": True}
    assert states == ["done"] * 7 + ["same"]


def test_a_field_that_the_form_lacks_is_left_alone(rita, it):
    RequestType.objects.create(key="m", name_de="x", name_en="x", department=it, schema={"fields": [{"key": "room"}]})
    assert acted(rita, it, {"do": "field", "field": "room", "value": "1"})[1] == ["same"]


def test_assigning_by_policy_to_a_queue_and_to_nobody(rita, it, hr, alan, hanna):
    DispatchPolicy.objects.create(department=hr, strategy="least_loaded", active=True)
    ticket, states = acted(
        rita, it, {"do": "assign", "to": f"person:{alan.pk}"}, {"do": "assign", "to": "nobody"},
        {"do": "assign", "to": "pool:hr"}, {"do": "assign", "to": "policy"},
    )  # fmt: skip
    assert (ticket.department, ticket.assignee, states) == (hr, hanna, ["done"] * 4)


def test_a_workflow_is_started_once(rita, it):
    make_workflow(document(task()), "buy")
    ticket, states = acted(rita, it, {"do": "workflow", "workflow": "buy"}, {"do": "workflow", "workflow": "buy"})
    assert (Instance.objects.get().ticket, states) == (ticket, ["done", "same"])


def test_a_macro_runs_without_a_person(rita, it, ada):
    names = {"name_de": "M", "name_en": "M", "audience": "everybody"}
    steps = [
        {"do": "priority", "value": "low"},
        {"do": "note", "value": "By {{ agent.name }} for {{ requester.name }}"},
    ]
    macro = save_macro(Actor(ada, "web"), None, steps=steps, **names)
    ticket, _states = acted(rita, it, {"do": "macro", "macro": macro.pk})
    assert (ticket.priority.key, ticket.comments.get().body) == ("low", "By  for Rita Reiter")
    for step in ({"do": "reply", "value": "Hello"}, {"do": "assignee", "value": "me"}, {"do": "watch", "value": True}):
        personal = save_macro(Actor(ada, "web"), None, steps=[step], **names)
        with pytest.raises(Invalid) as caught:
            make_rule("Personal", {"do": "macro", "macro": personal.pk})
        assert "needs a person" in caught.value.fields["actions.0.macro"][0]


def test_people_are_notified(rita, it, alan, lea, ada):
    told = {"do": "notify", "to": ["lead", "requester", f"person:{alan.pk}"], "subject": "Look: {{ ticket.subject }}",
            "text": "{{ requester.name }} needs\nyou."}  # fmt: skip
    mail.outbox.clear()
    acted(rita, it, told, subject="Fire")
    assert {row.person for row in Notification.objects.filter(kind="rule")} == {alan, lea}
    own = {letter.to[0]: letter for letter in mail.outbox if "Look" in letter.subject}
    assert set(own) == {alan.email, lea.email, rita.email}
    assert own[rita.email].subject.endswith("Look: Fire")
    assert "/portal/tickets/" in own[rita.email].body and "/portal/" not in own[alan.email].body


# ---- calls -------------------------------------------------------------------------------


def hook(url, **more):
    return {"do": "webhook", "method": "POST", "url": url, **more}


def run_jobs():
    for _round in range(20):
        row = Job.objects.filter(kind=JOB, state="pending").order_by("pk").first()
        if row is None:
            return
        Job.objects.filter(pk=row.pk).update(next_try=row.created_at)
        assert jobs.run(row.pk)


def test_a_call_is_signed_and_told_once(server, rita, it):  # noqa: F811
    save_secret(MACHINE, "HOOK", value="s3cret-of-hook", note="")
    spec = hook(f"{server.url}/h?n={{{{ ticket.number }}}}", secret="HOOK", headers="X-Key: {{ secret.HOOK }}")
    ticket, states = acted(rita, it, spec)
    assert states == ["waiting"]
    run_jobs()
    (got,) = server.got
    headers = {name.lower(): value for name, value in got["headers"].items()}
    moment, signed = (part.split("=", 1)[1] for part in headers["flowtic-signature"].split(","))
    assert signed == hmac.new(b"s3cret-of-hook", f"{moment}.".encode() + got["body"], hashlib.sha256).hexdigest()
    run = AutomationRun.objects.get()
    assert (headers["x-key"], headers["idempotency-key"]) == ("s3cret-of-hook", f"flowtic-rule-{run.pk}-0")
    assert got["path"] == f"/h?n={ticket.number}"
    sent = json.loads(got["body"])
    assert (sent["ticket"]["number"], sent["rule"]["name"], "comment" in sent) == (ticket.number, "Rule", False)
    assert (run.outcome, run.results[0]["state"]) == ("done", "done")
    call = OutgoingCall.objects.get()
    assert call.kind == "automation" and "s3cret" not in json.dumps([call.request_headers, call.url, call.request_body])
    # The same job again makes no second call.
    job = Job.objects.get(kind=JOB)
    calls.call(job)
    assert len(server.got) == 1


def test_a_call_is_tried_again_and_then_a_failure(server, rita, it):  # noqa: F811
    server.answers = [(503, {}, b""), (302, {"Location": "http://169.254.169.254/"}, b"")]
    acted(rita, it, hook(server.url))
    run_jobs()
    run = AutomationRun.objects.get()
    assert (len(server.got), run.outcome, run.results[0]["state"]) == (2, "failed", "failed")
    assert "302" in run.error
    assert AutomationRule.objects.get().failures == 1
    server.answers = [(500, {}, b"")]
    server.got.clear()
    make_ticket(rita, it)
    work()
    run_jobs()
    assert (len(server.got), AutomationRule.objects.get().failures) == (6, 2)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://[::1]:{port}/", "http://169.254.169.254/latest", "http://10.0.0.1/"]
)
def test_addresses_inside_are_never_called(server, settings, rita, it, url):  # noqa: F811
    settings.FLOWTIC_OUTGOING_ALLOWED = []
    acted(rita, it, hook(url.format(port=server.server_address[1])))
    run_jobs()
    run = AutomationRun.objects.get()
    assert (server.got, run.outcome, run.code) == ([], "failed", "call_failed")
    assert Job.objects.filter(kind=JOB).count() == 1  # what was refused is not tried again


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.org/", "https://{{ ticket.subject }}/", "https://user:pw@example.org/", "//example.org",
     "https://2130706433/", "javascript:alert(1)", "https://example.org/\\@evil", "https://x{{ secret.A }}.example.org/"],
)  # fmt: skip
def test_addresses_that_cannot_be_saved(ada, url):
    with pytest.raises(Invalid) as caught:
        make_rule("Hook", hook(url))
    assert set(caught.value.fields) == {"actions.0.url"}
