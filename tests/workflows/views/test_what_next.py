"""What next: overdue, then where one is named, then what is soon; nothing that is put off; who hears of free tickets."""

from datetime import timedelta

import pytest

from accounts.commands import save_notification_settings
from accounts.models import Notification
from desk.commands import (
    add_comment,
    claim_ticket,
    note_visit,
    release_ticket,
    return_ticket,
    save_dispatch_policy,
    snooze_ticket,
    take_next,
)
from desk.models import Priority
from desk.notifying import write_notifications
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket
from tests.workflows.views.test_work import due, keys
from workflows.queries.work import MyWork

pytestmark = pytest.mark.django_db


def deliver(ticket, name):
    write_notifications(Event.objects.filter(name=name, ticket_id=ticket.pk).latest("pk"))


def test_overdue_then_mentioned_then_soon(as_web, as_client, alan, lea, rita, it):
    over, soon, calm = (claim_ticket(as_web(alan), make_ticket(rita, it)) for _ in range(3))
    due(over, hours=-3), due(soon, minutes=90), due(calm, days=3)
    theirs = claim_ticket(as_web(lea), make_ticket(rita, it, subject="Theirs"))
    note = add_comment(as_web(lea), theirs, body="@Alan Agent, what do you think?", internal=True)
    deliver(theirs, "ticket.noted")
    work = MyWork(as_web(alan))
    assert keys(work.now) == [f"ticket-{ticket.pk}" for ticket in (over, theirs, soon)]
    assert keys(work.mine) == [f"ticket-{calm.pk}"]
    page = as_client(alan).get("/work").content.decode()
    assert "Lea Leitung asks you" in page
    assert f"/tickets/{theirs.number}#c-{note.pk}" in page
    with clock.travel(clock.now() + timedelta(minutes=5)):
        note_visit(as_web(alan), theirs)
    assert f"ticket-{theirs.pk}" not in keys(MyWork(as_web(alan)).now)


def test_a_mention_in_ones_own_ticket_is_one_row(as_web, alan, lea, rita, it):
    mine = claim_ticket(as_web(alan), make_ticket(rita, it))
    add_comment(as_web(lea), mine, body="@Alan Agent please", internal=True)
    deliver(mine, "ticket.noted")
    snooze_ticket(as_web(alan), mine, until=clock.now() + timedelta(days=2))
    work = MyWork(as_web(alan))
    assert (keys(work.now), keys(work.mine), work.now[0].asked_by) == ([f"ticket-{mine.pk}"], [], "Lea Leitung")
    Notification.objects.update(read_at=clock.now())
    work = MyWork(as_web(alan))
    assert work.is_empty  # put off, and nobody asks any more


def test_what_is_put_off_is_not_offered_and_urgent_ones_come_first(as_web, alan, rita, it):
    plain, urgent, off = (
        make_ticket(rita, it, priority=Priority.objects.get(key=key)) for key in ("normal", "urgent", "urgent")
    )
    snooze_ticket(as_web(alan), off, until=clock.now() + timedelta(days=1))
    assert keys(MyWork(as_web(alan)).free) == [f"ticket-{urgent.pk}", f"ticket-{plain.pk}"]
    assert [take_next(as_web(alan)), take_next(as_web(alan)), take_next(as_web(alan))] == [urgent, plain, None]


def test_who_asked_for_it_hears_of_tickets_given_back(as_web, ada, alan, lea, hanna, rita, it, hr):
    for person in (lea, hanna, alan):
        save_notification_settings(as_web(person), choices={"claimable": {"in_app": True, "mail": "off"}})
    ticket = claim_ticket(as_web(alan), make_ticket(rita, it))
    release_ticket(as_web(alan), ticket)
    deliver(ticket, "ticket.released")
    rows = Notification.objects.filter(event__name="ticket.released").values_list("person__name", "reason")
    assert list(rows) == [("Lea Leitung", "claimable")]  # not who gave it back, not other departments
    values = {"strategy": "pull", "skill": "", "level": 1, "cap": None, "active": True}
    save_dispatch_policy(as_web(ada), it, return_after="PT1H", **values)
    claim_ticket(as_web(alan), ticket)
    with clock.travel(clock.now() + timedelta(days=4)):
        return_ticket(Actor.system("sweep"), ticket)
    deliver(ticket, "ticket.returned")
    rows = Notification.objects.filter(event__name="ticket.returned").order_by("person__name")
    assert list(rows.values_list("person__name", "reason")) == [("Alan Agent", "claimable"), ("Lea Leitung", "lead")]
