"""Somebody with much open work is suspended: locked out at once, the work is passed on by a worker."""

import pytest

from accounts import passing
from accounts.commands import reactivate_person, suspend_person
from accounts.models import User
from desk.models import Ticket
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Event, Job
from tests.factories import make_ticket


@pytest.fixture
def much(alan, it, rita, monkeypatch):
    """Six tickets, where five are much."""
    monkeypatch.setattr(passing, "AT_ONCE", 5)
    monkeypatch.setattr(passing, "STEP", 2)
    return [make_ticket(rita, it, assignee=alan) for _ in range(6)]


def held_by(person):
    return Ticket.objects.filter(assignee=person).count()


def suspend(ada, alan, lea):
    return suspend_person(Actor(ada, "web"), alan, reason="Left", open_work="hand_over", successor=lea)


def test_locked_out_at_once_and_told_how_far_it_is(logged_in, ada, alan, lea, much):
    alan_web, web = logged_in(alan), logged_in(ada)
    page = f"/settings/people/{alan.pk}"
    values = {"reason": "Left", "open_work": "hand_over", "successor": lea.email}
    assert web.post(f"{page}/suspend", values).status_code == 302
    assert alan_web.get("/tickets").status_code == 302
    assert (User.objects.get(pk=alan.pk).state, held_by(alan), held_by(lea)) == ("suspended", 6, 0)
    shown = web.get(page).content.decode()
    assert "Open work is being passed on" in shown
    assert f'hx-get="{page}/work"' in shown
    job = Job.objects.get(kind=passing.KIND)
    assert Event.objects.get(name="person.suspended").data["job"] == job.pk
    assert jobs.run(job.pk)
    assert (held_by(alan), held_by(lea)) == (0, 6)
    assert Event.objects.filter(name="ticket.assigned", actor=ada).count() == 6
    told = Event.objects.get(name="person.work_passed")
    assert told.data["passed"]["tickets"] == {"handed": 6, "returned": 0, "kept": 0}
    part = web.get(f"{page}/work", headers={"HX-Request": "true"}).content.decode()
    assert "6 of 6 passed on, 0 stayed." in part
    assert "hx-trigger" not in part


def test_a_killed_worker_goes_on_and_counts_each_once(ada, alan, lea, much, monkeypatch):
    suspend(ada, alan, lea)
    job, real, seen = Job.objects.get(kind=passing.KIND), passing._tell, []

    def dies(row, numbers):
        real(row, numbers)
        seen.append(numbers)
        if len(seen) == 2:
            raise SystemExit

    monkeypatch.setattr(passing, "_tell", dies)
    with pytest.raises(SystemExit):
        jobs.run(job.pk)
    assert held_by(lea) == 4
    Job.objects.update(lease_until=None)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (held_by(lea), job.progress["done"]) == (6, 6)


def test_it_stops_when_the_person_is_let_in_again(ada, alan, lea, much, monkeypatch):
    suspend(ada, alan, lea)
    reactivate_person(Actor(ada, "web"), alan)
    assert jobs.run(Job.objects.get(kind=passing.KIND).pk)
    assert held_by(alan) == 6


def test_an_admin_who_is_gone_by_then_keeps_nobody_waiting(ada, alan, lea, much):
    suspend(ada, alan, lea)
    User.objects.filter(pk__in=(ada.pk, lea.pk)).update(state="suspended", is_active=False)
    assert jobs.run(Job.objects.get(kind=passing.KIND).pk)
    assert (held_by(alan), held_by(lea)) == (0, 0)  # back in the queue, by the machine
    assert Event.objects.filter(name="ticket.released", machine="suspension").count() == 6


def test_little_work_goes_in_the_same_breath(ada, alan, lea, it, rita):
    make_ticket(rita, it, assignee=alan)
    suspend(ada, alan, lea)
    assert (held_by(lea), Job.objects.filter(kind=passing.KIND).count()) == (1, 0)
