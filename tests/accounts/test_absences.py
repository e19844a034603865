"""Who is away, who stands in, and the page on which people say so."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.absences import absences_at, absent_until, stand_in
from accounts.commands import record_absence, remove_absence, suspend_person
from accounts.models import Absence
from flowtic.core import clock
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday():
    with clock.travel(NOW):
        yield


def away(actor, person, start=0, end=5, substitute=None):
    return record_absence(
        actor, person, starts_at=NOW + start * DAY, ends_at=NOW + end * DAY, substitute=substitute, note=" Holi\nday "
    )


def test_one_s_own_absence(as_web, alan, lea):
    row = away(as_web(alan), alan, substitute=lea)
    assert (row.note, row.substitute) == ("Holi day", lea)
    assert absent_until(alan) == NOW + 5 * DAY
    assert absent_until(alan, NOW + 6 * DAY) is None
    assert absent_until(lea) is None
    assert absences_at([alan.pk, lea.pk]) == {alan.pk: row}
    event = Event.objects.latest("pk")
    assert (event.name, event.data["substitute"]) == ("person.absence_recorded", lea.pk)
    assert "note" not in event.data


def test_absences_that_join_are_one(as_web, alan):
    away(as_web(alan), alan, 0, 2)
    away(as_web(alan), alan, 2, 4)
    away(as_web(alan), alan, 6, 7)
    assert absent_until(alan) == NOW + 4 * DAY


def test_substitutes_of_substitutes_and_circles(as_web, alan, lea, sven, hanna):
    assert stand_in(alan) == alan
    away(as_web(alan), alan, substitute=lea)
    assert stand_in(alan) == lea
    away(as_web(lea), lea, substitute=sven)
    assert stand_in(alan) == sven
    row = away(as_web(sven), sven, substitute=alan)
    assert stand_in(alan) is None
    remove_absence(as_web(sven), row)
    assert stand_in(alan) == sven
    away(as_web(hanna), hanna)
    assert stand_in(hanna) is None


def test_a_substitute_who_left_does_not_stand_in(as_web, ada, alan, lea):
    away(as_web(alan), alan, substitute=lea)
    suspend_person(as_web(ada), lea, reason="left")
    assert stand_in(alan) is None


@pytest.mark.parametrize(
    ("start", "end", "who", "field"),
    [
        (2, 2, None, "ends_at"),
        (3, 2, None, "ends_at"),
        (-5, -1, None, "ends_at"),
        (0, 2000, None, "ends_at"),
        (0, 2, "alan", "substitute"),
        (0, 2, "rita", "substitute"),
        (0, 2, "pia", "substitute"),
    ],
)
def test_what_is_refused(request, as_web, alan, start, end, who, field):
    substitute = request.getfixturevalue(who) if who else None
    with pytest.raises(Invalid) as refused:
        away(as_web(alan), alan, start, end, substitute)
    assert set(refused.value.fields) == {field}


def test_two_absences_never_overlap(as_web, alan):
    away(as_web(alan), alan, 2, 4)
    for start, end in ((1, 3), (3, 5), (0, 9), (2, 4)):
        with pytest.raises(Conflict):
            away(as_web(alan), alan, start, end)
    away(as_web(alan), alan, 4, 5)


def test_who_may_enter_whose(as_web, alan, lea, ada, hanna, sven, rita):
    for actor in (alan, lea, ada):
        remove_absence(as_web(actor), away(as_web(actor), alan))
    for actor in (hanna, sven, rita):
        with pytest.raises(Forbidden):
            away(as_web(actor), alan)
    row = away(as_web(alan), alan)
    with pytest.raises(Forbidden):
        remove_absence(as_web(hanna), row)


def test_ending_keeps_what_has_passed(as_web, alan):
    running, later = away(as_web(alan), alan, -1, 3), away(as_web(alan), alan, 5, 6)
    remove_absence(as_web(alan), running)
    remove_absence(as_web(alan), later)
    assert [(row.starts_at, row.ends_at) for row in Absence.objects.all()] == [(NOW - DAY, NOW)]
    with pytest.raises(Conflict):
        remove_absence(as_web(alan), Absence.objects.get())


def test_the_pages(client, alan, lea, hanna, as_web):
    client.force_login(alan)
    body = {"starts_at": "2026-11-24T08:00", "ends_at": "2026-11-27T18:00", "substitute": lea.pk, "note": "Skiing"}
    assert client.post(f"/people/{alan.pk}/absences", {**body, "ends_at": "2026-11-20T08:00"}).status_code == 422
    assert client.post(f"/people/{alan.pk}/absences", body).status_code == 302
    row = Absence.objects.get()
    assert (row.starts_at, row.substitute) == (datetime(2026, 11, 24, 7, tzinfo=UTC), lea)
    profile = client.get("/me/profile").content.decode()
    assert "Skiing" in profile
    assert "Monday" in profile
    client.force_login(hanna)
    assert client.get(f"/people/{alan.pk}/absences").status_code == 403
    assert client.post(f"/people/{alan.pk}/absences/{row.pk}/removal").status_code == 403
    with clock.travel(NOW + 2 * DAY):
        page = client.get(f"/people/{alan.pk}").content.decode()
        assert "Absent" in page
        assert "Skiing" not in page
        assert "absent until" in client.get(f"/people/{alan.pk}/card").content.decode()
    client.force_login(lea)
    client.post(f"/people/{alan.pk}/absences/{row.pk}/removal")
    assert not Absence.objects.exists()
