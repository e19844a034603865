"""The demo company keeps to calendars and promises: due dates that can be explained, told to nobody, made once."""

import datetime as dt

import pytest
from django.core.management import call_command

from accounts.models import Calendar, Department
from desk.demo.promises import tell_until
from desk.models import Promise, SlaPolicy, Ticket
from flowtic.core import clock
from flowtic.core.models import Delivery, Event
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path, settings, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr("desk.demo.play.parts", [])


def played():
    call_command("demo", verbosity=0, force=True)


def test_open_tickets_have_due_dates_that_can_be_explained(client):
    played()
    now = dt.datetime.now(dt.UTC)
    running = Ticket.objects.open().exclude(status__category="waiting").filter(due_fixed=False)
    assert running.count() >= 15 and not running.filter(due_at=None).exists()
    for promise in Promise.objects.open().select_related("calendar").filter(ticket__in=running):
        told = (promise.due_at, promise.breached, promise.paused_at)
        promise.settle(now)
        assert (promise.due_at, promise.breached, promise.paused_at) == told
    waiting = Ticket.objects.open().filter(status__category="waiting", due_fixed=False)
    assert waiting.exists() and not waiting.exclude(due_at=None).exists()
    ticket = running.filter(department__key="purchasing").first()
    client.force_login(make_person("Sara Support", "support"))
    why = client.get(f"/tickets/{ticket.number}/due").content.decode()
    assert "Purchasing" in why and "Cologne office hours" in why and "12:45" in why


def test_warnings_came_at_their_time_and_no_sweep_has_anything_to_tell():
    played()
    now = clock.now()
    assert not Promise.objects.open().filter(next_check_at__lte=now - dt.timedelta(minutes=5)).exists()
    warned = Event.objects.filter(name__in=("ticket.promise_warned", "ticket.promise_broken"))
    assert warned.count() >= 10
    assert warned.earliest("created_at").created_at < now - dt.timedelta(days=5)
    assert not Delivery.objects.exists()
    before = warned.count()
    tell_until(now - dt.timedelta(minutes=5))
    assert warned.count() == before


def test_a_second_run_changes_nothing():
    played()
    before = list(SlaPolicy.objects.values_list("key", "position")), Calendar.objects.count(), Promise.objects.count()
    played()
    assert before == (
        list(SlaPolicy.objects.values_list("key", "position")), Calendar.objects.count(), Promise.objects.count()
    )  # fmt: skip
    assert {row.key: row.calendar.key for row in Department.objects.exclude(calendar=None).select_related("calendar")} == {
        "it": "demo-service", "access": "demo-service",
        **dict.fromkeys(("purchasing", "hr", "finance", "facility"), "demo-office"),
    }  # fmt: skip


def test_a_desk_with_rules_of_its_own_keeps_to_them():
    SlaPolicy.objects.create(key="own", name_de="Eigene", name_en="Own", targets={"resolution": {"normal": "PT8H"}})
    played()
    assert list(SlaPolicy.objects.values_list("key", flat=True)) == ["own"]
