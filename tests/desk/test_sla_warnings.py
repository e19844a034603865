"""The sweep: who is told of promises that run out, once and in time; policies and the job behind them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from accounts.calendars import default_calendar
from accounts.commands import save_calendar, save_calendar_day, save_department
from desk.commands import change_status
from desk.commands.sla_policies import order_sla_policies, remove_sla_policy, save_sla_policy
from desk.models import Promise, SlaPolicy, Status, Ticket
from desk.promise_jobs import KIND, recompute_due_dates
from desk.schedule import watch_promises
from desk.sentences import sentences
from flowtic.core import clock, jobs, outbox
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Delivery, Event, Job
from tests.factories import make_ticket

TARGETS = {"resolution": {"normal": "PT8H"}}


def at(day, hour, minute=0):
    """November 2026; office hours are 8-16 UTC, the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def sweep(when):
    with clock.travel(when):
        return watch_promises()


def told(ticket):
    rows = Event.objects.filter(ticket_id=ticket.pk, name__startswith="ticket.promise").order_by("pk")
    return [(row.name.removeprefix("ticket.promise_"), row.data["level"]) for row in rows]


def deliver():
    Delivery.objects.filter(state="pending").update(next_try=at(1, 8))
    for pk in Delivery.objects.filter(state="pending").order_by("pk").values_list("pk", flat=True):
        assert outbox.deliver(pk)


@pytest.fixture
def admin(ada, as_web):
    return as_web(ada)


@pytest.fixture
def policy(admin):
    return save_sla_policy(admin, None, key="all", name_de="Alle", name_en="All", targets=TARGETS)


@pytest.fixture
def running(policy, rita, it, alan):
    with clock.travel(at(23, 8)):
        return make_ticket(rita, it, assignee=alan)


def test_each_level_is_told_once(running):
    assert [sweep(at(23, 11, 59)), told(running)] == [0, []]
    assert [sweep(at(23, 12)), told(running)] == [1, [("warned", 50)]]
    assert sweep(at(23, 12, 1)) == 0
    sweep(at(23, 14, 30))
    sweep(at(23, 16))
    assert told(running) == [("warned", 50), ("warned", 80)]
    sweep(at(23, 16, 1))
    sweep(at(24, 16))
    assert told(running) == [("warned", 50), ("warned", 80), ("broken", 100)]
    row = Promise.objects.get()
    assert (row.breached, row.warned, row.next_check_at, row.month) == (True, 100, None, "2026-11")


def test_after_a_long_sleep_only_the_highest_is_told(running):
    sweep(at(30, 8))
    assert told(running) == [("broken", 100)]


def test_a_waiting_ticket_is_not_warned_of(running):
    with clock.travel(at(23, 10)):
        change_status(Actor.system("test"), running, status=Status.objects.get(key="waiting_requester"))
    assert sweep(at(27, 10)) == 0
    with clock.travel(at(27, 10)):
        change_status(Actor.system("test"), running, status=Status.objects.get(key="in_progress"))
    assert [sweep(at(27, 12)), told(running)] == [1, [("warned", 50)]]


def test_the_history_says_it_in_words(running):
    sweep(at(23, 14, 30))
    sweep(at(24, 9))
    rows = list(Event.objects.filter(name__startswith="ticket.promise").order_by("pk"))
    assert sentences(rows) == [
        "Resolution: 80 % of the promised time is used up",
        "Resolution: the promised time is over",
    ]


def test_assignee_and_leads_get_a_mail(running, lea, alan):
    sweep(at(23, 12))
    deliver()
    mail.outbox.clear()
    sweep(at(23, 14, 30))
    deliver()
    assert [message.to for message in mail.outbox] == [[alan.email]]
    assert "80 %" in mail.outbox[0].body
    sweep(at(24, 8))
    deliver()
    assert sorted(message.to[0] for message in mail.outbox[1:]) == sorted([alan.email, lea.email])
    assert "23/11/2026 17:00" in mail.outbox[1].body or "11/23/2026 17:00" in mail.outbox[1].body


