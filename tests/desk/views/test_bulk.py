"""The bar of the list and the pages of a run."""

import re

import pytest
from django.test import Client

from desk.commands.bulk import plan_bulk
from desk.models import BulkRun, ScheduledSend, Ticket
from flowtic.core import jobs
from flowtic.core.models import Job
from tests.factories import make_ticket

LIST = {"HX-Request": "true", "HX-Current-URL": "http://testserver/tickets"}


@pytest.fixture
def desk(client, alan):
    client.force_login(alan)
    return client


@pytest.fixture
def tickets(rita, it):
    return [make_ticket(rita, it) for _ in range(3)]


def ids(tickets):
    return ",".join(str(ticket.pk) for ticket in tickets)


def high():
    return Ticket.objects.filter(priority__key="high").count()


def test_a_few_rows_change_at_once_and_come_back(desk, alan, hr, tickets):
    response = desk.post("/tickets/bulk", {"ids": ids(tickets), "step": "priority=high"}, headers=LIST)
    html = response.content.decode()
    assert html.count("<hx-partial") == 3
    assert "3 changed" in html
    assert high() == 3
    url = re.search(r'hx-post="(/undo/[^"]+)"', html)[1]
    html = desk.post(url, headers=LIST).content.decode()
    assert (html.count("<hx-partial"), high()) == (3, 0)
    assert "3 undone" in html
    # Out of one's departments they leave the list.
    html = desk.post("/tickets/bulk", {"ids": ids(tickets[:1]), "step": "department=hr"}, headers=LIST).content.decode()
    assert f'hx-target="#ticket-{tickets[0].pk}" hx-swap="delete"' in html


def test_without_javascript_boxes_and_a_page_with_a_choice(desk, tickets):
    boxes = [ticket.pk for ticket in tickets[:2]]
    page = desk.post("/tickets/bulk", {"ticket": boxes, "step": "", "next": "/tickets?view=all"}, follow=True)
    assert 'value="status=closed"' in page.content.decode()
    run = BulkRun.objects.get()
    done = desk.post(f"/tickets/bulk/{run.key}/act", {"step": "priority=high"}, follow=True)
    assert done.redirect_chain[-1][0] == "/tickets?view=all"
    assert "2 changed" in done.content.decode()
    assert high() == 2
    # A text is asked for on a page of its own; what is wrong keeps what was typed.
    desk.post("/tickets/bulk", {"ticket": boxes, "step": "note="})
    run = BulkRun.objects.latest("created_at")
    wrong = desk.post(f"/tickets/bulk/{run.key}/act", {"step": "note=", "value": "Dear {{nobody}}"})
    assert (wrong.status_code, "Dear {{nobody}}" in wrong.content.decode()) == (422, True)
    desk.post(f"/tickets/bulk/{run.key}/act", {"step": "note=", "value": "Dear {{requester.name}}"})
    assert ScheduledSend.objects.get(ticket=tickets[0]).body == "Dear Rita Reiter"  # written in a moment


def test_the_whole_view_shows_a_preview_and_runs_as_a_job(desk, rita, it, hr):
    for _ in range(23):
        make_ticket(rita, it)
    make_ticket(rita, hr)
    response = desk.post(
        "/tickets/bulk", {"all": "1", "query": "?department=it", "step": "priority=high"}, headers=LIST
    )
    url = response["HX-Redirect"]
    page = desk.get(url).content.decode()
    assert "Change 23 tickets" in page
    assert high() == 0
    desk.post(f"{url}/start")
    desk.post(f"{url}/start")
    assert "0 of 23 done" in desk.get(url).content.decode()
    jobs.run(Job.objects.get(kind="desk.bulk").pk)
    page = desk.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "23 changed" in page
    assert "every" not in page  # it no longer asks
    assert high() == 23
    desk.post(re.search(r'action="(/undo/[^"]+)"', page)[1], {"next": url})
    jobs.run(Job.objects.get(kind="desk.bulk", state="pending").pk)
    assert "23 undone" in desk.get(url).content.decode()


def test_a_merge_is_looked_at_first(desk, tickets):
    desk.post("/tickets/bulk", {"ids": ids(tickets), "step": "merge="})
    run = BulkRun.objects.get()
    page = desk.post(f"/tickets/bulk/{run.key}/act", {"step": "merge=", "value": tickets[2].number}, follow=True)
    assert "Change 2 tickets" in page.content.decode()
    done = desk.post(f"/tickets/bulk/{run.key}/start", follow=True).content.decode()
    assert "2 changed, 1 skipped (the others are merged into it)" in done


def test_forged_long_and_broken_input(desk, hanna, hr, rita, tickets):
    foreign = make_ticket(rita, hr)
    long = ",".join(str(number) for number in range(10**9, 10**9 + 1000))
    sent = {"ids": f"{foreign.pk},x,-1,{10**30},{long},{tickets[0].pk}", "step": "priority=high"}
    html = desk.post("/tickets/bulk", sent, headers=LIST).content.decode()
    assert "1 changed, 1004 skipped (not found)" in html
    foreign.refresh_from_db()
    assert foreign.priority.key == "normal"
    for step in ("delete=1", "status=nowhere", "assignee=777777", "macro=1", "macro=x"):
        response = desk.post("/tickets/bulk", {"ids": ids(tickets), "step": step}, headers=LIST)
        assert (response.status_code, step) in ((422, step), (404, step), (200, step))
    assert desk.post("/tickets/bulk", {"all": "1", "query": "?nonsense=1", "step": "priority=low"}).status_code == 400
    assert desk.post("/tickets/bulk", {"ids": "", "step": "priority=low"}).status_code == 302
    assert Ticket.objects.filter(priority__key="low").count() == 0


def test_somebody_elses_run_does_not_exist_and_nothing_goes_without_a_token(desk, as_web, lea, alan, tickets):
    run = plan_bulk(as_web(lea), act={"do": "priority", "value": "high"}, ids=[ticket.pk for ticket in tickets])
    for part in ("", "/act", "/start", "/stop"):
        url = f"/tickets/bulk/{run.key}{part}"
        response = desk.post(url) if part else desk.get(url)
        assert response.status_code == 404, part
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lea)
    for url in ("/tickets/bulk", f"/tickets/bulk/{run.key}/start", f"/undo/{run.key}"):
        assert strict.post(url, {"ids": ids(tickets), "step": "priority=high"}).status_code == 403
    assert high() == 0
