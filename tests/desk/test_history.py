"""The history in words: who, what, through which door, in both languages, in a fixed number of queries."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from desk.commands import add_comment, add_watcher, change_fields, claim_ticket
from desk.history import describe, ticket_events
from desk.models import Priority
from flowtic.core.actor import Actor
from tests.factories import make_person


def lines(ticket, *, internal=True):
    return describe(list(ticket_events(ticket)), internal=internal)


def test_names_stand_apart_from_what_was_done(as_web, as_api, alan, lea, ticket):
    claim_ticket(as_api(alan), ticket)
    change_fields(as_web(lea), ticket, priority=Priority.objects.get(key="high"))
    newest, *_rest = found = lines(ticket)
    assert (newest.actor, newest.text, newest.door) == ("Lea Leitung", " changed the priority from Normal to High", "")
    claimed = next(line for line in found if line.name == "ticket.claimed")
    assert (claimed.actor, claimed.door, claimed.icon) == ("Alan Agent", "API", "user")
    followed = next(line for line in found if line.name == "ticket.status_changed")
    assert followed.is_consequence
    assert not claimed.is_consequence


def test_the_machine_has_a_name_too(ticket):
    change_fields(Actor.system("sla"), ticket, subject="Changed by itself")
    assert lines(ticket)[0].actor == "Flowtic"


def test_what_is_not_for_the_requester_can_be_left_out(as_web, alan, otto, ticket):
    add_comment(as_web(alan), ticket, body="SECRET-77aa", internal=True)
    add_watcher(as_web(alan), ticket, person=otto)
    assert {line.name for line in lines(ticket, internal=False)} == {"ticket.created"}
    assert {"ticket.noted", "ticket.watcher_added"} <= {line.name for line in lines(ticket)}
    assert all("SECRET-77aa" not in line.text for line in lines(ticket))


def test_older_events_follow_from_a_place(as_web, alan, ticket):
    change_fields(as_web(alan), ticket, subject="Second")
    newest = ticket_events(ticket).first()
    assert [event.name for event in ticket_events(ticket, before=newest.pk)] == ["ticket.created"]


def test_the_reader_decides_the_language(as_web, alan, ticket):
    change_fields(as_web(alan), ticket, priority=Priority.objects.get(key="high"))
    with translation.override("de"):
        assert "Hoch" in lines(ticket)[0].text


def test_the_number_of_queries_is_fixed(as_web, it, ticket):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            lines(ticket)
        return len(queries)

    def work(number):
        person = make_person(f"Agent {number}", "support")
        change_fields(as_web(person), ticket, priority=Priority.objects.get(key=("high", "low")[number % 2]))
        add_watcher(as_web(person), ticket, person=person)

    work(0)
    few = cost()
    for number in range(1, 12):
        work(number)
    assert cost() == few <= 6
