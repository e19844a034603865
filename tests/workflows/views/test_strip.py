"""The workflow's share of a ticket's pages: strip, panel, tracking line."""

import re

import pytest

from tests.workflows.factories import document, make_workflow, open_item, task
from tests.workflows.views.conftest import HTMX, approval_flow, form_step
from workflows.commands.work_items import claim_work_item
from workflows.models import Instance, WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(run):
    return run(document(form_step(next="work", public=True), task("work")), subject="New laptop")


def steps(client, instance):
    return client.get(f"/tickets/{instance.ticket.number}/steps").content.decode()


def test_the_ticket_page_has_a_place_for_the_strip_only_where_a_workflow_runs(as_client, alan, instance, ticket):
    place = f'hx-get="/tickets/{instance.ticket.number}/steps"'
    client = as_client(alan)
    assert place in client.get(f"/tickets/{instance.ticket.number}").content.decode()
    assert "strip-slot" not in client.get(f"/tickets/{ticket.number}").content.decode()


def test_done_now_next_and_who_is_waited_for(as_client, as_web, alan, lea, instance):
    claim_work_item(as_web(lea), open_item(instance))
    text = steps(as_client(alan, **HTMX), instance)
    assert text.lstrip().startswith('<section id="steps"')
    assert "1/2" in text
    assert text.index("<span>Check</span>") < text.index("<span>Work</span>")
    assert "Lea Leitung" in text


def test_the_form_of_my_step_is_there_with_a_button_per_outcome(as_client, as_web, alan, instance):
    claim_work_item(as_web(alan), open_item(instance))
    text = steps(as_client(alan, **HTMX), instance)
    assert 'name="field_amount"' in text and 'value="done"' in text


def test_doing_a_step_renews_the_ticket_page(as_client, as_web, alan, instance):
    item = claim_work_item(as_web(alan), open_item(instance))
    values = {"place": "strip", "outcome": "done", "shown": "amount,account", "field_amount": "3"}
    answer = as_client(alan, **HTMX).post(f"/steps/{item.pk}/complete", values)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="ticket-{item.ticket_id}-head"' in text and 'id="thread"' in text and "2/2" in text
    assert open_item(instance).step == "work"


def test_what_does_not_fit_comes_back_open_and_filled_in(as_client, as_web, alan, instance):
    item = claim_work_item(as_web(alan), open_item(instance))
    values = {"place": "strip", "outcome": "done", "shown": "amount,account", "field_amount": "x"}
    answer = as_client(alan, **HTMX).post(f"/steps/{item.pk}/complete", values)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert '<details class="strip-do" open>' in text and 'value="x"' in text


def test_without_javascript_the_same_is_a_page(as_client, alan, instance):
    text = steps(as_client(alan), instance)
    assert "<!doctype html>" in text and 'id="steps"' in text


def test_a_failed_step_says_why(as_client, alan, run):
    broken = {"key": "call", "kind": "set", "values": {"x": {"formula": "1 / zero"}}, "next": "end"}
    instance = run(
        document(broken, fields=[{"key": "x", "kind": "number"}, {"key": "zero", "kind": "number", "default": 0}])
    )
    assert Instance.objects.get(pk=instance.pk).has_error
    text = steps(as_client(alan, **HTMX), instance)
    assert "A formula cannot be computed" in text


def test_the_panel_lists_steps_and_starts_workflows(as_client, alan, ticket):
    make_workflow(document(task("work")), key="manual")
    client = as_client(alan, **HTMX)
    assert 'value="manual"' in client.get(f"/tickets/{ticket.number}/workflow").content.decode()
    as_client(alan).post(f"/tickets/{ticket.number}/workflow/start", {"workflow": "manual"})
    assert Instance.objects.get(ticket=ticket).version.workflow.key == "manual"
    text = client.get(f"/tickets/{ticket.number}/workflow").content.decode()
    assert "Work" in text and 'value="manual"' not in text


@pytest.mark.parametrize(("who", "status"), [("rita", 302), ("hanna", 404), ("alan", 200)])
def test_only_who_works_the_ticket_sees_strip_and_panel(request, as_client, instance, who, status):
    for part in ("steps", "workflow"):
        client = as_client(request.getfixturevalue(who), **HTMX)
        assert client.get(f"/tickets/{instance.ticket.number}/{part}").status_code == status


class TestTracking:
    def test_the_requester_sees_public_steps_only(self, as_client, as_web, rita, lea, instance):
        claim_work_item(as_web(lea), open_item(instance))
        page = as_client(rita).get(f"/portal/tickets/{instance.ticket.number}").content.decode()
        assert f'hx-get="/portal/tickets/{instance.ticket.number}/steps"' in page
        text = as_client(rita, **HTMX).get(f"/portal/tickets/{instance.ticket.number}/steps").content.decode()
        assert "Check" in text and 'aria-current="step"' in text
        assert "Work" not in text and not re.search(r"\bLea\b", text)

    def test_it_says_what_is_done(self, as_client, as_web, rita, otto, run):
        instance = run(approval_flow({"person": otto.email}, public=True))
        item = open_item(instance)
        assert item.kind == WorkItem.Kind.APPROVAL
        as_client(otto).post(f"/steps/{item.pk}/complete", {"outcome": "approve"})
        text = as_client(rita, **HTMX).get(f"/portal/tickets/{instance.ticket.number}/steps").content.decode()
        assert "text-ok" in text and "Fix" not in text and "Otto" not in text

    def test_strangers_find_nothing(self, as_client, otto, instance):
        assert as_client(otto).get(f"/portal/tickets/{instance.ticket.number}/steps").status_code == 404

    def test_a_step_of_the_requesters_own_is_offered_to_them(self, as_client, rita, otto, run):
        instance = run(approval_flow({"person": otto.email}))
        as_client(otto).post(f"/steps/{open_item(instance).pk}/complete", {"outcome": "reject", "note": "no"})
        fix = open_item(instance, "fix")
        text = as_client(rita, **HTMX).get(f"/portal/tickets/{instance.ticket.number}/steps").content.decode()
        assert "Your request waits for you: Fix." in text and f'href="/steps/{fix.pk}"' in text
