"""Solved tickets that no article covers, and where articles are drafted from tickets."""

import pytest

from ai_assist.gaps import solved_without_article
from ai_assist.models import AssistSettings
from flowtic.core.actor import Actor
from knowledge.commands import note_use
from tests.ai_assist.llm.desk import make_article, solved, vpn_ticket

pytestmark = pytest.mark.django_db
BADGES = ("Badge reader rejects my badge", "Badge reader at gate 2 rejects badges", "The badge reader rejects everyone")


@pytest.fixture
def badges(rita, it, alan):
    fields = {"description": "The badge reader at the door does not accept my badge."}
    return [solved(rita, it, alan, answer="Replaced.", subject=subject, **fields) for subject in BADGES]


def titles(actor):
    return [gap.title for gap in solved_without_article(actor, 10)]


def test_what_was_solved_three_times_without_an_article_is_told_with_its_tickets(badges, rita, it, alan, sven):
    solved(rita, it, alan, answer="Done.", subject="Chair squeaks", description="My chair makes noises.")
    gap = solved_without_article(Actor(sven, "web"), 10)[0]
    assert gap.count == 3
    assert {number for number, _url in gap.examples} == {ticket.number for ticket in badges}
    assert {"badge", "reader"} <= {word.lower() for word in gap.words}
    assert gap.draft_url == f"/tickets/{badges[-1].number}/assistant/article"
    assert len(titles(Actor(sven, "web"))) == 1


def test_an_article_about_it_or_used_in_it_closes_the_gap(badges, sven):
    actor = Actor(sven, "web")
    article = make_article("Something else", "Nothing that fits.")
    for ticket in badges:
        note_use(actor, article, ticket_number=ticket.number)
    assert titles(actor) == []
    article.uses.all().delete()
    assert len(titles(actor)) == 1
    make_article(
        "Badge reader rejects a badge", "When the badge reader rejects your badge, have it replaced at the door."
    )
    assert titles(actor) == []


def test_the_report_offers_the_draft_and_reads_without_the_assistant(badges, web_of, sven):
    page = web_of(sven).get("/knowledge/gaps").content.decode()
    assert f'action="/tickets/{badges[-1].number}/assistant/article"' in page
    AssistSettings.objects.update_or_create(pk=1, defaults={"enabled": False})
    page = web_of(sven).get("/knowledge/gaps").content.decode()
    assert "/assistant/article" not in page
    assert BADGES[0] in page or BADGES[1] in page or BADGES[2] in page


def test_drafting_and_asking_are_offered_where_people_look(badges, rita, it, web_of, sven, alan):
    number, open_ticket = badges[0].number, vpn_ticket(rita, it)
    action = f'action="/tickets/{number}/assistant/article"'
    for address in (f"/tickets/{number}", f"/tickets/{number}/assistant/related"):
        assert action in web_of(sven).get(address).content.decode(), address
        assert action not in web_of(alan).get(address).content.decode(), address  # agents do not write articles
    assert "/assistant/article" not in web_of(sven).get(f"/tickets/{open_ticket.number}").content.decode()
    assert 'href="/knowledge/ask?q=vpn"' in web_of(alan).get("/knowledge?q=vpn").content.decode()
    AssistSettings.objects.update_or_create(pk=1, defaults={"enabled": False})
    assert "/knowledge/ask" not in web_of(alan).get("/knowledge").content.decode()
