"""Tickets that are put off: out of the list, back in time, back early, undone."""

from datetime import timedelta

import pytest

from desk.commands import add_comment, change_status, snooze_ticket, wake_ticket
from desk.models import Snooze, Status
from desk.snoozing import moments, wake_due
from desk.ticket_filters import filter_tickets, sort_named
from flowtic.core import clock
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Delivery, Event
from flowtic.core.outbox import deliver
from flowtic.core.undo import undo


def listed(actor, **query):
    return list(filter_tickets(actor, query, sort=sort_named("")))


def told():
    """What listens to the clock of tickets hears of what happened."""
    for delivery in Delivery.objects.filter(subscriber="desk.snooze").order_by("pk"):
        deliver(delivery.pk)


def test_it_leaves_the_list_and_comes_back_in_time(as_web, alan, ticket, time_machine):
    start = clock.now()
    snooze_ticket(as_web(alan), ticket, until=start + timedelta(hours=4))
    assert listed(as_web(alan), snoozed="false") == []
    assert listed(as_web(alan), snoozed="true") == [ticket]
    assert wake_due() == 0
    time_machine.move_to(start + timedelta(hours=4, seconds=1), tick=True)
    assert listed(as_web(alan), snoozed="false") == [ticket]  # before the clock has swept, too
    assert wake_due() == 1
    assert not Snooze.objects.exists()
    assert Event.objects.filter(name="ticket.woken", actor=None).count() == 1
    assert wake_due() == 0


def test_a_reply_of_the_requester_brings_it_back_early(as_web, alan, rita, ticket):
    snooze_ticket(as_web(alan), ticket, until=clock.now() + timedelta(days=3))
    add_comment(as_web(alan), ticket, body="We wait for the part.", internal=False)
    told()
    assert Snooze.objects.exists()
    add_comment(as_web(rita), ticket, body="It burns now.", internal=False)
    told()
    assert not Snooze.objects.exists()


def test_what_is_closed_is_not_put_off(as_web, sven, ticket):
    closed = Status.objects.get(key="closed")
    snooze_ticket(as_web(sven), ticket, until=clock.now() + timedelta(days=3))
    change_status(as_web(sven), ticket, status=closed)
    told()
    assert not Snooze.objects.exists()
    with pytest.raises(Conflict):
        snooze_ticket(as_web(sven), ticket, until=clock.now() + timedelta(days=3))


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_only_within_the_next_year(as_web, alan, ticket, days):
    with pytest.raises(Invalid):
        snooze_ticket(as_web(alan), ticket, until=clock.now() + timedelta(days=days))


def test_strangers_and_requesters_may_not(as_web, hanna, rita, ticket):
    for person in (hanna, rita):
        with pytest.raises(Forbidden):
            snooze_ticket(as_web(person), ticket, until=clock.now() + timedelta(days=1))


def test_undo_both_ways(as_web, alan, ticket):
    until = clock.now() + timedelta(days=2)
    snooze_ticket(as_web(alan), ticket, until=until)
    wake_ticket(as_web(alan), ticket)
    woken = Event.objects.get(name="ticket.woken")
    undo(as_web(alan), woken.operation_id)
    assert Snooze.objects.get().until == until
    first = Event.objects.filter(name="ticket.snoozed").order_by("pk").first()
    undo(as_web(alan), first.operation_id)
    assert not Snooze.objects.exists()


def test_the_page_offers_moments_and_takes_any(client, alan, ticket):
    client.force_login(alan)
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    offered = list(moments())
    assert [moment.until for moment in offered] == sorted(moment.until for moment in offered)
    assert f'id="ticket-{ticket.pk}-snooze"' in page
    later = (clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT12:00")  # an hour that every day has
    assert client.post(f"/tickets/{ticket.number}/snooze", {"until": later}).status_code == 302
    assert "Put off until" in client.get(f"/tickets/{ticket.number}").content.decode()
    assert client.post(f"/tickets/{ticket.number}/snooze", {"until": "soon"}).status_code == 422
    client.post(f"/tickets/{ticket.number}/snooze", {"until": ""})
    assert not Snooze.objects.exists()


def test_until_an_answer(client, alan, rita, ticket, as_web):
    """The last choice names no day: the chip says so, and the requester's answer ends it."""
    client.force_login(alan)
    *_others, last = moments()
    menu = client.get(f"/tickets/{ticket.number}/quick/snooze", headers={"HX-Request": "true"}).content.decode()
    assert "Until an answer" in menu and last.said == ""
    assert menu.count('name="until"') == len(list(moments())) + 1 and 'type="datetime-local"' in menu
    done = client.post(f"/tickets/{ticket.number}/snooze", {"until": last.value}, follow=True).content.decode()
    assert "Put off until an answer comes." in done and "Put off until an answer</summary>" in done
    add_comment(as_web(rita), ticket, body="Here it is.", internal=False)
    told()
    assert not Snooze.objects.exists()
