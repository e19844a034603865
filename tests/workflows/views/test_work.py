"""My work and the inbox of approvals."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.commands import claim_ticket
from desk.dispatching.load import loads
from desk.models import RequestType, Ticket
from tests.factories import make_ticket
from tests.workflows.factories import MACHINE, document, make_workflow, open_item, task
from tests.workflows.views.conftest import HTMX, approval_flow
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item
from workflows.models import WorkItem
from workflows.queries.work import MyWork

pytestmark = pytest.mark.django_db


def keys(rows):
    return [row.key for row in rows]


@pytest.fixture
def step(run):
    return open_item(run(document(task("work"), start="work"), subject="Order chairs"))


def due(ticket, **left):
    moment = timezone.now() + timedelta(**left)
    Ticket.objects.filter(pk=ticket.pk).update(due_at=moment, sort_due_at=moment)


class TestLists:
    def test_free_steps_and_tickets_stand_together(self, as_web, alan, rita, it, step):
        free = make_ticket(rita, it)
        work = MyWork(as_web(alan))
        assert sorted(keys(work.free)) == sorted([f"item-{step.pk}", f"ticket-{free.pk}"])
        assert work.mine == work.now == []

    def test_a_step_of_mine_stands_for_its_ticket(self, as_web, alan, step):
        claim_work_item(as_web(alan), step)
        work = MyWork(as_web(alan))
        assert keys(work.mine) == [f"item-{step.pk}"]
        assert work.free == []

    def test_what_is_due_within_two_hours_is_now(self, as_web, alan, rita, it):
        soon, late, over = (claim_ticket(as_web(alan), make_ticket(rita, it)) for _ in range(3))
        due(soon, minutes=90), due(late, hours=5), due(over, hours=-3)
        work = MyWork(as_web(alan))
        assert keys(work.now) == [f"ticket-{over.pk}", f"ticket-{soon.pk}"]
        assert keys(work.mine) == [f"ticket-{late.pk}"]

    def test_other_departments_do_not_appear(self, as_web, hanna, step, ticket):
        work = MyWork(as_web(hanna))
        assert work.is_empty

    def test_nobody_is_offered_a_ticket_whose_step_waits_for_others(self, as_web, alan, rita, it, otto):
        ticket = make_ticket(rita, it)
        start_workflow(as_web(alan), ticket, workflow=make_workflow(approval_flow({"person": otto.email}), "x"))
        assert MyWork(as_web(alan)).free == []

    def test_steps_count_as_open_work(self, as_web, alan, lea, rita, it, step):
        claim_ticket(as_web(lea), step.ticket)
        claim_work_item(as_web(alan), WorkItem.objects.get(pk=step.pk))
        assert loads([alan, lea]) == {alan.pk: 1, lea.pk: 1}

    def test_a_step_of_ones_own_ticket_is_counted_once(self, as_web, alan, step):
        claim_work_item(as_web(alan), step)
        step.ticket.refresh_from_db()
        assert step.ticket.assignee == alan
        assert loads([alan]) == {alan.pk: 1}


class TestPage:
    def test_it_shows_load_and_lists(self, as_client, alan, step, ticket):
        alan.capacity = 8
        alan.save()
        text = as_client(alan).get("/work").content.decode()
        assert "0 of 8" in text and "Available" in text
        assert f'id="item-{step.pk}"' in text and f'id="ticket-{ticket.pk}"' in text
        assert 'action="/work/next"' in text

    def test_claiming_a_step_moves_it(self, as_client, alan, step):
        answer = as_client(alan, **HTMX).post(f"/steps/{step.pk}/claim", {"place": "work"})
        assert answer.status_code == 200
        assert answer.content.decode().lstrip().startswith('<div id="work"')
        assert WorkItem.objects.get(pk=step.pk).assignee == alan

    def test_who_is_too_late_reads_who_won_in_the_line(self, as_client, as_web, alan, lea, step, ticket):
        claim_work_item(as_web(lea), step)
        answer = as_client(alan, **HTMX).post(f"/steps/{step.pk}/claim", {"place": "work"})
        assert answer.status_code == 409
        assert "Lea Leitung got there first." in answer.content.decode()
        assert f'id="item-{step.pk}"' in answer.content.decode()
        claim_ticket(as_web(lea), ticket)
        answer = as_client(alan, **HTMX).post(f"/work/tickets/{ticket.number}/claim")
        assert answer.status_code == 409
        assert f'id="ticket-{ticket.pk}"' in answer.content.decode()

    def test_claiming_a_ticket(self, as_client, alan, ticket):
        assert as_client(alan).post(f"/work/tickets/{ticket.number}/claim").headers["Location"] == "/work"
        ticket.refresh_from_db()
        assert ticket.assignee == alan

    def test_the_number_of_queries_does_not_grow_with_the_rows(
        self, as_client, run, alan, rita, it, django_assert_max_num_queries
    ):
        doc = document(task("work"))
        for _ in range(6):
            run(doc)
            make_ticket(rita, it)
        client = as_client(alan)
        client.get("/work")
        with django_assert_max_num_queries(20):
            client.get("/work")

    def test_requesters_are_led_to_the_portal(self, as_client, rita):
        assert as_client(rita).get("/work").status_code == 302

    def test_the_menu_leads_there_and_counts(self, as_client, as_web, alan, step):
        claim_work_item(as_web(alan), step)
        text = as_client(alan).get("/tickets").content.decode()
        assert 'href="/work"' in text and '<span class="n">1</span>' in text


class TestApprovals:
    @pytest.fixture
    def item(self, run, otto):
        return open_item(run(approval_flow({"person": otto.email}), subject="Desk lamp"))

    def test_the_inbox_of_a_requester(self, as_client, otto, rita, item):
        text = as_client(otto).get("/approvals").content.decode()
        assert "Desk lamp" in text and "Rita Reiter" in text and 'data-row-key="a"' in text
        assert 'href="/approvals"' in as_client(otto).get("/portal").content.decode()
        assert 'href="/approvals"' not in as_client(rita).get("/portal").content.decode()

    def test_approving_in_place(self, as_client, otto, item):
        values = {"place": "inbox", "outcome": "approve"}
        answer = as_client(otto, **HTMX).post(f"/steps/{item.pk}/complete", values)
        text = answer.content.decode()
        assert answer.status_code == 200 and f'id="approval-{item.pk}"' in text and "Desk lamp" in text
        assert "Desk lamp" in as_client(otto).get("/approvals").content.decode()

    def test_the_dialog_asks_why_and_keeps_asking(self, as_client, otto, item):
        client = as_client(otto, **HTMX)
        dialog = client.get(f"/steps/{item.pk}", headers={"HX-Target": "div#reason"}).content.decode()
        assert 'id="reason-note"' in dialog and "<!doctype" not in dialog
        values = {"place": "reason", "outcome": "reject", "note": ""}
        again = client.post(f"/steps/{item.pk}/complete", values)
        assert again.status_code == 422 and "Please give a reason." in again.content.decode()
        answer = client.post(f"/steps/{item.pk}/complete", {**values, "note": "too dear"})
        assert answer.status_code == 200 and "reason-dialog" in answer.content.decode()
        assert WorkItem.objects.get(pk=item.pk).outcome == "reject"

    def test_a_decision_that_came_too_late(self, as_client, sven, ada, run):
        item = open_item(run(approval_flow({"role": "support"})))
        assert " · Support · " in as_client(sven).get("/approvals").content.decode(), "it says whose people may decide"
        as_client(sven).post(f"/steps/{item.pk}/complete", {"outcome": "approve"})
        values = {"place": "inbox", "outcome": "approve"}
        answer = as_client(ada, **HTMX).post(f"/steps/{item.pk}/complete", values)
        assert answer.status_code == 409
        assert "Already done by Sven Support" in answer.content.decode()

    def test_the_answers_of_the_request_stand_beside_it(self, as_client, otto, rita, it):
        field = {"key": "price", "kind": "number", "label": {"de": "Preis", "en": "Price"}}
        kind = RequestType.objects.create(key="p", name_de="x", name_en="x", department=it, schema={"fields": [field]})
        ticket = make_ticket(rita, it, request_type=kind, fields={"price": 120})
        start_workflow(MACHINE, ticket, workflow=make_workflow(approval_flow({"person": otto.email}), "y"))
        assert "Price <b>120</b>" in as_client(otto).get("/approvals").content.decode()
