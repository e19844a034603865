"""How promises end, and how they are taken up again: resolving, closing, reopening, merging."""

from datetime import UTC, datetime

import pytest

from desk.commands import (
    add_comment,
    change_status,
    merge_ticket,
    reopen_ticket,
    unmerge_ticket,
)
from desk.models import NO_DUE_DATE, Promise, SlaPolicy, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket

TARGETS = {
    "first_response": {"normal": "PT4H", "high": "PT1H"},
    "next_response": {"normal": "PT4H", "high": "PT2H"},
    "resolution": {"normal": "PT16H", "high": "PT8H"},
}


def at(day, hour, minute=0):
    """November 2026 in UTC; Berlin is one hour ahead, so 8-16 are office hours. The 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def policy(db):
    return SlaPolicy.objects.create(key="all", name_de="Alle", name_en="All", position=9, targets=TARGETS)


@pytest.fixture
def fresh(policy, rita, it):
    """A ticket of Monday 10:00 (9:00 UTC)."""
    with clock.travel(at(23, 9)):
        return make_ticket(rita, it)


@pytest.fixture
def alans(as_web, alan):
    return as_web(alan)


def promise(ticket, kind):
    return Promise.objects.filter(ticket=ticket, kind=kind).order_by("-pk").first()


def due(ticket):
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert ticket.sort_due_at == (ticket.due_at or NO_DUE_DATE)
    return ticket.due_at


def status(ticket, key, when, actor=None):
    with clock.travel(when):
        return change_status(actor or Actor.system("test"), ticket, status=Status.objects.get(key=key))


def say(ticket, person, when, **more):
    with clock.travel(when):
        return add_comment(Actor(person, "web"), ticket, body="Hello", internal=more.pop("internal", False), **more)


def test_resolving_ends_and_reopening_goes_on(fresh, alan, alans):
    say(fresh, alan, at(23, 11))
    status(fresh, "resolved", at(23, 12), alans)
    row = promise(fresh, "resolution")
    assert (row.met_at, row.breached, due(fresh)) == (at(23, 12), False, None)
    with clock.travel(at(24, 12)):
        reopen_ticket(alans, fresh)
    row = promise(fresh, "resolution")
    # 3 of 16 hours were used; 4 h on Tuesday, 8 h on Wednesday, 1 h on Thursday.
    assert (row.met_at, row.due_at, due(fresh)) == (None, at(26, 9), at(26, 9))
    assert promise(fresh, "first_response").met_at == at(23, 11)


def test_resolving_late_breaks_the_promise_and_says_so(fresh, alans):
    status(fresh, "resolved", at(27, 12), alans)
    for kind in ("first_response", "resolution"):
        row = promise(fresh, kind)
        assert (row.met_at, row.breached, row.warned) == (at(27, 12), True, 100)
    assert Event.objects.filter(name="ticket.promise_broken", ticket_id=fresh.pk).count() == 2


def test_who_asked_and_closes_waits_no_longer(fresh, rita, as_web):
    status(fresh, "closed", at(23, 10), as_web(rita))
    first = promise(fresh, "first_response")
    assert (first.cancelled_at, first.met_at, first.month) == (at(23, 10), None, "")
    with clock.travel(at(23, 12)):
        reopen_ticket(as_web(rita), fresh)
    assert promise(fresh, "first_response").cancelled_at is None
    assert due(fresh) == at(23, 15)


def test_a_merged_ticket_promises_nothing_until_it_is_taken_apart(fresh, rita, it, as_web, sven):
    with clock.travel(at(23, 10)):
        other = make_ticket(rita, it)
        merge_ticket(as_web(sven), fresh, into=other)
    assert not fresh.promises.open().exists()
    assert not fresh.promises.exclude(met_at=None).exists()
    assert (due(fresh), due(other)) == (None, at(23, 14))
    with clock.travel(at(23, 11)):
        unmerge_ticket(as_web(sven), fresh)
    assert due(fresh) == at(23, 14)
