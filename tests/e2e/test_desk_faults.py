"""What goes wrong around a person who writes: nothing typed is lost, one clear sentence is said, the page stays whole."""

import errno
import re

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from playwright.sync_api import expect

from desk.commands import add_comment
from desk.models import Comment, Ticket
from flowtic.core.actor import Actor
from tests.factories import PASSWORD, make_ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
WORDS = "Half a page that took me ten minutes \U0001f600"
STRANGE = (
    "\u202b\u0645\u0631\u062d\u0628\u0627\u202c \U0001f469\u200d\U0001f4bb Donaudampfschifffahrtsgesellschaftskapitän"
    * 2
)


@pytest.fixture
def ticket(it, rita, alan):
    return make_ticket(rita, it, assignee=alan, status="in_progress")


def test_locked_full_and_pressed_twice(open_page, monkeypatch, settings, alan, ticket):
    page = open_page(alan, f"/tickets/{ticket.number}")
    body = page.locator("#composer-body")
    body.fill(WORDS)
    page.locator("[data-files]").set_input_files({"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"})

    def fails(error):
        def fail(*args, **values):
            raise error

        return fail

    for place, error, said in (
        ("desk.views.conversation.add_comment", OperationalError("database is locked"), "The system is busy"),
        ("django.core.files.storage.FileSystemStorage.save", OSError(errno.ENOSPC, "x"), "no room left for files"),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(place, fails(error))
            body.press("Control+Enter")
            expect(page.locator("#composer-state .alert, [data-toast]").filter(has_text=said).first).to_be_visible()
        expect(body).to_have_value(WORDS)
        expect(page.locator("[data-files-list]")).to_contain_text("plan.txt")
        expect(page.locator("#composer-state [aria-busy=true]")).to_have_count(0)
    assert not Comment.objects.exists()

    body.press("Control+Enter")
    expect(page.locator(".msg", has_text=WORDS)).to_have_count(1)
    expect(body).to_have_value("")
    assert Comment.objects.get().attachments.get().name == "plan.txt"

    body.fill("Pressed twice")
    page.locator("#composer-state .btn-primary").first.dblclick()
    expect(page.locator(".msg", has_text="Pressed twice")).to_have_count(1)
    assert Comment.objects.count() == 2

    # Away without sending and back; and what was sent is not offered again.
    body.fill("Not finished")
    page.goto(page.url.replace(f"/{ticket.number}", ""))
    page.go_back()
    expect(body).to_have_value("Not finished")
    body.press("Control+Enter")
    expect(page.locator(".msg", has_text="Not finished")).to_have_count(1)
    page.reload()
    expect(body).to_have_value("")
    assert page.seen.problems == []


def test_too_much_and_two_tabs(open_page, alan, ticket):
    page = open_page(alan, f"/tickets/{ticket.number}")
    body = page.locator("#composer-body")
    page.evaluate(
        """() => { const area = document.getElementById("composer-body"); area.value = "word ".repeat(600_000);
        area.dispatchEvent(new Event("input", { bubbles: true })); }"""
    )
    # Not `press`: the browser needs a while to lay out three million signs before it takes a key.
    page.evaluate("document.getElementById('composer').requestSubmit()")
    expect(page.locator("[data-toast]", has_text="too much text to send at once")).to_be_visible(timeout=60_000)
    assert page.evaluate("document.getElementById('composer-body').value.length") == 3_000_000
    assert not Comment.objects.exists()
    body.evaluate("area => { area.value = ''; area.dispatchEvent(new Event('input', { bubbles: true })) }")

    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Details").press("Enter")
    for tab, name in ((page, "High"), (other, "Low")):
        tab.locator(f"#ticket-{ticket.pk}-priority").press("Enter")
        tab.locator("details[open] .menu-i", has_text=name).press("Enter")
        expect(tab.locator(f"#ticket-{ticket.pk}-head")).to_contain_text(name)
    expect(other.locator("#conflict")).to_contain_text("Yours")
    other.get_by_role("button", name="Use mine").press("Enter")
    expect(other.locator(f"#ticket-{ticket.pk}-priority")).to_contain_text("Low")
    assert Ticket.objects.get().priority.key == "low"
    assert page.seen.problems == []


def test_the_login_ended_while_somebody_wrote(open_page, alan, ticket):
    page = open_page(alan, f"/tickets/{ticket.number}")
    body = page.locator("#composer-body")
    body.fill(WORDS)
    page.context.clear_cookies(name=django_settings.SESSION_COOKIE_NAME)
    # What the page does by itself meanwhile must not take the login page for its answer.
    with page.expect_response(lambda answer: "/presence" in answer.url and answer.status == 401):
        body.press("Control+Enter")
    login = page.locator("#login-body")
    login.locator("[name=login]").fill(alan.email)
    login.locator("[name=password]").fill(PASSWORD)
    login.locator("[name=password]").press("Enter")
    expect(page.locator(".msg", has_text=WORDS)).to_have_count(1)
    expect(page.locator("#login-dialog")).to_have_count(1)
    expect(page.locator("#login-dialog[open]")).to_have_count(0)
    expect(body).to_have_value("")


# Every text of the page a third longer, as German is beside English at its worst.
LONGER = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const text = walk.currentNode; const long = text.data.trim();
    if (long && !text.parentElement.closest("script, style, svg, template")) text.data = text.data.replace(/[a-zäöü]+/gi, (word) => word + word.slice(0, Math.ceil(word.length * 0.35))); } }"""


def test_long_strange_and_many(open_page, check_page, settings, alan, rita, otto, it, ticket):
    rita.name = "Maximiliane " + "von und zu Hohenlohe-Schillingsfürst " * 3
    rita.save(update_fields=["name"])
    otto.name = "W" * 150
    otto.save(update_fields=["name"])
    Ticket.objects.filter(pk=ticket.pk).update(subject=STRANGE[:255])
    long = make_ticket(otto, it, subject="X" * 255, assignee=alan, status="in_progress", tags=["t" * 40])
    for number in range(200):
        add_comment(Actor(rita if number % 2 else alan, "web"), ticket, body=f"Message {number}", internal=False)
    for size in ("desktop", "phone"):
        page = open_page(alan, f"/tickets/{ticket.number}", size=size, language="de")
        expect(page.locator("#thread")).to_contain_text("Message 199")
        shown = page.locator(".msg").count()
        assert shown < 60, shown
        check_page(page, f"200-comments-{size}")
        page.get_by_role("link", name=re.compile("frühere Nachrichten")).press("Enter")
        expect(page.locator(".msg")).to_have_count(201)
        for person, path in (
            *((alan, "/tickets?view=all"), (alan, f"/tickets/{long.number}"), (alan, "/tickets?layout=board")),
            *((alan, "/work"), (alan, f"/tickets/{long.number}/merge"), (rita, f"/portal/tickets/{ticket.number}")),
            *((otto, "/portal"), (otto, f"/portal/tickets/{long.number}"), (alan, "/search?q=Message")),
        ):
            page = open_page(person, path, size=size, language="de", same_browser=True)
            check_page(page, f"{path}-{size}")
            page.evaluate(LONGER)
            width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert width[0] <= width[1], (path, size, width)
            page.close()