def test_without_an_assignee_the_leads_are_warned(policy, rita, it, lea):
    with clock.travel(at(23, 8)):
        make_ticket(rita, it)
    sweep(at(23, 14, 30))
    mail.outbox.clear()
    deliver()
    assert [lea.email] in [message.to for message in mail.outbox]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"targets": {}}, "targets"),
        ({"targets": {"resolution": {"normal": "soon"}}}, "targets"),
        ({"targets": {"resolution": {"normal": "-PT1H"}}}, "targets"),
        ({"targets": {"resolution": {"normal": "PT0S"}}}, "targets"),
        ({"targets": {"resolution": {"normal": "P5000D"}}}, "targets"),
        ({"targets": {"resolution": {"giant": "PT1H"}}}, "targets"),
        ({"targets": {"resolution": "PT1H"}}, "targets"),
        ({"targets": {"repair": {"normal": "PT1H"}}}, "targets"),
        ({"condition": {"field": "ticket.colour", "op": "is", "value": "x"}}, "condition"),
        ({"condition": {"field": "ticket.priority", "op": "is", "value": "giant"}}, "condition"),
        ({"condition": {"formula": "1 +"}}, "condition"),
        ({"condition": ["x"]}, "condition"),
        ({"key": "other"}, "key"),
        ({"id": 5}, "id"),
        ({"name_de": ""}, "name_de"),
    ],
)
def test_what_a_rule_may_not_say(admin, policy, values, field):
    with pytest.raises(Invalid) as refused:
        save_sla_policy(admin, policy, **values)
    assert field in refused.value.fields


def test_only_admins_make_rules(as_web, lea, sven, policy):
    for person in (lea, sven):
        with pytest.raises(Forbidden):
            save_sla_policy(as_web(person), policy, active=False)
        with pytest.raises(Forbidden):
            order_sla_policies(as_web(person), [policy])
        with pytest.raises(Forbidden):
            remove_sla_policy(as_web(person), policy)


def test_rules_have_an_order_and_used_ones_stay(admin, running, policy):
    other = save_sla_policy(admin, None, key="other", name_de="x", name_en="x", targets=TARGETS, position=5)
    order_sla_policies(admin, [other])
    assert [row.key for row in SlaPolicy.objects.all()] == ["other", "all"]
    remove_sla_policy(admin, other)
    with pytest.raises(Conflict):
        remove_sla_policy(admin, policy)


def test_changes_of_rules_and_hours_enqueue_one_job(admin, policy, it):
    deliver()
    assert Job.objects.filter(kind=KIND).count() == 1
    save_calendar(admin, default_calendar(), holiday_region="DE")
    save_department(admin, it, calendar=default_calendar())
    deliver()
    assert Job.objects.filter(kind=KIND).count() == 1
    assert jobs.run(Job.objects.get(kind=KIND).pk)
    save_department(admin, it, position=4)
    deliver()
    assert Job.objects.filter(kind=KIND).count() == 1
    save_calendar_day(admin, default_calendar(), day=at(24, 8).date(), name="", hours=None)
    deliver()
    assert Job.objects.filter(kind=KIND).count() == 2


def test_the_job_moves_all_due_dates(admin, running, rita, it, as_web):
    done = make_ticket(rita, it, status="closed")
    by_hand = make_ticket(rita, it, due_at=at(30, 8))
    without = Ticket.objects.get(pk=make_ticket(rita, it).pk)
    without.promises.all().delete()
    Ticket.objects.filter(pk=without.pk).update(due_at=None)
    before = Ticket.objects.get(pk=running.pk).due_at
    save_calendar_day(admin, default_calendar(), day=at(23, 8).date(), name="Inventory", hours=[["09:00", "12:00"]])
    job = jobs.enqueue(admin, KIND, {})
    with clock.travel(at(23, 9)):
        recompute_due_dates(job)
    assert (before, Ticket.objects.get(pk=running.pk).due_at) == (at(23, 16), at(24, 13))
    assert Ticket.objects.get(pk=by_hand.pk).due_at == at(30, 8)
    assert without.promises.get().due_at is not None
    assert Ticket.objects.get(pk=without.pk).due_at is not None
    assert done.promises.filter(cancelled_at=None, met_at=None).count() == 1
    job.refresh_from_db()
    assert (job.progress["done"], job.progress["total"]) == (3, 3)
    rows = list(Promise.objects.order_by("pk").values())
    job.progress = {}
    with clock.travel(at(23, 9) + timedelta(minutes=1)):
        recompute_due_dates(job)
    assert list(Promise.objects.order_by("pk").values()) == rows
