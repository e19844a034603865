"""The page of a step: reading, claiming, filling in, deciding, handing on."""

import pytest

from accounts.models import User
from desk.models import Attachment
from tests.workflows.factories import document, fresh, open_item, task
from tests.workflows.views.conftest import HTMX, approval_flow, form_step
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(run, alan, as_web):
    """A step with a form, held by Alan."""
    item = open_item(run(document(form_step()), subject="New laptop"))
    return claim_work_item(as_web(alan), item)


def state_of(item):
    return WorkItem.objects.get(pk=item.pk).state


def send(client, item, **values):
    return client.post(f"/steps/{item.pk}/complete", {"shown": "amount,account", "outcome": "done", **values})


def test_the_page_shows_task_request_and_form(as_client, alan, mine):
    text = as_client(alan).get(f"/steps/{mine.pk}").content.decode()
    for expected in (
        "Please <strong>check</strong> it",
        "New laptop",
        "Rita Reiter",
        "Amount",
        "Account",
        'value="done"',
    ):
        assert expected in text
    assert "Why that much" not in text


@pytest.mark.parametrize(("who", "status"), [("rita", 404), ("otto", 404), ("hanna", 404), ("lea", 200), ("sven", 200)])
def test_only_who_works_the_ticket_or_holds_the_step_sees_it(request, as_client, mine, who, status):
    assert as_client(request.getfixturevalue(who)).get(f"/steps/{mine.pk}").status_code == status


def test_completing_leads_on(as_client, alan, mine):
    answer = send(as_client(alan), mine, field_amount="50", field_account="4711", note="fine")
    assert answer.status_code == 302
    item = WorkItem.objects.get(pk=mine.pk)
    assert (item.state, item.outcome, item.note) == ("completed", "done", "fine")
    assert item.data == {"amount": 50, "account": "4711"}
    assert fresh(item.ticket).status.key == "resolved"


def test_htmx_goes_to_the_next_page_by_header(as_client, alan, mine):
    answer = as_client(alan, **HTMX).post(
        f"/steps/{mine.pk}/complete", {"shown": "amount,account", "outcome": "done", "field_amount": "5"}
    )
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, f"/tickets/{mine.ticket.number}")


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(as_client, alan, mine):
    answer = send(as_client(alan, **HTMX), mine, field_amount="many", field_account="4711", note="my words")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.lstrip().startswith('<div class="step-cols" id="step">')
    for expected in ('value="many"', 'value="4711"', "my words", 'aria-invalid="true"'):
        assert expected in text
    assert state_of(mine) == "claimed"


def test_an_answer_that_brings_up_a_question_asks_it(as_client, alan, mine):
    answer = send(as_client(alan), mine, field_amount="500")
    assert answer.status_code == 422
    assert "Why that much" in answer.content.decode()
    answer = send(as_client(alan), mine, shown="amount,why,account", field_amount="500", field_why="big screen")
    assert answer.status_code == 302
    assert WorkItem.objects.get(pk=mine.pk).data == {"amount": 500, "why": "big screen"}


def test_the_questions_change_with_the_answers(as_client, alan, mine):
    answer = as_client(alan, **HTMX).post(f"/steps/{mine.pk}/fields", {"shown": "amount", "field_amount": "500"})
    assert "Why that much" in answer.content.decode()
    assert state_of(mine) == "claimed"


def test_a_hidden_value_that_is_sent_all_the_same_is_dropped(as_client, alan, mine):
    send(as_client(alan), mine, shown="amount,why,account", field_amount="5", field_why="smuggled")
    assert WorkItem.objects.get(pk=mine.pk).data == {"amount": 5}


def test_an_unknown_outcome_is_refused(as_client, alan, mine):
    answer = send(as_client(alan), mine, field_amount="5", outcome="explode")
    assert answer.status_code == 422
    assert "does not have that outcome" in answer.content.decode()


def test_too_late_names_the_winner_and_keeps_what_was_typed(as_client, as_web, alan, lea, mine):
    data = {"amount": 1}
    complete_work_item(as_web(lea), mine, outcome="done", data=data)
    answer = send(as_client(alan, **HTMX), mine, field_amount="77", note="my long words")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Already done by Lea Leitung" in text
    assert "my long words" in text and "77" in text
    assert WorkItem.objects.get(pk=mine.pk).data == data


def test_the_same_button_twice_is_done_once(as_client, alan, mine):
    first = send(as_client(alan), mine, field_amount="5")
    second = send(as_client(alan), mine, field_amount="5")
    assert first.status_code == second.status_code == 302


def test_claiming(as_client, alan, lea, run):
    item = open_item(run(document(form_step())))
    page = as_client(alan).get(f"/steps/{item.pk}").content.decode()
    assert f"/steps/{item.pk}/claim" in page
    assert as_client(alan).post(f"/steps/{item.pk}/claim").headers["Location"] == f"/steps/{item.pk}"
    lost = as_client(lea, **HTMX).post(f"/steps/{item.pk}/claim")
    assert lost.status_code == 409
    assert "Alan Agent got there first." in lost.content.decode()


