"""Hints while a request is typed: own open tickets, public articles, nothing of others, never in the way."""

import pytest
from django.test import Client

from desk.commands import add_watcher, change_status
from desk.models import Status
from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_category, set_state
from knowledge.models import Article
from tests.factories import make_ticket

ASKED = "/portal/new/hints"
MACHINE = Actor.system("test")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ask(rita):
    client = Client()
    client.force_login(rita)
    return lambda text: client.get(ASKED, {"subject": text}, headers=HTMX).content.decode()


def test_an_own_open_ticket_about_the_same_is_named(ask, rita, otto, it, sven):
    mine = make_ticket(rita, it, subject="Printer in room 204 prints stripes")
    foreign = make_ticket(otto, it, subject="Printer in room 204 prints stripes")
    page = ask("printer room 204 stripes")
    assert "You already asked about this on" in page
    assert mine.number in page
    assert foreign.number not in page
    assert ask("coffee machine broken again").strip() == ""
    assert ask("print").strip() == ""  # says hardly anything yet
    # What the person only follows is somebody else's matter.
    add_watcher(Actor(sven, "web"), foreign, person=rita)
    assert foreign.number not in ask("printer room 204 stripes")
    change_status(Actor(sven, "web"), mine, status=Status.objects.get(key="closed"))
    assert mine.number not in ask("printer room 204 stripes")


def test_only_public_active_articles_help(ask):
    category = save_category(MACHINE, None, key="network", name_de="Netz", name_en="Network")
    for title, public in (("VPN keeps dropping at home", True), ("VPN keeps dropping, internal causes", False)):
        article = create_article(
            MACHINE, title=title, body="Second profile.", category=category, language="en", tags=[], public=public
        )
        publish_article(MACHINE, article, note="first")
    page = ask("VPN keeps dropping")
    assert "VPN keeps dropping at home" in page
    assert "internal causes" not in page
    set_state(MACHINE, Article.objects.get(public=True), state="inactive")
    assert "VPN keeps dropping" not in ask("VPN keeps dropping")


def test_too_much_typing_only_ends_the_hints(ask, settings, rita, it):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "hint": (1, 3600)}
    make_ticket(rita, it, subject="Printer in room 204 prints stripes")
    assert "already asked" in ask("printer room 204 stripes")
    assert ask("printer room 204 stripes").strip() == ""


def test_strange_texts_and_other_doors(ask, rita):
    for text in ("\0" * 20, "x" * 5000, "<script>alert(1)</script> and more", "%' OR 1=1 -- abcdef", "🖨️" * 30):
        assert "<script>alert" not in ask(text)
    client = Client()
    assert client.get(ASKED, headers=HTMX).status_code == 401
    client.force_login(rita)
    assert client.get(ASKED).headers["Location"] == "/portal/new"
