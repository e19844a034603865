"""The switch in one's own hands: away from now until the day ends, or here again."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.absences import absent_until
from accounts.commands import record_absence, set_availability
from accounts.models import Absence
from flowtic.core import clock
from flowtic.core.errors import Forbidden
from flowtic.core.models import Event

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # Monday, 12:00 in Berlin


@pytest.fixture(autouse=True)
def _noon():
    with clock.travel(NOON):
        yield


@pytest.fixture
def berlin(alan):
    alan.time_zone = "Europe/Berlin"
    alan.save()
    return alan


def test_off_lasts_until_the_day_ends_where_the_person_is(as_web, berlin):
    set_availability(as_web(berlin), berlin, available=False)
    assert absent_until(berlin) == datetime(2026, 11, 23, 23, tzinfo=UTC)
    set_availability(as_web(berlin), berlin, available=False)
    assert Absence.objects.count() == 1, "twice is once"


def test_on_ends_whatever_keeps_the_person_away(as_web, berlin, lea):
    with clock.travel(NOON - timedelta(days=2)):
        week = {"starts_at": clock.now(), "ends_at": NOON + timedelta(days=5), "substitute": lea, "note": ""}
        record_absence(as_web(berlin), berlin, **week)
    set_availability(as_web(berlin), berlin, available=True)
    assert absent_until(berlin) is None
    assert Absence.objects.get().ends_at == NOON, "what has passed stays in the records"
    before = Event.objects.count()
    set_availability(as_web(berlin), berlin, available=True)
    assert Event.objects.count() == before


def test_off_joins_an_absence_that_was_planned_for_later(as_web, berlin):
    evening = NOON + timedelta(hours=3)
    record_absence(
        as_web(berlin), berlin, starts_at=evening, ends_at=evening + timedelta(days=3), substitute=None, note=""
    )
    set_availability(as_web(berlin), berlin, available=False)
    assert absent_until(berlin) == evening + timedelta(days=3)


def test_only_ones_own(as_web, berlin, hanna):
    with pytest.raises(Forbidden):
        set_availability(as_web(hanna), berlin, available=False)


def test_the_switch_on_my_work(client, berlin):
    client.force_login(berlin)
    page = client.get("/work").content.decode()
    assert 'role="switch"' in page and "checked>" in page and 'hx-post="/me/availability"' in page
    off = client.post("/me/availability", {"next": "/work"}, headers={"HX-Request": "true"})
    text = off.content.decode()
    assert off.status_code == 200 and "<html" not in text
    assert "Away until" in text and " checked" not in text
    on = client.post("/me/availability", {"next": "/work", "available": "on"})
    assert (on.status_code, on.headers["Location"]) == (302, "/work")
    assert absent_until(berlin) is None
    assert client.post("/me/availability", {"next": "https://evil.example/"}).headers["Location"].startswith("/people/")
