"""The due badge tells of working time: a ring that stands still over night, bars while the ticket waits."""

from datetime import UTC, datetime

import pytest

from desk import row_marks
from desk.commands import change_status
from desk.list_rows import people_of, rows
from desk.models import SlaPolicy, Status, Ticket
from desk.words import Words
from flowtic.core import clock, time_words
from flowtic.core.actor import Actor
from tests.factories import make_ticket


def at(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def running(rita, it):
    """Friday 16:00 in Berlin, due on Monday at 16:00 after 8 h."""
    targets = {"first_response": {"normal": "PT8H"}, "resolution": {"normal": "PT40H"}}
    SlaPolicy.objects.create(key="all", name_de="x", name_en="x", targets=targets)
    with clock.travel(at(20, 15)):
        return make_ticket(rita, it)


def ring(ticket, now):
    due = time_words.due_of(Ticket.objects.get(pk=ticket.pk), now)
    return due and (due.state, due.percent)


def test_the_ring_counts_working_time(running):
    assert Ticket.objects.get(pk=running.pk).due_at == at(23, 15)
    # One of eight hours on Friday, nothing at the weekend, seven on Monday.
    assert ring(running, at(20, 16)) == ring(running, at(22, 12)) == ("ok", 10)
    assert ring(running, at(23, 11)) == ("ok", 50)
    assert ring(running, at(23, 14)) == ("soon", 90)
    assert ring(running, at(23, 16)) == ("over", 100)


def test_the_words_are_working_time_too(running):
    words = [time_words.due_of(Ticket.objects.get(pk=running.pk), now).text for now in (at(22, 12), at(23, 14))]
    assert words == ["7 h", "1 h"]


def test_waiting_shows_bars_although_nothing_is_due(running):
    with clock.travel(at(20, 16)):
        change_status(Actor.system("x"), running, status=Status.objects.get(key="waiting_requester"))
    assert Ticket.objects.get(pk=running.pk).due_at is None
    assert ring(running, at(24, 12)) == ("paused", 0)


@pytest.fixture
def no_marks(monkeypatch):
    """Other apps' marks ask for themselves."""
    monkeypatch.setattr(row_marks, "_providers", {})


def test_the_list_asks_once_for_all_rings(running, rita, it, ada, as_web, no_marks, django_assert_num_queries):
    with clock.travel(at(20, 15)):
        for _number in range(3):
            make_ticket(rita, it)
    tickets, words = list(Ticket.objects.all()), Words(as_web(ada))
    people = people_of(tickets)
    assert words.status_rows and words.priority_rows and words.department_rows
    with django_assert_num_queries(2):  # promises with their calendar, tags
        found = rows(tickets, words, people)
    assert all("due" in row.due for row in found)


def test_without_promises_nothing_is_asked(ticket, ada, as_web, no_marks, django_assert_num_queries):
    tickets, words = [Ticket.objects.get(pk=ticket.pk)], Words(as_web(ada))
    people = people_of(tickets)
    assert words.status_rows and words.priority_rows and words.department_rows
    with django_assert_num_queries(1):  # tags
        assert rows(tickets, words, people)[0].due == ""
