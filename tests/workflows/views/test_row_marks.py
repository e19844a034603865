"""The agents' list says how far a ticket's workflow has come, for one query more and only where one runs."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from desk.commands import add_watcher
from desk.row_marks import marks_for
from flowtic.core.actor import Actor
from tests.factories import make_ticket
from tests.workflows.factories import document, make_workflow, open_item, task
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import complete_work_item
from workflows.models import Instance

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("test")
LIST = "/tickets"


@pytest.fixture
def workflow(db):
    return make_workflow(document(task("look", "order"), task("order", "pack"), task("pack")), "goods")


def row(client, ticket):
    page = client.get(LIST).content.decode()
    return page[page.index(f'id="ticket-{ticket.pk}"') :].partition("</tr>")[0]


def test_a_running_ticket_shows_its_place_and_others_nothing(as_client, as_web, alan, rita, it, workflow):
    ticket, plain = make_ticket(rita, it), make_ticket(rita, it)
    run = start_workflow(MACHINE, ticket, workflow=workflow)
    assert "1/3" in row(as_client(alan), ticket)
    assert "Step 1 of 3: Look" in row(as_client(alan), ticket)
    assert "tag" not in row(as_client(alan), plain)
    complete_work_item(as_web(alan), open_item(run), outcome="done", data={})
    assert "2/3" in row(as_client(alan), ticket)


def test_a_failed_run_says_so_and_a_finished_one_nothing(as_client, as_web, alan, rita, it, workflow):
    ticket = make_ticket(rita, it)
    run = start_workflow(MACHINE, ticket, workflow=workflow)
    Instance.objects.filter(pk=run.pk).update(has_error=True)
    assert "tag-danger" in row(as_client(alan), ticket) and "failed" in row(as_client(alan), ticket)
    Instance.objects.filter(pk=run.pk).update(status=Instance.State.FINISHED, has_error=False)
    assert not re.search(r"\d/3", row(as_client(alan), ticket))


def test_who_only_watches_a_ticket_learns_nothing_of_its_steps(as_web, alan, hanna, rita, it, workflow):
    ticket = make_ticket(rita, it)
    start_workflow(MACHINE, ticket, workflow=workflow)
    add_watcher(as_web(alan), ticket, person=hanna)
    assert marks_for(as_web(alan), [ticket.pk])
    assert not marks_for(as_web(hanna), [ticket.pk])


def test_a_page_costs_one_query_for_any_number_of_runs(as_web, alan, rita, it, workflow):
    tickets = [make_ticket(rita, it) for _ in range(6)]
    for ticket in tickets:
        start_workflow(MACHINE, ticket, workflow=workflow)
    actor = as_web(alan)
    marks_for(actor, [tickets[0].pk])  # who alan is, and the definition
    with CaptureQueriesContext(connection) as queries, translation.override("en"):
        assert len(marks_for(actor, [ticket.pk for ticket in tickets])) == 6
    assert len(queries) == 2, "one for each provider of marks"
    with CaptureQueriesContext(connection) as queries:
        assert marks_for(actor, []) == {}
    assert not queries