def test_giving_back(as_client, alan, mine):
    as_client(alan).post(f"/steps/{mine.pk}/release")
    item = WorkItem.objects.get(pk=mine.pk)
    assert (item.state, item.assignee) == ("ready", None)


def test_handing_on_by_name(as_client, alan, lea, mine):
    wrong = as_client(alan).post(f"/steps/{mine.pk}/assign", {"assignee": "Nobody at all"})
    assert wrong.status_code == 422
    assert 'value="Nobody at all"' in wrong.content.decode()
    as_client(alan).post(f"/steps/{mine.pk}/assign", {"assignee": lea.email})
    assert WorkItem.objects.get(pk=mine.pk).assignee == lea


def test_who_may_not_do_the_step_gets_403(as_client, run, alan, lea, as_web):
    item = claim_work_item(as_web(lea), open_item(run(document(form_step()))))
    assert send(as_client(alan), item, field_amount="1").status_code == 403
    assert state_of(item) == "claimed"


def test_an_address_for_changes_leads_back_to_the_step(as_client, alan, mine):
    for verb in ("complete", "claim", "release", "assign", "fields"):
        assert as_client(alan).get(f"/steps/{mine.pk}/{verb}").headers["Location"] == f"/steps/{mine.pk}"


class TestApproval:
    @pytest.fixture
    def item(self, run, otto):
        return open_item(run(approval_flow({"person": otto.email}), subject="Desk lamp"))

    def test_a_requester_approves_in_the_portals_frame(self, as_client, otto, item):
        page = as_client(otto).get(f"/steps/{item.pk}").content.decode()
        assert "portal-bar" in page and "Desk lamp" in page
        assert 'data-key="a"' in page and 'data-key="x"' in page
        answer = as_client(otto).post(f"/steps/{item.pk}/complete", {"outcome": "approve"})
        assert answer.headers["Location"] == "/approvals"
        assert state_of(item) == "completed"

    def test_rejecting_needs_a_reason(self, as_client, otto, item):
        answer = as_client(otto).post(f"/steps/{item.pk}/complete", {"outcome": "reject", "note": " "})
        assert answer.status_code == 422
        assert "Please give a reason." in answer.content.decode()
        as_client(otto).post(f"/steps/{item.pk}/complete", {"outcome": "reject", "note": "too dear"})
        assert WorkItem.objects.get(pk=item.pk).note == "too dear"

    def test_the_requester_corrects_and_reads_why(self, as_client, rita, otto, item):
        as_client(otto).post(f"/steps/{item.pk}/complete", {"outcome": "reject", "note": "too dear"})
        fix = open_item(item.instance, "fix")
        page = as_client(rita).get(f"/steps/{fix.pk}").content.decode()
        assert "too dear" in page and "Otto Fremd" in page
        assert as_client(rita).post(f"/steps/{fix.pk}/complete", {"outcome": "done"}).status_code == 302
        assert open_item(item.instance).step == "approve"

    def test_what_lies_with_a_group_is_taken_by_deciding(self, as_client, sven, run):
        item = open_item(run(approval_flow({"role": "support"})))
        as_client(sven).post(f"/steps/{item.pk}/complete", {"outcome": "approve"})
        item.refresh_from_db()
        assert (item.state, item.completed_by) == ("completed", sven)

    def test_rejecting_does_not_ask_the_fields_of_an_approval(self, as_client, otto, run):
        form = {"fields": [{"key": "budget", "kind": "text", "required": True, "label": "Budget"}]}
        item = open_item(run(approval_flow({"person": otto.email, "form": form})))
        values = {"outcome": "reject", "note": "no", "shown": "budget", "field_budget": ""}
        assert as_client(otto).post(f"/steps/{item.pk}/complete", values).status_code == 302
        assert WorkItem.objects.get(pk=item.pk).outcome == "reject"


def test_files_are_on_the_ticket_and_named_by_the_step(as_client, alan, as_web, run):
    from django.core.files.uploadedfile import SimpleUploadedFile

    step = task("check", form={"fields": [{"key": "offer", "kind": "file", "label": "Offer", "required": True}]})
    item = claim_work_item(as_web(alan), open_item(run(document(step))))
    upload = SimpleUploadedFile("offer.txt", b"99 EUR")
    values = {"outcome": "done", "shown": "offer", "field_offer": upload}
    assert as_client(alan).post(f"/steps/{item.pk}/complete", values).status_code == 302
    row = Attachment.objects.get(ticket=item.ticket)
    assert WorkItem.objects.get(pk=item.pk).data == {"offer": [row.key]}


def test_visitors_log_in_first(client, mine):
    assert "/accounts/login/" in client.get(f"/steps/{mine.pk}").headers["Location"]
    assert client.get(f"/steps/{mine.pk}", headers=HTMX).status_code == 401


def test_the_page_speaks_german(as_client, alan, mine):
    User.objects.filter(pk=alan.pk).update(language="de")
    assert "Bitte prüfen" in as_client(alan).get(f"/steps/{mine.pk}").content.decode()
