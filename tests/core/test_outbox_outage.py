"""A worker whose database goes away in the middle of its work notes the outcome when it is back."""

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from flowtic.core import jobs, outbox
from flowtic.core.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def outage(monkeypatch):
    """`outage(n)`: the next n updates of jobs find no server; the list of pauses that were made meanwhile."""
    left, pauses, real = [0], [], QuerySet.update

    def update(self, **values):
        if self.model is Job and left[0]:
            left[0] -= 1
            raise OperationalError(2006, "Server has gone away")
        return real(self, **values)

    monkeypatch.setattr(QuerySet, "update", update)
    monkeypatch.setattr(outbox.time, "sleep", pauses.append)

    def begin(times):
        left[0] = times
        return pauses

    return begin


def job(monkeypatch, function):
    monkeypatch.setitem(jobs._kinds, "test.outage", function)
    now = timezone.now()
    return Job.objects.create(kind="test.outage", payload={}, queue="long", next_try=now, created_at=now)


def test_work_that_was_done_is_not_done_again(outage, monkeypatch):
    done = []

    def work(row):
        done.append(row.pk)
        outage(3)  # gone before the worker could say so

    row = job(monkeypatch, work)
    assert jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.lease_until, done, len(outage(0))) == ("done", None, [row.pk], 3)


def test_work_that_broke_is_free_again_at_once(outage, monkeypatch):
    def work(row):
        outage(2)
        raise OperationalError(2013, "Lost connection to server during query")

    row = job(monkeypatch, work)
    assert not jobs.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.lease_until) == ("pending", None)
    assert "Lost connection" in row.last_error
    assert (row.next_try - timezone.now()).total_seconds() < 5  # not only when the lease of 15 minutes is over


def test_it_does_not_wait_for_ever(outage, monkeypatch):
    monkeypatch.setattr(outbox, "NOTE_WITHIN", -1.0)
    row = job(monkeypatch, lambda _row: outage(99) and None)
    with pytest.raises(OperationalError):
        jobs.run(row.pk)
    outage(0)
    row.refresh_from_db()
    assert row.lease_until is not None  # another worker takes it when the lease is over
