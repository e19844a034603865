"""What piled up while nobody swept: the sweep does a part, a worker the rest, and one broken promise holds up nobody."""

from datetime import UTC, datetime, timedelta

import pytest

from desk import promise_sweep, schedule
from desk.commands.sla_policies import save_sla_policy
from desk.models import Promise
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Job
from tests.factories import make_ticket

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def seven(rita, it, monkeypatch):
    """Seven tickets of which more than 80 per cent of the promised time is used up in the evening."""
    monkeypatch.setattr(schedule, "BATCH", 3)
    monkeypatch.setattr(promise_sweep, "READ", 2)
    monkeypatch.setattr(promise_sweep, "JOB_BATCH", 2)
    targets = {"resolution": {"normal": "PT8H"}}
    save_sla_policy(Actor.system("test"), None, key="all", name_de="Alle", name_en="All", targets=targets)
    with clock.travel(MORNING):
        return [make_ticket(rita, it) for _ in range(7)]


def told():
    return Event.objects.filter(name="ticket.promise_warned").count()


def test_a_backlog_is_drained_by_a_worker(seven):
    with clock.travel(EVENING):
        assert schedule.watch_promises() == 3
        assert told() == 3
        job = Job.objects.get(kind=promise_sweep.KIND)
        assert schedule.watch_promises() == 3
        assert Job.objects.filter(kind=promise_sweep.KIND).count() == 1, "one is enough"
        with clock.travel(EVENING + timedelta(seconds=30)):
            assert jobs.run(job.pk)
        job.refresh_from_db()
        assert job.progress == {"done": 1}
        assert told() == 7
        assert schedule.watch_promises() == 0
    assert Job.objects.count() == 1


def test_the_worker_alone_finishes_everything(seven):
    with clock.travel(EVENING):
        job = promise_sweep.check_backlog_soon(Actor.system("sla"))
        promise_sweep.check_backlog(job)
        assert job.progress == {"done": 7} and told() == 7


def test_a_turn_ends_when_its_time_is_over(seven):
    with clock.travel(EVENING):
        assert promise_sweep.check_due(most=100, seconds=-1) == (0, True)
        assert promise_sweep.check_due(most=100, seconds=60) == (7, False)


def test_a_broken_promise_is_put_off_and_keeps_nobody_waiting(seven, monkeypatch):
    broken, whole = Promise.objects.order_by("next_check_at", "pk").first(), promise_sweep.check_promise

    def check(actor, promise):
        if promise.pk == broken.pk:
            raise RuntimeError("unreadable")
        return whole(actor, promise)

    monkeypatch.setattr(promise_sweep, "check_promise", check)
    with clock.travel(EVENING):
        assert promise_sweep.check_due(most=100, seconds=60) == (7, False)
        assert told() == 6
        assert promise_sweep.check_due(most=100, seconds=60) == (0, False)
        broken.refresh_from_db()
        assert broken.next_check_at == EVENING + promise_sweep.PUT_OFF


def test_no_backlog_no_job(seven):
    with clock.travel(MORNING):
        assert schedule.watch_promises() == 0
    assert not Job.objects.exists()
