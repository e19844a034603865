"""Rules about time act once for each stay in a state; promises begin rules when they are nearly or wholly used up."""

import datetime as dt

import pytest

from desk import events
from desk.commands import change_status
from desk.models import Status
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.events import record
from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from workflows.automation.dwelling import sweep
from workflows.automation.retention import forget_old_runs
from workflows.commands.automation import switch_automation
from workflows.models import AutomationRule, AutomationRun, Dwell

pytestmark = pytest.mark.django_db
MACHINE = Actor.system("test")
MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
WAITING = {"field": "ticket.status", "op": "is", "value": "waiting_requester"}
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def move(ticket, key):
    change_status(MACHINE, ticket, status=Status.objects.get(key=key))
    work()


def at(moment):
    """What the schedule does then; on how many tickets rules acted."""
    with clock.travel(moment):
        done = sweep()
        work()
    return done


def waits_for(length, **more):
    return make_rule("Waiting", trigger="time", options={"for": length, **more}, condition=WAITING)


def test_a_ticket_that_waits_is_acted_on_once_per_stay(rita, it):
    with clock.travel(MONDAY):
        waits_for("P7D")
        ticket = make_ticket(rita, it, status="in_progress")
        work()
        move(ticket, "waiting_requester")
    assert at(MONDAY + 6 * DAY) == 0
    assert at(MONDAY + 7 * DAY + HOUR) == 1
    assert at(MONDAY + 30 * DAY) == 0
    with clock.travel(MONDAY + 31 * DAY):
        move(ticket, "in_progress")
        assert not Dwell.objects.exists()
        move(ticket, "waiting_requester")
    assert at(MONDAY + 37 * DAY) == 0
    assert at(MONDAY + 38 * DAY + HOUR) == 1
    assert ticket.comments.count() == 2


def test_a_ticket_that_left_the_state_unseen_is_not_acted_on(rita, it):
    with clock.travel(MONDAY):
        waits_for("P1D")
        ticket = make_ticket(rita, it, status="waiting_requester")
        assert sweep() == 0
    ticket.status = Status.objects.get(key="in_progress")
    ticket.save()  # as an import does, without telling anybody
    assert at(MONDAY + 2 * DAY) == 0
    assert not Dwell.objects.exists() and not AutomationRun.objects.exists()


def test_a_rule_that_is_switched_on_counts_from_the_last_change(rita, it):
    with clock.travel(MONDAY):
        ticket = make_ticket(rita, it, status="in_progress")
        move(ticket, "waiting_requester")
    with clock.travel(MONDAY + 3 * DAY):
        rule = waits_for("P7D")
        switch_automation(MACHINE, rule, active=False)
        switch_automation(MACHINE, rule, active=True)
        assert sweep() == 0
        assert Dwell.objects.get().since == MONDAY
    assert at(MONDAY + 7 * DAY + HOUR) == 1


def test_business_time_leaves_the_weekend_out(rita, it):
    friday = MONDAY + 4 * DAY
    with clock.travel(friday):
        waits_for("P2D", clock="business")
        ticket = make_ticket(rita, it, status="in_progress")
        work()
        move(ticket, "waiting_requester")
    assert at(friday + 3 * DAY - HOUR) == 0  # Monday morning: no two working days yet
    assert at(friday + 5 * DAY) == 1


def test_behind_a_rule_with_the_stop_flag_others_leave_the_ticket_alone(rita, it):
    """What is due at the same look goes by the order of the rules; a stay that was passed over is over."""
    more = {"trigger": "time", "condition": WAITING}
    with clock.travel(MONDAY):
        make_rule("Long", {"do": "add_tags", "value": ["long"]}, options={"for": "P2D"}, stop=True, **more)
        make_rule("Short", {"do": "add_tags", "value": ["short"]}, options={"for": "P1D"}, **more)
        tickets = [make_ticket(rita, it, status="waiting_requester") for _number in range(2)]
        work()
    assert at(MONDAY + 1 * DAY + HOUR) == 2  # only the short one is due
    with clock.travel(MONDAY + 2 * DAY):
        for ticket in tickets:
            move(ticket, "in_progress")
            move(ticket, "waiting_requester")
    assert at(MONDAY + 5 * DAY) == 2
    assert at(MONDAY + 6 * DAY) == 0
    assert (
        list(AutomationRun.objects.order_by("pk").values_list("rule_name", flat=True)) == ["Short"] * 2 + ["Long"] * 2
    )


def test_a_paused_rule_waits(rita, it):
    with clock.travel(MONDAY):
        rule = waits_for("P1D")
        ticket = make_ticket(rita, it, status="in_progress")
        work()
        move(ticket, "waiting_requester")
    AutomationRule.objects.filter(pk=rule.pk).update(paused_at=MONDAY)
    assert at(MONDAY + 2 * DAY) == 0
    AutomationRule.objects.filter(pk=rule.pk).update(paused_at=None)
    assert at(MONDAY + 2 * DAY) == 1


def told(ticket, promise, level, kind="resolution"):
    name = events.PROMISE_BROKEN if level == 100 else events.PROMISE_WARNED
    record(MACHINE, name, ticket, ticket_id=ticket.pk, data={"promise": promise, "kind": kind, "level": level})
    work()


def test_promises_begin_rules_once_per_level(rita, it):
    make_rule("Soon", {"do": "add_tags", "value": ["soon"]}, trigger="due", options={"level": "80"})
    make_rule(
        "Answer over", {"do": "add_tags", "value": ["over"]}, trigger="due", options={"promise": "first_response"}
    )
    ticket = make_ticket(rita, it)
    told(ticket, 1, 50)
    assert not AutomationRun.objects.exists()
    told(ticket, 1, 80)
    told(ticket, 1, 100)
    told(ticket, 2, 100, "first_response")  # between two sweeps: it was never said that it was nearly used up
    assert list(AutomationRun.objects.order_by("pk").values_list("rule_name", flat=True)) == [
        "Soon",
        "Soon",
        "Answer over",
    ]


def test_the_log_is_forgotten_in_time(rita, it):
    make_rule("Note")
    with clock.travel(MONDAY):
        make_ticket(rita, it)
        work()
    make_ticket(rita, it)
    work()
    with clock.travel(MONDAY + 91 * DAY):
        kept = AutomationRun.objects.filter(created_at__gte=clock.now() - 90 * DAY).count()
        assert forget_old_runs() == 1
    assert AutomationRun.objects.count() == kept == 1
