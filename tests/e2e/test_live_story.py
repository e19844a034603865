"""Two people at one ticket, each seeing what the other does; the bell; and a page that lost its connection."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from desk.commands import assign_ticket, change_status
from desk.models import Comment, Status
from flowtic.core.actor import Actor
from tests.e2e.asgi import streaming_server
from tests.e2e.conftest import Seen

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 15_000


@pytest.fixture
def server(settings):
    with streaming_server() as running:
        settings.BASE_URL = running.url
        yield running


@pytest.fixture
def enter(open_page, browser, server, settings):
    """`enter(person, path)`: a page of that person on the streaming server, in a browser of its own."""

    def make(person, path, **options):
        page = open_page(None, "", **options)
        page.seen = Seen(page, server.url)
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
        page.goto(server.url + path)
        return page

    return make


def test_two_people_at_one_ticket(enter, check_page, alan, lea, sven, ticket):
    assign_ticket(Actor(sven, "web"), ticket, assignee=alan)
    mine = enter(alan, ticket.get_absolute_url())
    hers = enter(lea, ticket.get_absolute_url())
    presence = mine.locator("[data-presence]")
    expect(presence).to_contain_text(lea.name, timeout=SOON)
    hers.locator("#composer-body").fill("Have you tried")
    expect(presence).to_contain_text(f"{lea.name} is typing", timeout=SOON)
    expect(mine.locator("[data-presence-typing]")).to_have_text(f"{lea.name} is typing …")

    # What I am writing stays while her note arrives, and so does the focus.
    mine.locator("#composer-body").fill("My own half sentence")
    hers.keyboard.press("Escape")
    hers.locator(".composer-tab[data-kind=note]").click()
    hers.locator("#composer-body").fill("A note that comes by itself")
    hers.locator("#composer-state .btn-primary").first.click()
    expect(mine.locator("#thread")).to_contain_text("A note that comes by itself", timeout=SOON)
    expect(mine.locator("#composer-body")).to_have_value("My own half sentence")
    expect(mine.locator("#composer-body")).to_be_focused()

    # An open menu is left alone: a mark stands there instead, and a click shows the news.
    mine.locator("summary", has_text=re.compile("Assigned|progress")).first.click()
    change_status(Actor(lea, "web"), ticket, status=Status.objects.get(key="in_progress"))
    mark = mine.locator("[data-changed=head]")
    expect(mark).to_be_visible(timeout=SOON)
    expect(mine.locator("details[open]")).to_have_count(1)
    mark.click()
    expect(mine.locator("[id$=-head]")).to_contain_text("In progress", timeout=SOON)
    expect(mark).to_be_hidden()
    hers.close()
    expect(presence).not_to_contain_text(lea.name, timeout=SOON)
    assert Comment.objects.filter(ticket=ticket).count() == 1
    assert mine.seen.problems == []


def test_the_bell_rings_and_the_list_of_it(enter, check_page, alan, sven, ticket):
    page = enter(alan, "/me/profile")
    bell = page.locator("[data-bell]")
    expect(bell).to_have_attribute("aria-label", "Notifications")
    assign_ticket(Actor(sven, "web"), ticket, assignee=alan)
    expect(page.locator("[data-bell-count]")).to_have_text("1", timeout=SOON)
    expect(bell).to_have_attribute("aria-label", "Notifications, unread: 1")
    bell.press("Enter")
    entry = page.locator("#notices .notice")
    expect(entry).to_contain_text(ticket.number)
    expect(entry).to_contain_text("You are the assignee")
    page.keyboard.press("Escape")
    expect(bell).to_be_focused()
    bell.press("Enter")
    expect(entry).to_be_visible()
    check_page(page, "bell")
    entry.locator("a").click()
    expect(page.locator("[data-bell-count]")).to_be_hidden(timeout=SOON)
    for path, size, theme in (
        ("/notifications", "phone", "dark"),
        ("/me/notifications?department=it", "phone", "light"),
    ):
        other = enter(alan, path, size=size, theme=theme)
        expect(other.locator("h1")).to_be_visible()
        check_page(other, f"{path} {size} {theme}")


def test_a_lost_connection_is_said_and_made_up_for(enter, server, alan, lea, sven, ticket):
    page = enter(alan, ticket.get_absolute_url())
    expect(page.locator("html")).to_have_attribute("data-stream", "on", timeout=SOON)
    server.cut()
    dot = page.locator("[data-stream-state]")
    expect(dot).to_have_attribute("data-state", "off", timeout=SOON)
    expect(dot).to_contain_text("Disconnected")
    expect(page.locator("#live")).to_have_text("Disconnected")
    change_status(Actor(sven, "web"), ticket, status=Status.objects.get(key="waiting_requester"))
    server.mend()
    expect(dot).to_have_attribute("data-state", "on", timeout=30_000)
    expect(page.locator("[id$=-head]")).to_contain_text("Waiting for reply", timeout=SOON)
    assert page.seen.problems == []
