"""Deliveries: at least once, under a lease, with retries and a dead letter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.commands import create_ticket
from flowtic.core import events, jobs, outbox
from flowtic.core.actor import Actor
from flowtic.core.models import Delivery, Event, Job


@pytest.fixture
def heard(monkeypatch):
    """A subscriber of ticket.created that notes the events it gets; nobody else listens."""
    got = []
    monkeypatch.setattr(events, "_subscribers", {"test.listener": (got.append, ("ticket.created",))})
    events.subscribers_of.cache_clear()
    yield got
    events.subscribers_of.cache_clear()


@pytest.fixture
def created(heard, rita, it):
    return create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)


def test_an_event_and_its_deliveries_are_written_together(created):
    delivery = Delivery.objects.get()
    assert (delivery.subscriber, delivery.state, delivery.event.ticket_id) == ("test.listener", "pending", created.pk)


def test_a_commit_delivers(heard, rita, it, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)
    assert [event.name for event in heard] == ["ticket.created"]
    assert Delivery.objects.get().state == "done"


def test_a_delivery_done_is_not_repeated(created, heard):
    delivery = Delivery.objects.get()
    assert outbox.deliver(delivery.pk) is True
    assert outbox.deliver(delivery.pk) is False
    assert len(heard) == 1


def test_a_leased_delivery_waits_for_the_lease_to_end(created, heard):
    Delivery.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert outbox.deliver(Delivery.objects.get().pk) is False
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert outbox.deliver(Delivery.objects.get().pk) is True
    assert len(heard) == 1


def test_failures_are_retried_later_and_end_as_dead_letter(created, monkeypatch):
    def fail(event):
        raise ConnectionError("mail server is down")

    monkeypatch.setattr(events, "_subscribers", {"test.listener": (fail, ("ticket.created",))})
    delivery = Delivery.objects.get()
    assert outbox.deliver(delivery.pk) is False
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert "mail server is down" in delivery.last_error
    assert delivery.next_try > timezone.now()
    for _ in range(outbox.MAX_ATTEMPTS):
        Delivery.objects.update(next_try=timezone.now())
        outbox.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "dead"


def test_an_admin_brings_a_dead_letter_back(created, heard):
    Delivery.objects.update(state="dead", attempts=12)
    outbox.retry(Delivery.objects.get())
    assert outbox.deliver(Delivery.objects.get().pk) is True
    assert len(heard) == 1


def test_a_dead_broker_is_no_error_and_the_relay_finds_the_row(
    heard, rita, it, monkeypatch, django_capture_on_commit_callbacks
):
    from flowtic.core.tasks import deliver_events

    def refuse(*args, **kwargs):
        raise ConnectionError("broker")

    with monkeypatch.context() as broken:
        broken.setattr(deliver_events, "apply_async", refuse)
        with django_capture_on_commit_callbacks(execute=True):
            create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)
        assert outbox.relay() == 0  # too young: the normal way may still be under way
        Delivery.objects.update(next_try=timezone.now() - timedelta(seconds=10))
        assert outbox.relay() == 1
    assert heard == []
    assert outbox.relay() == 1
    assert len(heard) == 1


def test_a_subscriber_that_is_gone_becomes_a_dead_letter(created, monkeypatch):
    monkeypatch.setattr(events, "_subscribers", {})
    outbox.deliver(Delivery.objects.get().pk)
    assert Delivery.objects.get().state == "dead"


def test_muted_events_are_history_but_told_to_nobody(heard, rita, it):
    with events.muted():
        create_ticket(Actor(rita, "web"), subject="S", description="D", department=it)
    assert Event.objects.filter(name="ticket.created").exists()
    assert not Delivery.objects.exists()


def test_undeclared_events_are_refused(created):
    with pytest.raises(events.UnknownEvent):
        events.record(Actor.system("test"), "ticket.exploded", created)


def test_a_job_runs_once_and_keeps_its_error(db, monkeypatch):
    ran = []
    monkeypatch.setattr(jobs, "_kinds", {"test.job": lambda row: ran.append(row.payload["n"])})
    row = jobs.enqueue(Actor.system("test"), "test.job", {"n": 7})
    assert jobs.run(row.pk) is True
    assert jobs.run(row.pk) is False
    assert ran == [7]
    failing = jobs.enqueue(Actor.system("test"), "test.job", {})
    assert jobs.run(failing.pk) is False
    assert "KeyError" in Job.objects.get(pk=failing.pk).last_error
