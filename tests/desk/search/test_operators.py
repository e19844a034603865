"""Operators of the search as filters of tickets; what is unknown is told, never an error."""

from datetime import timedelta

import pytest
from django.utils import timezone

from desk.models import Priority, Ticket
from desk.unified_search_operators import _span
from tests.factories import make_ticket


@pytest.fixture
def desk(rita, otto, it, alan, lea):
    high = Priority.objects.get(key="high")
    return [
        make_ticket(rita, it, subject="A", priority=high, tags=["vpn"], assignee=alan, status="assigned"),
        make_ticket(otto, it, subject="B", assignee=lea, status="closed"),
        make_ticket(otto, it, subject="C"),
    ]


@pytest.mark.parametrize(
    ("question", "subjects"),
    [
        ("status:assigned", "A"),
        ("status:zugewiesen", "A"),
        ("status:Geschlossen", "B"),
        ("status:offen", "AC"),
        ("status:assigned,closed", "AB"),
        ("is:open", "AC"),
        ("ist:geschlossen", "B"),
        ("is:open is:closed", "ABC"),
        ("is:mine", "A"),
        ("ist:frei", "C"),
        ("from:rita", "A"),
        ("von:Fremd", "BC"),
        ("an:ich", "A"),
        ("to:niemand", "C"),
        ("assignee:lea", "B"),
        ("priority:high", "A"),
        ("priorität:hoch", "A"),
        ("department:it is:open", "AC"),
        ('abteilung:"IT-Betrieb"', "ABC"),
        ("tag:vpn", "A"),
        ("tag:nothing", ""),
        ("created:>=today", "ABC"),
        ("erstellt:<heute", ""),
        ("updated:>=heute tag:VPN", "A"),
        ("is:open from:otto", "C"),
    ],
)
def test_an_operator_filters(desk, found, alan, it, question, subjects):
    type(it).objects.filter(pk=it.pk).update(name_de="IT-Betrieb")
    assert "".join(sorted(found(alan, question))) == subjects


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        ("status:foo", "There is no status “foo”. Known are: "),
        ("status:clossed", "Did you mean “Closed”?"),
        ("priority:mega", "There is no priority “mega”."),
        ("department:xyz", "There is no department “xyz”."),
        ("is:green", "is:open, is:closed, is:mine, is:free"),
        ("from:xaver", "Nobody whom you may look up is called “xaver”."),
        ("created:soon", "“soon” is no day here. Write for example created:&gt;"),
        ("created:2026-02-30", "is no day here"),
        ("updated:<2026-01-01", "is no day here"),
        (f"tag:{'x' * 61}", "A tag may have up to 60 characters."),
    ],
)
def test_an_unknown_value_gives_a_hint_and_finds_nothing(desk, web_of, alan, question, hint):
    answer = web_of(alan).get("/search", {"q": question})
    assert answer.status_code == 200
    assert hint in answer.content.decode()
    assert answer.context["search"].parts == []


def test_requesters_learn_nothing_about_others_by_hints(desk, web_of, rita, found):
    pages = [
        web_of(rita).get("/search", {"q": f"from:{name}"}).context["search"].hints for name in ("otto", "nobody-here")
    ]
    assert pages[0] == [pages[1][0].replace("nobody-here", "otto")]
    assert found(rita, "tag:vpn") == []
    assert found(rita, "from:otto") == []
    assert found(rita, "is:mine") == ["A"]


def test_days_are_read_in_many_ways():
    assert [str(day) for day in _span("2026-03")] == ["2026-03-01", "2026-04-01"]
    assert [str(day) for day in _span("2026")] == ["2026-01-01", "2027-01-01"]
    assert [str(day) for day in _span("31.12.2026")] == ["2026-12-31", "2027-01-01"]
    assert [str(day) for day in _span("2026-01-05..2026-02")] == ["2026-01-05", "2026-03-01"]
    assert _span(">2026-01-01") == (_span("2026-01-02")[0], None)
    assert _span("<=2026-01-01") == (None, _span("2026-01-02")[0])
    for text in ("", ">", "..", "99999-1-1", "2026-13", "1.2.3.4", "0000-01-01", "9999-12-31"):
        assert _span(text) is None, text


def test_the_time_of_creation_counts(found, alan, desk):
    Ticket.objects.filter(subject="A").update(created_at=timezone.now() - timedelta(days=400))
    year = timezone.localdate().year
    assert "A" not in found(alan, f"created:{year}")
    assert "A" in found(alan, f"created:<{year}")
