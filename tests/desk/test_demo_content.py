"""The demo content as data: complete, consistent, fictitious."""

import datetime as dt
import io
import re
from collections import Counter
from zoneinfo import available_timezones

import pytest
from PIL import Image

from desk.demo import content as demo
from desk.seeds import PRIORITIES, STATUSES

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def data():
    return demo.load(NOW)


def test_people_and_departments(data):
    people = {person["key"]: person for person in data.people}
    departments = [department["key"] for department in data.departments]
    assert len(people) == len(data.people) == len({person["email"] for person in data.people}) == 25
    assert len(set(departments)) == 6
    assert [department["default"] for department in data.departments].count(True) == 1
    assert sorted(p["role"] for p in data.people if p.get("login")) == ["admin", "agent", "support", "user"]
    assert [p["key"] for p in data.people if p["state"] == "pending"] == ["pia"]
    places = [place for person in data.people for place in person["departments"]]
    assert {place["key"] for place in places} == set(departments)
    assert [place["lead"] for place in places].count(True) == 1
    assert not [p["key"] for p in data.people if p["departments"] and p["role"] != "agent"]
    assert {p["time_zone"] for p in data.people} <= available_timezones()
    assert {p["language"] for p in data.people} == {"", "de", "en"}


def test_every_reference_exists(data):
    people = {person["key"] for person in data.people}
    tickets = {ticket["key"]: ticket for ticket in data.tickets}
    assert len(tickets) == len(data.tickets)
    for ticket in data.tickets:
        named = [entry["by"] for entry in ticket["entries"]] + ticket.get("watchers", []) + [ticket["requester"]]
        named += [ticket[field] for field in ("assignee", "reporter") if field in ticket]
        assert set(named) <= people, ticket["key"]
        ties = [*ticket.get("links", []), *([ticket["merge_into"]] if "merge_into" in ticket else [])]
        for tie in ties:
            assert tie["by"] in people
            # Both tickets exist by then.
            assert tie["hours_ago"] < min(ticket["hours_ago"], tickets[tie["to"]]["hours_ago"]), ticket["key"]
        used = ticket.get("attachments", []) + [n for e in ticket["entries"] for n in e.get("attachments", [])]
        assert sorted(used) == sorted(file["name"] for file in ticket["files"]), ticket["key"]


def test_every_story_goes_forward_in_time(data):
    for ticket in data.tickets:
        times = [ticket["hours_ago"], *(entry["hours_ago"] for entry in ticket["entries"])]
        assert times == sorted(times, reverse=True), ticket["key"]
        assert times[-1] > 0 and times[0] <= 60 * 24, ticket["key"]
        if ticket["status"] == "resolved":
            assert times[-1] < 5 * 24, "the schedule would close it at once"


def test_the_tickets_cover_the_desk(data):
    def spread(field):
        return Counter(ticket[field] for ticket in data.tickets)

    assert 55 <= len(data.tickets) <= 65
    assert spread("language")["de"] >= 34 and spread("language")["en"] >= 22
    assert set(spread("status")) == {row[0] for row in STATUSES} and min(spread("status").values()) >= 3
    assert set(spread("priority")) == {row[1] for row in PRIORITIES} and min(spread("priority").values()) >= 5
    assert set(spread("department")) == {row["key"] for row in data.departments}
    assert min(spread("department").values()) >= 5
    assert set(spread("kind")) == {"incident", "request", "question"}
    due = [ticket.get("due_in_hours") for ticket in data.tickets]
    assert sum(d is not None and d < 0 for d in due) >= 3, "overdue"
    assert sum(d is not None and 0 <= d < 8 for d in due) >= 8, "today"
    assert due.count(None) >= 40, "where the promises say it"
    assert {tie["kind"] for ticket in data.tickets for tie in ticket.get("links", [])} >= {"related", "follow_up"}
    assert sum("merge_into" in ticket for ticket in data.tickets) == 1
    assert max(len([e for e in ticket["entries"] if "body" in e]) for ticket in data.tickets) >= 5


def test_texts_are_complete_and_name_nobody_real(data):
    for ticket in data.tickets:
        texts = [ticket["subject"], ticket["description"], *(e["body"] for e in ticket["entries"] if "body" in e)]
        texts += [line for file in ticket["files"] for line in file["lines"]]
        assert all(texts[:2]), ticket["key"]
        whole = "\n".join(texts)
        assert not re.search(r"\{\w+:", whole), ticket["key"]
        for host in re.findall(r"(?:@|https?://)([\w-]+(?:\.[\w-]+)+)", whole):
            assert host.endswith((".example.test", "flowtic.example")) or host == "example.test", host
    assert all(person["email"] == f"{person['key']}@flowtic.example" for person in data.people)


@pytest.mark.parametrize("days", [*range(14)])
def test_workdays_in_texts_are_never_at_a_weekend(days):
    now = NOW + dt.timedelta(days=days)
    for distance in ("+0", "+3", "-1", "-6"):
        said = demo.fill(f"{{workday:{distance}}}", "en", now)
        assert dt.datetime.strptime(said, "%d %B %Y").replace(tzinfo=dt.UTC).weekday() < 5


def test_dates_in_texts_follow_language_and_moment():
    text = "{month:-1} · {month:-13} · {workday:+9} · {time:-2.55} · {minute:-2.55}"
    assert demo.fill(text, "de", NOW) == "Oktober 2026 · Oktober 2025 · 30. November 2026 · 10:25 · 10:27"
    assert demo.fill("{month:-1}, {workday:+3}", "en", NOW) == "October 2026, 24 November 2026"
    assert demo.fill("{month:-1}", "en", NOW.replace(month=1)) == "December 2025"


def test_attachments_are_what_their_names_say(data):
    files = [file for ticket in data.tickets for file in ticket["files"]]
    assert {name.rpartition(".")[2] for name in (file["name"] for file in files)} == {"txt", "csv", "png"}
    for file in files:
        made = demo.file_bytes(file)
        if file["kind"] == "picture":
            assert all(line.isascii() for line in file["lines"]), "the built-in font has no other letters"
            assert Image.open(io.BytesIO(made)).format == "PNG"
        else:
            assert made.decode().splitlines() == file["lines"]
