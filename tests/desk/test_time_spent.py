"""Time spent: what people write, whose it is, and what the reports say."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from desk import time_spent
from desk.commands import change_fields
from desk.commands.time_entries import add_time, change_time, remove_time
from desk.history import describe, ticket_events
from desk.models import TimeEntry
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Event
from flowtic.core.undo import CannotUndo, undo
from tests.api.conftest import problem, rest  # noqa: F401  (a fixture)
from tests.desk.views.conftest import web_of  # noqa: F401  (a fixture)


def last(name):
    return Event.objects.filter(name=f"ticket.time_{name}").latest("pk")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("1h 30", 90), ("90m", 90), ("1:30", 90), ("1.5h", 90), ("1,5 Std.", 90), ("90", 90), (" 1h30m ", 90)),
        *(("2h", 120), ("2 hours", 120), ("45 min", 45), ("1 h 5 min", 65), ("0:05", 5), ("1 Stunde 10 Minuten", 70)),
    ],
)
def test_what_people_write(text, minutes):
    assert time_spent.parse(text) == minutes


@pytest.mark.parametrize("text", ["", "x", "1:60", "-5", "h", "1h 30 x", "1e3", "٣", "1:2:3", "5 4", "0x10"])
def test_what_is_no_length(text):
    with pytest.raises(Invalid):
        time_spent.parse(text)


def test_it_reads_as_it_is_written():
    assert [time_spent.words(number) for number in (0, 5, 60, 90)] == ["0 min", "5 min", "1 h", "1 h 30 min"]
    assert time_spent.parse(time_spent.words(90)) == 90


def test_ones_own_are_changed_and_taken_back_others_by_support_only(as_web, alan, lea, sven, rita, hanna, ticket):
    entry = add_time(as_web(alan), ticket, minutes=90, note="Cable\nreplaced")
    assert (entry.note, entry.day, entry.department_id) == (
        "Cable replaced",
        timezone.localdate(),
        ticket.department_id,
    )
    for person in (rita, hanna):
        with pytest.raises(Forbidden):
            add_time(as_web(person), ticket, minutes=5)
    with pytest.raises(Forbidden):
        change_time(as_web(lea), entry, minutes=10)
    for wrong in ({"minutes": 0}, {"minutes": 1441}, {"note": "x" * 301}, {"day": date(1999, 1, 1)}):
        with pytest.raises(Invalid):
            change_time(as_web(alan), entry, **wrong)
    with pytest.raises(Invalid):
        change_time(as_web(alan), entry, day=timezone.localdate() + timedelta(days=1))
    change_time(as_web(sven), entry, minutes=60, note="")
    undo(as_web(sven), last("changed").operation_id)
    entry.refresh_from_db()
    assert (entry.minutes, entry.note) == (90, "Cable replaced")
    remove_time(as_web(alan), entry)
    undo(as_web(alan), last("removed").operation_id)
    back = TimeEntry.objects.get()
    assert (back.pk, back.minutes, back.person) == (entry.pk, 90, alan)
    first = Event.objects.filter(name="ticket.time_added").earliest("pk")
    change_time(as_web(sven), back, minutes=61)
    with pytest.raises(CannotUndo):
        undo(as_web(alan), first.operation_id)
    told = [line.text.strip() for line in describe(list(ticket_events(ticket)), internal=True)]
    assert "spent 1 h 30 min on it" in told
    assert "changed the time spent from 1 h 30 min to 1 h 1 min" in told
    assert "removed 1 h 30 min of time spent" in told
    assert not Event.objects.filter(name__startswith="ticket.time", public=True).exists()


def test_on_the_page_and_nowhere_else(web_of, as_web, alan, lea, rita, ticket):  # noqa: F811
    page = f"/tickets/{ticket.number}"
    web, htmx = web_of(alan), web_of(alan, htmx=True)
    assert web.post(f"{page}/time", {"minutes": "1h 30", "note": "SECRET-NOTE"}).status_code == 302
    add_time(as_web(lea), ticket, minutes=20)
    entry, other = TimeEntry.objects.order_by("pk")
    shown = web.get(page).content.decode()
    assert "1 h 50 min" in shown
    assert f"{page}/time/{entry.pk}" in shown
    assert f"{page}/time/{other.pk}" not in shown
    assert "SECRET-NOTE" not in web_of(rita).get(f"/portal/tickets/{ticket.number}").content.decode()
    wrong = htmx.post(f"{page}/time", {"minutes": "soon"})
    assert (wrong.status_code, "1h 30, 90m, 1:30" in wrong.content.decode()) == (422, True)
    assert web.post(f"{page}/time/{other.pk}", {"minutes": "5"}).status_code == 403
    assert web.post(f"{page}/time/{entry.pk}", {"minutes": "2h", "day": "2026-01-05"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.minutes, entry.day) == (120, date(2026, 1, 5))
    assert htmx.post(f"{page}/time/{entry.pk}", {"remove": "1"}).status_code == 200
    assert web_of(rita).post(f"{page}/time/{other.pk}", {"minutes": "5"}).status_code == 403
    assert TimeEntry.objects.get() == other


def test_the_report_stays_with_the_department_of_then(web_of, as_web, alan, lea, sven, hanna, hr, rita, ticket):  # noqa: F811
    add_time(as_web(alan), ticket, minutes=90, note="=1+1", day=date(2026, 1, 31))
    add_time(as_web(lea), ticket, minutes=30, day=date(2026, 2, 1))
    change_fields(as_web(sven), ticket, department=hr)
    add_time(as_web(hanna), ticket, minutes=45, day=date(2026, 2, 2))
    asked = time_spent.Asked(date(2026, 1, 1), date(2026, 2, 28))
    lines = time_spent.report(as_web(sven), asked)
    assert [(line.name, line.spent, line.tickets) for line in lines] == [
        ("Alan Agent", "1 h 30 min", 1), ("Hanna Personal", "45 min", 1), ("Lea Leitung", "30 min", 1),
    ]  # fmt: skip
    months = time_spent.report(as_web(sven), time_spent.Asked(asked.first, asked.last, by="month"))
    assert [(line.name, line.minutes) for line in months] == [("January 2026", 90), ("February 2026", 75)]
    own = time_spent.report(as_web(lea), time_spent.Asked(asked.first, asked.last, by="department"))
    assert [line.minutes for line in own] == [120]  # what HR did is not hers to see
    assert time_spent.whole(as_web(lea), asked).minutes == 120
    web, days = web_of(lea), {"first": "2026-01-01", "last": "2026-02-28"}
    page = web.get("/reports/time", days).content.decode()
    assert "Alan Agent" in page
    assert "Hanna Personal" not in page
    table = web.get("/reports/time.csv", {**days, "person": alan.pk}).content.decode()
    assert "90,1.50,Rita Reiter,'=1+1" in table
    for wrong in ({"first": "x"}, {"by": "x"}, {"person": "x"}):
        assert web.get("/reports/time", wrong).status_code == 400
    assert web_of(alan).get("/reports/time").status_code == 403


def test_over_rest(rest, alan, lea, rita, hanna, ticket):  # noqa: F811
    client, path = rest(alan), f"/tickets/{ticket.number}/time"
    made = client.post(path, {"minutes": 15, "note": "Call", "day": "2026-01-05"})
    assert (made.status_code, made.json()["person"]["id"], made.json()["day"]) == (201, alan.pk, "2026-01-05")
    entry = f"{path}/{made.json()['id']}"
    assert client.patch(entry, {"minutes": 20}).json()["note"] == "Call"
    assert [row["minutes"] for row in rest(lea).get(path).json()["results"]] == [20]
    problem(rest(lea).patch(entry, {"minutes": 1}), 403)
    problem(client.post(path, {"minutes": 0}), 422)
    problem(client.post(path, {"minutes": 5, "day": "2026-02-31"}), 409)
    problem(client.post(path, {"minutes": 5, "day": "2099-01-01"}), 409)
    for person, status in ((rita, 403), (hanna, 404)):
        problem(rest(person).get(path), status)
        problem(rest(person).delete(entry), status)
    assert client.delete(entry).status_code == 204
    problem(client.delete(entry), 404)
