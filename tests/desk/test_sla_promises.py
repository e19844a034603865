"""Promises follow the ticket through every command."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.calendars import default_calendar
from desk.commands import (
    add_comment,
    change_fields,
    change_status,
    create_ticket,
)
from desk.commands.promises import refresh_promises
from desk.models import NO_DUE_DATE, Priority, Promise, SlaPolicy, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Operation
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


def test_without_a_policy_nothing_is_promised(ticket):
    assert due(ticket) is None
    assert not Promise.objects.exists()


def test_a_new_ticket_is_due_with_its_first_response(fresh):
    assert {row.kind: row.due_at for row in fresh.promises.all()} == {
        "first_response": at(23, 13),
        "resolution": at(25, 9),
    }
    assert due(fresh) == at(23, 13)


def test_an_answer_meets_the_response_and_the_resolution_is_next(fresh, alan):
    say(fresh, alan, at(23, 10), internal=True)
    assert due(fresh) == at(23, 13)
    say(fresh, alan, at(23, 11))
    first = promise(fresh, "first_response")
    assert (first.met_at, first.breached, first.month, first.next_check_at) == (at(23, 11), False, "2026-11", None)
    assert due(fresh) == at(25, 9)


def test_waiting_stops_the_clock(fresh, alan):
    say(fresh, alan, at(23, 11), status=Status.objects.get(key="waiting_requester"))
    row = promise(fresh, "resolution")
    assert (row.paused_at, row.due_at, row.consumed_seconds) == (at(23, 11), None, 2 * 3600)
    assert due(fresh) is None


def test_the_requester_s_reply_starts_clock_and_next_response(fresh, alan, rita):
    say(fresh, alan, at(23, 11), status=Status.objects.get(key="waiting_requester"))
    say(fresh, rita, at(24, 15))
    assert promise(fresh, "next_response").due_at == at(25, 11)
    # 2 of 16 hours were used: 1 h on Tuesday, 8 h on Wednesday, 5 h on Thursday.
    assert promise(fresh, "resolution").due_at == at(26, 13)
    assert due(fresh) == at(25, 11)
    say(fresh, rita, at(24, 15, 30))
    assert fresh.promises.filter(kind="next_response").count() == 1
    say(fresh, alan, at(25, 12))
    answered = promise(fresh, "next_response")
    assert (answered.met_at, answered.breached) == (at(25, 12), True)
    say(fresh, rita, at(25, 13))
    assert fresh.promises.filter(kind="next_response").count() == 2


def test_before_the_first_answer_a_second_question_promises_nothing_new(fresh, rita):
    say(fresh, rita, at(23, 10))
    assert not fresh.promises.filter(kind="next_response").exists()


def test_a_higher_priority_is_due_earlier_from_the_same_start(fresh, alans):
    with clock.travel(at(23, 9, 30)):
        change_fields(alans, fresh, priority=Priority.objects.get(key="high"))
    assert [row.due_at for row in fresh.promises.order_by("kind")] == [at(23, 10), at(24, 9)]
    assert due(fresh) == at(23, 10)
    with clock.travel(at(23, 9, 40)):
        change_fields(alans, fresh, priority=Priority.objects.get(key="low"))
    # Nothing is promised for low priority.
    assert due(fresh) is None
    assert not fresh.promises.open().exists()
    with clock.travel(at(23, 10, 40)):
        change_fields(alans, fresh, priority=Priority.objects.get(key="normal"))
    # The hour without a promise does not count.
    assert due(fresh) == at(23, 14)
    assert fresh.promises.count() == 2


def test_another_department_may_have_another_policy_and_calendar(fresh, hr, as_web, ada):
    from accounts.commands import save_calendar, save_department

    admin = as_web(ada)
    always = save_calendar(
        admin, None, key="always", name_de="x", name_en="x", time_zone="UTC",
        weekly={str(day): [["00:00", "24:00"]] for day in range(7)},
    )  # fmt: skip
    hr = save_department(admin, hr, calendar=always)
    SlaPolicy.objects.create(
        key="hr", name_de="x", name_en="x", targets={"resolution": {"normal": "PT30H"}},
        condition={"field": "ticket.department", "op": "is", "value": "hr"},
    )  # fmt: skip
    with clock.travel(at(23, 10)):
        change_fields(admin, fresh, department=hr)
    row = promise(fresh, "resolution")
    assert (row.policy.key, row.calendar, row.department, due(fresh)) == ("hr", always, hr, at(24, 15))
    assert promise(fresh, "first_response").cancelled_at == at(23, 10)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"field": "ticket.priority", "op": "is", "value": "normal"}, True),
        ({"field": "ticket.priority", "op": "in", "value": ["high", "urgent"]}, False),
        ({"field": "requester.email", "op": "contains", "value": "rita"}, True),
        ({"field": "requester.department", "op": "contains", "value": "it"}, False),
        ({"field": "requester.manager", "op": "empty"}, True),
        ({"field": "ticket.request_type", "op": "empty"}, True),
        ({"field": "ticket.tags", "op": "contains", "value": "vip"}, True),
        ({"formula": "ticket.priority == 'normal' && requester.role == 'user'"}, True),
        ({"formula": "ticket.nothing > 5"}, False),
        ({"not": {"field": "ticket.department", "op": "is", "value": "it"}}, False),
    ],
)
def test_a_policy_is_chosen_by_its_condition(rita, it, condition, fits):
    SlaPolicy.objects.create(key="x", name_de="x", name_en="x", targets=TARGETS, condition=condition)
    assert make_ticket(rita, it, tags=["vip"]).promises.exists() is fits


def test_the_first_policy_that_fits_counts(policy, rita, it):
    SlaPolicy.objects.create(key="off", name_de="x", name_en="x", position=1, active=False, targets=TARGETS)
    SlaPolicy.objects.create(
        key="soon", name_de="x", name_en="x", position=2, targets={"resolution": {"normal": "PT1H"}}
    )
    assert [row.policy.key for row in make_ticket(rita, it).promises.all()] == ["soon"]


def test_a_date_set_by_hand_wins_until_it_is_taken_away(fresh, alans):
    by_hand = at(30, 12)
    change_fields(alans, fresh, due_at=by_hand)
    status(fresh, "waiting_requester", at(23, 10))
    status(fresh, "in_progress", at(23, 12))
    assert due(fresh) == by_hand
    with clock.travel(at(23, 12)):
        change_fields(alans, fresh, due_at=None)
    assert due(fresh) == at(23, 15)


def test_taking_back_the_first_date_by_hand_gives_the_promise_back(fresh, alans):
    change_fields(alans, fresh, due_at=at(30, 12))
    undo = Event.objects.filter(name="ticket.changed").latest("pk")
    assert undo.changes[0]["old"] == at(23, 13).isoformat()
    assert Operation.objects.get(pk=undo.operation_id).inverse[0]["arguments"] == {"due_at": None}


def test_a_ticket_made_with_a_date_keeps_it(policy, rita, it):
    made = create_ticket(
        Actor.system("test"), subject="x", description="x", requester=rita, department=it, due_at=at(30, 12)
    )
    assert (due(made), made.promises.count()) == (at(30, 12), 2)


def test_refreshing_makes_what_is_missing_and_changes_nothing_twice(ticket, policy):
    with clock.travel(at(23, 9)):
        refresh_promises(Actor.system("test"), ticket)
    rows = list(ticket.promises.order_by("pk").values())
    assert due(ticket) == at(23, 13)
    with clock.travel(at(23, 10)):
        refresh_promises(Actor.system("test"), ticket)
    assert list(ticket.promises.order_by("pk").values()) == rows


def test_what_the_promises_cost(policy, rita, it, alan, alans, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        made = make_ticket(rita, it)
    with django_assert_max_num_queries(20):
        change_status(alans, made, status=Status.objects.get(key="waiting_requester"))
    assert default_calendar().key == "office"
    assert made.promises.filter(paused_at__gte=made.created_at - timedelta(minutes=1)).count() == 2
