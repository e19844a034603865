"""Close, reopen, follow up: what the requester may do after the end, and until when."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desk.commands import add_comment, change_status
from desk.models import Status, Ticket, TicketLink
from flowtic.core import clock
from tests.factories import make_ticket


@pytest.fixture
def closed(as_web, rita, ticket):
    return change_status(as_web(rita), ticket, status=Status.objects.get(key="closed"))


def door(name, ticket):
    return reverse(f"desk:portal_{name}", args=[ticket.number])


def test_the_requester_closes_the_own_ticket(rita, rita_web, ticket):
    assert door("close", ticket) in rita_web.get(door("ticket", ticket)).content.decode()
    answer = rita_web.post(door("close", ticket), follow=True)
    ticket.refresh_from_db()
    assert (ticket.status.key, ticket.is_open) == ("closed", False)
    page = answer.content.decode()
    assert "The ticket is closed." in page
    assert "You can reopen it until" in page
    assert door("close", ticket) not in page


def test_the_requester_reopens_within_the_days_allowed(rita_web, closed, settings):
    later = timezone.now() + timedelta(days=settings.FLOWTIC_REOPEN_DAYS) - timedelta(minutes=1)
    with clock.travel(later):
        assert door("reopen", closed) in rita_web.get(door("ticket", closed)).content.decode()
        rita_web.post(door("reopen", closed))
    closed.refresh_from_db()
    assert (closed.is_open, closed.status.key) == (True, "pending_assignment")


def test_after_the_days_allowed_it_stays_closed(rita_web, closed, settings):
    with clock.travel(timezone.now() + timedelta(days=settings.FLOWTIC_REOPEN_DAYS, minutes=1)):
        page = rita_web.get(door("ticket", closed)).content.decode()
        answer = rita_web.post(door("reopen", closed), follow=True)
    assert door("reopen", closed) not in page
    assert "Write a follow-up" in page
    assert "can no longer be reopened" in answer.content.decode()
    closed.refresh_from_db()
    assert not closed.is_open


def test_an_answer_within_the_days_reopens(rita_web, closed):
    assert "Write and reopen" in rita_web.get(door("ticket", closed)).content.decode()
    rita_web.post(door("reply", closed), {"body": "It is back"})
    closed.refresh_from_db()
    assert (closed.is_open, closed.comments.count(), Ticket.objects.count()) == (True, 1, 1)


@pytest.mark.parametrize("htmx", [False, True])
def test_a_late_answer_opens_a_follow_up(htmx, rita, rita_web, closed, settings):
    form, headers = {"body": "It is back after weeks", "token": "4" * 32}, {"HX-Request": "true"} if htmx else {}
    with clock.travel(timezone.now() + timedelta(days=settings.FLOWTIC_REOPEN_DAYS, minutes=1)):
        answers = [rita_web.post(door("reply", closed), form, headers=headers) for _twice in range(2)]
    new = Ticket.objects.exclude(pk=closed.pk).get()
    for answer in answers:
        assert answer["HX-Redirect" if htmx else "Location"] == door("ticket", new)
    assert (new.description, new.requester, new.department) == ("It is back after weeks", rita, closed.department)
    assert TicketLink.objects.get(source=new, target=closed).kind == "follow_up"
    closed.refresh_from_db()
    assert (closed.is_open, closed.comments.count()) == (False, 0)
    page = rita_web.get(door("ticket", new)).content.decode()
    assert f"opened the follow-up {new.number}" in page
    assert f"follow-up of {closed.number}" in page
    assert door("ticket", new) in rita_web.get(door("ticket", closed)).content.decode()


def test_a_solved_ticket_asks_whether_all_is_well(rita_web, as_web, sven, ticket):
    change_status(as_web(sven), ticket, status=Status.objects.get(key="resolved"))
    page = rita_web.get(door("ticket", ticket)).content.decode()
    assert "Is everything all right?" in page
    assert door("close", ticket) in page
    assert door("reopen", ticket) in page
    rita_web.post(door("reopen", ticket))
    ticket.refresh_from_db()
    assert ticket.is_open


def test_a_declined_request_cannot_be_pushed_open_by_button(rita_web, as_web, sven, ticket):
    change_status(as_web(sven), ticket, status=Status.objects.get(key="rejected"))
    page = rita_web.get(door("ticket", ticket)).content.decode()
    assert "Declined" in page
    assert door("reopen", ticket) not in page
    rita_web.post(door("reopen", ticket))
    ticket.refresh_from_db()
    assert not ticket.is_open


def test_closing_twice_does_no_harm(rita_web, ticket):
    for _twice in range(2):
        assert rita_web.post(door("close", ticket)).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status.key == "closed"


@pytest.mark.parametrize("person", ["alan", "sven", "ada"])
def test_for_the_own_ticket_an_agent_is_a_requester(person, request, web_of, it, as_web, lea, settings):
    """Reply brings back, reopens and follows up as for everybody, though the person could work the ticket too."""
    me = request.getfixturevalue(person)
    own, client = make_ticket(me, it), web_of(me)
    change_status(as_web(lea), own, status=Status.objects.get(key="waiting_requester"))
    client.post(door("reply", own), {"body": "Here you are"})
    own.refresh_from_db()
    assert (own.status.key, own.first_response_at) == ("pending_assignment", None)
    change_status(as_web(lea), own, status=Status.objects.get(key="closed"))
    client.post(door("reply", own), {"body": "Not yet"})
    own.refresh_from_db()
    assert own.is_open
    change_status(as_web(lea), own, status=Status.objects.get(key="closed"))
    with clock.travel(timezone.now() + timedelta(days=settings.FLOWTIC_REOPEN_DAYS, minutes=1)):
        client.post(door("reply", own), {"body": "Back again"})
        add_comment(as_web(lea), own, body="A note is no follow-up", internal=True)
    new = Ticket.objects.exclude(pk=own.pk).get()
    assert (new.description, new.requester) == ("Back again", me)
