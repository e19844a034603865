"""Overview and list: one's own tickets in plain words, filtered, searched, page by page."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from desk import portal_queries
from desk.models import RequestType, Ticket
from tests.factories import make_ticket

URL = "/portal/tickets"


def subjects(page):
    return re.findall(r'<span class="font-semibold wrap-anywhere">(.*?)</span>', page.content.decode())


def test_the_overview_says_where_tickets_stand(rita, rita_web, it, alan):
    make_ticket(rita, it, subject="First", status="in_progress", assignee=alan)
    make_ticket(rita, it, subject="Second", status="resolved", assignee=alan)
    make_ticket(rita, it, subject="Third", status="waiting_requester", assignee=alan)
    page = rita_web.get("/portal")
    assert subjects(page) == ["Third", "Second", "First"]
    for words in ("Hello Rita Reiter", "We wait for your answer", "Being worked on", "Solved"):
        assert words in page.content.decode()


def test_what_waits_for_an_answer_comes_first(rita, rita_web, it, alan):
    old = make_ticket(rita, it, subject="Your turn", status="waiting_requester", assignee=alan)
    Ticket.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=40))
    for number in range(6):
        make_ticket(rita, it, subject=f"Newer {number}")
    assert subjects(rita_web.get("/portal")) == ["Your turn", "Newer 5", "Newer 4"]


def test_a_newcomer_is_led_to_the_form(rita_web):
    page = rita_web.get("/portal").content.decode()
    assert "You have no ticket yet." in page
    assert reverse("desk:portal_new") in page


def test_request_types_are_tiles(rita_web):
    RequestType.objects.create(key="laptop", name_de="Laptop", name_en="A new laptop")
    RequestType.objects.create(key="old", name_de="Alt", name_en="Retired", active=False)
    page = rita_web.get("/portal").content.decode()
    assert "A new laptop" in page
    assert "Retired" not in page


@pytest.mark.parametrize(("state", "shown"), [("", ["Open one"]), ("closed", ["Done"]), ("all", ["Done", "Open one"])])
def test_open_and_closed_ones(state, shown, rita, rita_web, it):
    make_ticket(rita, it, subject="Open one")
    make_ticket(rita, it, subject="Done", status="closed")
    assert subjects(rita_web.get(URL, {"state": state})) == shown


def test_an_unknown_filter_is_the_usual_one(rita, rita_web, it):
    make_ticket(rita, it, subject="Open one")
    assert subjects(rita_web.get(URL, {"state": "' OR 1=1"})) == ["Open one"]


def test_pages_follow_each_other_without_gap_or_repeat(rita, rita_web, it):
    for number in range(portal_queries.PAGE_SIZE * 2 + 3):
        make_ticket(rita, it, subject=f"Ticket {number:02}")
    seen, url = [], URL
    while url:
        page = rita_web.get(url)
        seen += subjects(page)
        found = re.search(r'href="(\?[^"]*cursor=[^"]+)" rel="next"', page.content.decode())
        url = f"{URL}{found[1].replace('&amp;', '&')}" if found else ""
    assert seen == [f"Ticket {number:02}" for number in range(42, -1, -1)]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WyJ1cGRhdGVkIiwgMSwgMV0", "\0", "a" * 5000])
def test_a_broken_page_mark_is_a_plain_error(cursor, rita_web):
    assert rita_web.get(URL, {"cursor": cursor}).status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_list(rita, rita_web, it, django_assert_max_num_queries):
    for _number in range(30):
        make_ticket(rita, it)
    # The overview also asks whether there are articles to search.
    for url in ("/portal", URL):
        with django_assert_max_num_queries(9):
            assert rita_web.get(url).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_words_numbers_and_nothing_internal(rita, otto, alan, it, as_web, web_of):
    from desk.commands import add_comment

    ticket = make_ticket(rita, it, subject="The Netzwerkdrucker is dead", status="closed")
    make_ticket(otto, it, subject="Ottos Netzwerkdrucker")
    add_comment(as_web(alan), ticket, body="INTERNAL-9f3c he broke it himself", internal=True)
    web = web_of(rita)
    assert subjects(web.get(URL, {"q": "Drucker", "state": "all"})) == ["The Netzwerkdrucker is dead"]
    assert subjects(web.get(URL, {"q": ticket.number, "state": "all"})) == ["The Netzwerkdrucker is dead"]
    assert subjects(web.get(URL, {"q": "Drucker"})) == []
    for words in ("INTERNAL-9f3c", "himself", "INTERNAL-9*", '" OR 1', "NEAR(", "%"):
        assert subjects(web.get(URL, {"q": words, "state": "all"})) == []
