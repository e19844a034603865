"""`/calendars` and `/people/{id}/absences`."""

import pytest

from accounts.calendars import default_calendar
from accounts.commands import record_absence, save_department
from accounts.models import Absence, Calendar
from flowtic.core import clock
from flowtic.core.models import Event
from tests.api.conftest import ALL, fields_of, problem

WEEK = {"monday": [["09:00", "12:00"], ["13:00", "17:00"]], "friday": [["22:00", "06:00"]]}
NEW = {"key": "shop", "name_de": "Laden", "name_en": "Shop", "time_zone": "Europe/Berlin", "week": WEEK}
AWAY = {"starts_at": "2027-07-01T08:00:00+02:00", "ends_at": "2027-07-15T18:00:00+02:00"}


@pytest.fixture
def admin(rest, ada):
    return rest(ada)


@pytest.fixture
def worker(rest, alan):
    return rest(alan, *ALL, "work:write")


class TestCalendars:
    def test_an_admin_makes_changes_and_deletes_one(self, admin):
        made = admin.post("/calendars", {**NEW, "holiday_region": "DE-NW"})
        assert (made.status_code, made["Location"]) == (201, "/api/v1/calendars/shop")
        body = made.json()
        assert body["week"]["monday"] == WEEK["monday"] and body["week"]["sunday"] == []
        assert body["week"]["friday"] == WEEK["friday"]
        changed = admin.patch("/calendars/shop", {"name_en": "Corner shop", "week": {"tuesday": [["08:00", "24:00"]]}})
        assert changed.json()["week"]["tuesday"] == [["08:00", "24:00"]] and changed.json()["week"]["monday"] == []
        assert admin.get("/calendars/shop").json()["name_en"] == "Corner shop"
        assert [row["key"] for row in admin.get("/calendars").json()["results"]] == ["office", "shop"]
        assert admin.delete("/calendars/shop").status_code == 204
        problem(admin.get("/calendars/shop"), 404)
        names = set(Event.objects.filter(name__startswith="calendar.").values_list("name", flat=True))
        assert names == {"calendar.created", "calendar.changed", "calendar.removed"}

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"key": "office"}, "key"),
            ({"time_zone": "Mars/Olympus"}, "time_zone"),
            ({"holiday_region": "DE-XX"}, "holiday_region"),
            ({"week": {}}, "week"),
            ({"week": {"monday": [["09:00", "13:00"], ["12:00", "14:00"]]}}, "week"),
        ],
    )
    def test_what_the_desk_cannot_take_is_a_conflict(self, admin, change, field):
        assert fields_of(problem(admin.post("/calendars", {**NEW, **change}), 409)) == {field}
        assert not Calendar.objects.filter(key="shop").exists()

    @pytest.mark.parametrize("change", [{"week": {"monday": [["9", "10"]]}}, {"key": "A b"}, {"more": 1}, {"week": []}])
    def test_what_breaks_the_document_is_refused(self, admin, change):
        problem(admin.post("/calendars", {**NEW, **change}), 422)

    def test_one_that_is_used_stays(self, admin, ada, as_web, it):
        admin.post("/calendars", NEW)
        save_department(as_web(ada), it, calendar=Calendar.objects.get(key="shop"))
        problem(admin.delete("/calendars/shop"), 409)
        problem(admin.delete("/calendars/office"), 409)
        assert Calendar.objects.count() == 2

    def test_own_days(self, admin):
        base = "/calendars/office/days"
        days = [{"date": "2030-12-24", "name": "Works holiday"}, {"date": "2030-12-31"}]
        assert admin.post(base, {"days": days}).json() == {"added": 2}
        assert admin.post(base, {"days": days}).json() == {"added": 0}
        put = admin.put(f"{base}/2030-12-24", {"name": "Half", "hours": [["08:00", "12:00"]]})
        assert put.json() == {"date": "2030-12-24", "name": "Half", "hours": [["08:00", "12:00"]]}
        assert [row["date"] for row in admin.get(base).json()["results"]] == ["2030-12-24", "2030-12-31"]
        assert admin.delete(f"{base}/2030-12-31").status_code == 204
        problem(admin.delete(f"{base}/2030-12-31"), 404)
        for wrong in ("2030-02-30", "x", "2030-1-1", "20301224"):
            problem(admin.put(f"{base}/{wrong}", {}), 404)
        problem(admin.post(base, {"days": [{"date": "2030-01-01"}, {"date": "2030-02-30"}]}), 409)
        assert default_calendar().days.count() == 1, "all or none"

    def test_public_holidays(self, admin, worker):
        admin.patch("/calendars/office", {"holiday_region": "DE-NW"})
        rows = worker.get("/calendars/office/holidays?year=2026", Accept_Language="de").json()["results"]
        assert {"date": "2026-11-01", "name": "Allerheiligen"} in rows and len(rows) == 11
        for wrong in ("1999", "x", "20266"):
            problem(worker.get(f"/calendars/office/holidays?year={wrong}"), 400)

    def test_who_works_reads_and_only_admins_write(self, rest, worker, rita, lea, ada, api):
        assert worker.get("/calendars").status_code == 200
        assert worker.get("/calendars/office/days").status_code == 200
        problem(rest(rita).get("/calendars"), 403)
        problem(rest(rita).get("/calendars/office"), 403)
        problem(worker.post("/calendars", NEW), 403)
        problem(rest(lea).patch("/calendars/office", {"name_en": "x"}), 403)
        problem(rest(ada, "people:read").put("/calendars/office/days/2030-01-01", {}), 403)
        problem(rest(ada, "tickets:read").get("/calendars"), 403)
        assert not default_calendar().days.exists()

    def test_repeating_with_a_key_makes_one(self, admin):
        first, second = (admin.post("/calendars", NEW, Idempotency_Key="k1") for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert second["Idempotency-Replayed"] == "true" and Calendar.objects.filter(key="shop").count() == 1


class TestAbsences:
    def test_ones_own(self, worker, alan, lea):
        made = worker.post("/people/me/absences", {**AWAY, "substitute": lea.email, "note": "Holiday"})
        assert made.status_code == 201, made.content
        assert made.json()["starts_at"] == "2027-07-01T06:00:00Z" and made.json()["substitute"] == lea.name
        assert [row["note"] for row in worker.get(f"/people/{alan.pk}/absences").json()["results"]] == ["Holiday"]
        problem(worker.post("/people/me/absences", AWAY), 409)
        assert worker.delete(f"/people/me/absences/{made.json()['id']}").status_code == 204
        assert worker.get("/people/me/absences").json()["results"] == []

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"ends_at": "2027-06-01T08:00:00Z"}, "ends_at"),
            ({"starts_at": "2027-02-30T08:00:00Z"}, "starts_at"),
            ({"substitute": "nobody@example.org"}, "substitute"),
        ],
    )
    def test_what_makes_no_sense(self, worker, change, field):
        assert fields_of(problem(worker.post("/people/me/absences", {**AWAY, **change}), 409)) == {field}
        assert not Absence.objects.exists()

    def test_whose_one_may_see_and_enter(self, rest, alan, hanna, lea, ada, rita, otto):
        record_absence_of(alan)
        scopes = (*ALL, "work:write")
        assert rest(lea, *scopes).get(f"/people/{alan.pk}/absences").json()["results"], "she leads him"
        assert rest(ada, *scopes).post(f"/people/{alan.pk}/absences", AWAY).status_code == 201
        problem(rest(hanna, *scopes).get(f"/people/{alan.pk}/absences"), 403)
        problem(rest(hanna, *scopes).post(f"/people/{alan.pk}/absences", AWAY), 403)
        problem(rest(rita, *scopes).get(f"/people/{alan.pk}/absences"), 404)
        problem(rest(rita, *scopes).post(f"/people/{otto.pk}/absences", AWAY), 404)
        other = Absence.objects.filter(user=alan).first()
        problem(rest(hanna, *scopes).delete(f"/people/me/absences/{other.pk}"), 404)
        problem(rest(hanna, *scopes).delete(f"/people/{alan.pk}/absences/{other.pk}"), 403)

    def test_the_token_needs_its_scope(self, rest, alan):
        problem(rest(alan, "people:read").post("/people/me/absences", AWAY), 403)
        problem(rest(alan, "work:write").get("/people/me/absences"), 403)


def record_absence_of(person):
    from datetime import timedelta

    from flowtic.core.actor import Actor

    now = clock.now()
    record_absence(
        Actor(person, "web"), person, starts_at=now, ends_at=now + timedelta(days=1), substitute=None, note="away"
    )
