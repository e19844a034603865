"""The report of kept and broken promises equals a recount from the tickets' own times."""

import csv
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from accounts.calendars import business, default_calendar
from desk.commands import add_comment, change_fields, change_status
from desk.models import Promise, SlaPolicy, Status
from desk.promise_report import Asked, csv_rows, promise_report
from desk.schedule import watch_promises
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.business_time import add
from tests.factories import make_ticket

YEAR = Asked("2026-01", "2026-12")
SYSTEM = Actor.system("test")
TARGETS = {"first_response": {"normal": "PT2H"}, "resolution": {"normal": "PT16H"}}


@pytest.fixture
def policy(db):
    return SlaPolicy.objects.create(key="all", name_de="Alle", name_en="All", targets=TARGETS)


@pytest.fixture
def played(policy, rita, it, hr, alan, hanna):
    """Forty tickets of autumn 2026, each answered and resolved after a random while, or not at all."""
    chance, told = random.Random(5), []
    for number in range(40):
        department, agent = (it, alan) if number % 3 else (hr, hanna)
        start = datetime(2026, 9, 1, 7, tzinfo=UTC) + timedelta(minutes=chance.randrange(60 * 24 * 60))
        with clock.travel(start):
            ticket = make_ticket(rita, department)
        answer = start + timedelta(minutes=chance.randrange(2 * 24 * 60))
        done = answer + timedelta(minutes=chance.randrange(4 * 24 * 60)) if number % 5 else None
        with clock.travel(answer):
            add_comment(Actor(agent, "web"), ticket, body="x", internal=False)
        if done:
            with clock.travel(done):
                change_status(SYSTEM, ticket, status=Status.objects.get(key="resolved"))
        told.append((department, start, answer, done))
    with clock.travel(datetime(2026, 12, 30, tzinfo=UTC)):
        watch_promises()
    return told


def recount(played):
    """Month, department and kind of every promise, kept or broken, without a look at any promise."""
    hours, zone = business(default_calendar()), default_calendar().time_zone
    found = Counter()
    for department, start, answer, done in played:
        for kind, length, end in (("First response", 2, answer), ("Resolution", 16, done)):
            due = add(start, timedelta(hours=length), hours)
            kept = end is not None and end <= due
            month = (end if kept else due).astimezone(business(default_calendar()).zone).strftime("%Y-%m")
            found[month, department.name, kind, kept] += 1
    assert zone == "Europe/Berlin"
    return found


def counted(lines):
    found = Counter()
    for line in lines:
        found[line.month, line.department, line.kind, True] += line.kept
        found[line.month, line.department, line.kind, False] += line.broken
    return +found


def test_the_report_equals_a_recount(played, as_web, ada):
    lines = promise_report(as_web(ada), YEAR)
    assert counted(lines) == recount(played)
    assert sum(line.kept + line.broken for line in lines) == 80
    assert min(sum(line.kept for line in lines), sum(line.broken for line in lines)) > 10
    assert [line.month for line in lines] == sorted((line.month for line in lines), reverse=True)


def test_narrower_reports_are_parts_of_it(played, as_web, ada):
    whole = counted(promise_report(as_web(ada), YEAR))
    for field, value, place, name in (
        ("department", "it", 1, "IT operations"), ("kind", "resolution", 2, "Resolution"), ("policy", "all", 0, ""),
    ):  # fmt: skip
        part = counted(promise_report(as_web(ada), Asked("2026-01", "2026-12", **{field: value})))
        assert part == Counter({key: number for key, number in whole.items() if not name or key[place] == name})
    month = counted(promise_report(as_web(ada), Asked("2026-10", "2026-10")))
    assert month == Counter({key: number for key, number in whole.items() if key[0] == "2026-10"})
    assert promise_report(as_web(ada), Asked("2026-01", "2026-12", policy="gone")) == []


def test_leads_see_their_departments_only(played, as_web, lea, sven, ada):
    assert {line.department for line in promise_report(as_web(lea), YEAR)} == {"IT operations"}
    assert promise_report(as_web(sven), YEAR) == promise_report(as_web(ada), YEAR)


def test_three_queries_for_any_number(played, as_web, ada, django_assert_num_queries):
    with django_assert_num_queries(3):
        promise_report(as_web(ada), YEAR)


def test_page_and_csv(played, client, ada, lea, alan):
    client.force_login(ada)
    query = "?first=2026-09&last=2026-12"
    page = client.get(f"/reports/promises{query}").content.decode()
    answer = client.get(f"/reports/promises.csv{query}")
    rows = list(csv.reader(StringIO(answer.content.decode())))
    assert rows[0] == ["Month", "Department", "Rule", "Promise", "Kept", "Broken", "Kept in %"]
    assert sum(int(row[4]) + int(row[5]) for row in rows[1:]) == 80
    assert answer.headers["Content-Disposition"] == 'attachment; filename="promises-2026-09-2026-12.csv"'
    assert all(row[0] in page for row in rows[1:])
    for wrong in ("?first=x", "?last=2026-13", "?first=2026-1", "?last=%00"):
        assert client.get(f"/reports/promises{wrong}").status_code == 400
    client.force_login(alan)
    assert client.get("/reports/promises").status_code == 403
    client.force_login(lea)
    assert "Human resources" not in client.get(f"/reports/promises.csv{query}").content.decode()


def test_names_cannot_become_formulas(played, as_web, ada, policy):
    policy.name_en = "=HYPERLINK(1)"
    policy.save()
    assert {row[2] for row in csv_rows(promise_report(as_web(ada), YEAR))} == {"Rule", "'=HYPERLINK(1)"}


def test_a_promise_counts_where_the_ticket_was_when_it_ended(policy, rita, it, hr, as_web, sven, ada):
    with clock.travel(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        ticket = make_ticket(rita, it)
        change_fields(as_web(sven), ticket, department=hr)
        change_status(SYSTEM, ticket, status=Status.objects.get(key="resolved"))
    assert {line.department for line in promise_report(as_web(ada), YEAR)} == {"Human resources"}
    assert Promise.objects.filter(month="2026-11").count() == 2


def test_one_entry_of_the_menu_leads_to_all_reports(client, sven, lea, alan):
    client.force_login(sven)
    assert client.get("/reports").headers["Location"] == "/reports/workflows"
    for address, name in (("/reports/promises", "Promises kept"), ("/reports/workflows", "Workflows")):
        page = client.get(address).content.decode()
        side = page[page.index('<aside class="desk-side') if '<aside class="desk-side' in page else 0 :]
        assert side.count('href="/reports"') >= 1
        assert f'aria-current="page">{name}</a>' in page
        assert 'href="/reports/promises"' in page and 'href="/reports/workflows"' in page
    client.force_login(lea)
    assert client.get("/reports").status_code == 302
    client.force_login(alan)
    assert client.get("/reports").status_code == 403
    assert 'href="/reports' not in client.get("/tickets").content.decode()
