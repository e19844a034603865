"""Milestones and lines: the stations of a ticket, and nothing of the history that is not for requesters."""

from datetime import timedelta

import pytest

from desk.commands import (
    add_comment,
    assign_ticket,
    change_fields,
    change_status,
    claim_ticket,
    release_ticket,
    reopen_ticket,
)
from desk.milestones import SHOWN_EVENTS, Names, lines, milestones, plain_state
from desk.models import Priority, Status
from flowtic.core import clock, events
from flowtic.core.models import Event


def history(ticket):
    return list(Event.objects.filter(ticket_id=ticket.pk).order_by("pk"))


def stations(ticket):
    ticket.refresh_from_db()
    return [(step.name, step.place) for step in milestones(ticket, history(ticket))]


def words(ticket, *people):
    names = Names({p.pk: p.name for p in people}, {}, dict(Status.objects.values_list("key", "kind")))
    return [line.text for line in lines(history(ticket), names)]


def to(actor, ticket, key):
    change_status(actor, ticket, status=Status.objects.get(key=key))


def test_stations_from_the_first_day_to_the_last(as_web, alan, ticket):
    assert stations(ticket) == [("Received", "current"), ("Being worked on", "ahead"), ("Solved", "ahead")]
    claim_ticket(as_web(alan), ticket)
    assert stations(ticket) == [("Received", "done"), ("Being worked on", "current"), ("Solved", "ahead")]
    to(as_web(alan), ticket, "waiting_requester")
    assert stations(ticket)[1] == ("We wait for your answer", "current")
    to(as_web(alan), ticket, "resolved")
    assert stations(ticket) == [("Received", "done"), ("Being worked on", "done"), ("Solved", "current")]
    to(as_web(alan), ticket, "closed")
    assert [name for name, _place in stations(ticket)] == ["Received", "Being worked on", "Solved", "Closed"]


@pytest.mark.parametrize(("key", "end"), [("closed", "Closed"), ("rejected", "Declined")])
def test_an_end_without_work_claims_none(key, end, as_web, sven, ticket):
    to(as_web(sven), ticket, key)
    assert stations(ticket) == [("Received", "done"), (end, "current")]


def test_a_state_counts_from_when_it_began(as_web, alan, ticket):
    start = ticket.created_at
    for hours, act in enumerate(
        (
            lambda: claim_ticket(as_web(alan), ticket),
            lambda: to(as_web(alan), ticket, "waiting_requester"),
        ),
        start=1,
    ):
        with clock.travel(start + timedelta(hours=hours)):
            act()
    ticket.refresh_from_db()
    assert milestones(ticket, history(ticket))[1].at == start + timedelta(hours=2)
    with clock.travel(start + timedelta(hours=3)):
        to(as_web(alan), ticket, "closed")
    with clock.travel(start + timedelta(hours=4)):
        reopen_ticket(as_web(alan), ticket)
    ticket.refresh_from_db()
    assert milestones(ticket, history(ticket))[1].at == start + timedelta(hours=4)


def test_a_custom_status_is_told_by_its_kind(ticket):
    supplier = Status(
        key="supplier", category="waiting", kind="in_progress", name_en="With supplier", name_de="Beim Lieferanten"
    )
    assert plain_state(supplier).name == "Being worked on"


def test_lines_hold_only_what_a_requester_may_know(as_web, alan, lea, sven, ticket):
    add_comment(as_web(sven), ticket, body="inside", internal=True)
    claim_ticket(as_web(alan), ticket)
    release_ticket(as_web(alan), ticket)
    assign_ticket(as_web(lea), ticket, assignee=alan)
    change_fields(as_web(alan), ticket, priority=Priority.objects.get(key="urgent"), tags=["vip"])
    to(as_web(alan), ticket, "in_progress")
    to(as_web(alan), ticket, "resolved")
    assert words(ticket, alan) == ["Alan Agent takes care of it", "Being worked on", "Solved"]


def test_an_event_that_was_made_internal_is_left_out(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    told = history(ticket)
    for event in told:
        event.public = False
    assert lines(told, Names({alan.pk: alan.name}, {}, {})) == []


def test_names_that_are_not_given_are_not_made_up(as_web, alan, ticket):
    claim_ticket(as_web(alan), ticket)
    assert words(ticket) == []


def test_every_event_that_may_be_shown_is_public_and_has_words():
    """A new name on the list without a sentence would break the page of a ticket."""
    declared = events.event_types()
    for name in SHOWN_EVENTS:
        assert declared[name].public
        event = Event(name=name, public=True, changes=[{"field": "status", "old": "new", "new": "resolved"}], data={})
        lines([event], Names({}, {}, {"resolved": "resolved"}))
