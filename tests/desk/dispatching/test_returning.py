"""Tickets that nobody touches go back to the queue, in working time."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Calendar
from desk.commands import add_comment, assign_ticket, change_fields, claim_ticket, return_ticket
from desk.schedule import return_untouched
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 15:00 in Berlin
HOURS = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture(autouse=True)
def office(it):
    it.calendar = Calendar.objects.create(
        key="press", name_de="Büro", name_en="Office", time_zone="Europe/Berlin", weekly=HOURS
    )
    it.save()


@pytest.fixture
def held(policy, rita, it, alan, as_web):
    """Alan claimed it on Friday at 15:00; four hours later at work it would go back: on Monday at 11:00."""
    policy("pull", return_after="PT4H")
    with clock.travel(FRIDAY):
        return claim_ticket(as_web(alan), make_ticket(rita, it))


def owner_at(moment, ticket):
    with clock.travel(moment):
        return_untouched()
    ticket.refresh_from_db()
    return ticket.assignee


def test_it_goes_back_after_four_hours_of_work_not_of_the_clock(held, alan):
    for hours in (4, 24, 66, 67):
        assert owner_at(FRIDAY + timedelta(hours=hours), held) == alan
    assert owner_at(FRIDAY + timedelta(hours=67, minutes=59), held) == alan
    assert owner_at(FRIDAY + timedelta(hours=68), held) is None
    assert held.status.key == "pending_assignment"
    event = Event.objects.get(name="ticket.returned")
    assert (event.machine, event.public) == ("dispatching", False)
    assert event.changes == [{"field": "assignee", "old": alan.pk, "new": None}]
    assert event.data["reason"] == {"code": "untouched", "params": {"after": "PT4H"}}


def test_whoever_touched_it_keeps_it(held, alan, as_web):
    with clock.travel(FRIDAY + timedelta(hours=1)):
        add_comment(as_web(alan), held, body="I look into it.", internal=True)
    assert owner_at(FRIDAY + timedelta(days=10), held) == alan


def test_what_others_do_is_no_touch(held, rita, lea, as_web):
    with clock.travel(FRIDAY + timedelta(hours=1)):
        add_comment(as_web(rita), held, body="Any news?", internal=False)
        change_fields(as_web(lea), held, subject="Still jammed")
    assert owner_at(FRIDAY + timedelta(days=10), held) is None


def test_a_new_owner_has_the_whole_time_again(held, alan, lea, as_web):
    monday = FRIDAY + timedelta(hours=67)
    with clock.travel(monday):
        assign_ticket(as_web(alan), held, assignee=lea)
    assert owner_at(monday + timedelta(hours=3), held) == lea
    assert owner_at(monday + timedelta(hours=4), held) is None


def test_without_a_rule_nothing_goes_back(held, alan, policy):
    policy("pull")
    assert owner_at(FRIDAY + timedelta(days=30), held) == alan
    policy("pull", return_after="PT4H", active=False)
    assert owner_at(FRIDAY + timedelta(days=30), held) == alan


def test_imported_tickets_without_a_history_stay(policy, rita, it, alan):
    policy("pull", return_after="PT4H")
    with clock.travel(FRIDAY):
        ticket = make_ticket(rita, it, assignee=alan)
    assert owner_at(FRIDAY + timedelta(days=30), ticket) == alan


def test_the_command_looks_again(held, alan, as_web):
    """Between the sweep's look and the command, Alan wrote something."""
    with clock.travel(FRIDAY + timedelta(days=4)):
        add_comment(as_web(alan), held, body="Now.", internal=True)
        assert return_ticket(Actor.system("dispatching"), held).assignee == alan


def test_the_lead_is_told(held, lea, mailoutbox):
    from desk import notices

    owner_at(FRIDAY + timedelta(days=4), held)
    told = notices.who_is_told(Event.objects.get(name="ticket.returned"))
    assert [(item.person, item.reason) for item in told] == [(lea, "lead")]
    from desk.mail.outbound import send_notices

    send_notices(Event.objects.get(name="ticket.returned"))
    assert mailoutbox[0].to == [lea.email]
    assert "back in the queue" in mailoutbox[0].body


def test_the_sweep_costs_the_same_for_any_number(policy, rita, it, alan, as_web, django_assert_max_num_queries):
    policy("pull", return_after="PT4H")
    with clock.travel(FRIDAY):
        for _number in range(30):
            claim_ticket(as_web(alan), make_ticket(rita, it))
    # Policies, a page of tickets, the end of it, three looks at the history, and the lease around it.
    with clock.travel(FRIDAY + timedelta(hours=1)), django_assert_max_num_queries(12):
        assert return_untouched() == 0
    with clock.travel(FRIDAY + timedelta(days=4)):
        assert return_untouched() == 30
