"""Writing to a ticket in a real browser: drafts on two devices, suggestions while typing, undo, what came meanwhile."""

import pytest
from playwright.sync_api import expect

from desk.commands import add_comment, save_canned_reply
from desk.models import ComposerDraft, ScheduledSend
from flowtic.core.actor import Actor
from tests.factories import make_ticket


@pytest.fixture
def ticket(transactional_db, it, rita, alan):
    return make_ticket(
        rita, it, assignee=alan, status="in_progress", subject="Scanner \U0001f600 \u0645\u0631\u062d\u0628\u0627"
    )


def parts(page):
    return page.locator("#composer-body"), page.locator("[data-draft-state]"), page.locator("#composer-options")


def test_drafts_and_what_is_offered_while_typing(open_page, check_page, alan, lea, sven, ticket):
    texts = {"text_en": "Hello {{ requester.first_name }},\n\nsolved."}
    save_canned_reply(Actor(sven), None, name="Solved", **texts)
    page, other = open_page(alan, f"/tickets/{ticket.number}"), open_page(alan, None)
    body, state, offered = parts(page)
    body.press_sequentially("One")
    expect(state).to_contain_text("Draft saved")
    other.goto(f"/tickets/{ticket.number}")
    expect(parts(other)[0]).to_have_value("One")
    parts(other)[0].fill("One of two")
    expect(parts(other)[1]).to_contain_text("Draft saved")
    expect(other.locator("[data-draft-of=reply]")).to_have_attribute("data-revision", "2")
    body.fill("One alone")
    sides = page.locator("[data-draft-sides]")
    expect(sides).to_contain_text("One of two")
    check_page(page, "two texts of a draft")
    sides.get_by_role("button", name="Keep mine").click()
    expect(sides).to_have_count(0)
    # A canned reply, by its name; a colleague in the note, whose draft is apart.
    body.fill("")
    page.keyboard.type("/sol")
    expect(offered.get_by_role("option")).to_have_count(1)
    check_page(page, "canned replies offered")
    page.keyboard.press("Enter")
    expect(body).to_have_value("Hello Rita,\n\nsolved.")
    page.locator(".composer-tab[data-kind=note]").click()
    expect(body).to_have_value("")
    page.keyboard.type("Ask @lei")
    expect(offered.get_by_role("option", name="Lea Leitung")).to_be_visible()
    page.keyboard.press("Enter")
    expect(body).to_have_value("Ask @Lea Leitung ")
    page.locator("[data-draft-share]").check()
    expect(page.locator("[data-draft-of=note][data-shared='1']")).to_have_count(1)
    colleague = open_page(lea, f"/tickets/{ticket.number}")
    colleague.get_by_role("link", name="Open draft").click()
    expect(colleague.locator("#composer-body")).to_have_value("Ask @Lea Leitung ")
    check_page(colleague, "a shared draft")
    colleague.locator("#composer-body").press("Control+Enter")
    expect(colleague.locator(".msg-note")).to_have_count(1)
    assert list(ComposerDraft.objects.values_list("kind", flat=True)) == ["reply"]
    assert page.seen.problems == []


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_sent_taken_back_and_sent_in_spite_of_news(open_page, check_page, settings, rita, alan, ticket, size):
    settings.FLOWTIC_UNDO_SEND = 60
    page = open_page(alan, f"/tickets/{ticket.number}", size=size, theme="dark" if size == "phone" else "light")
    body = page.locator("#composer-body")
    body.fill("First try")
    body.press("Control+Enter")
    expect(page.locator("[data-held]")).to_contain_text("First try")
    expect(body).to_have_value("")
    check_page(page, f"held {size}")
    page.locator("[data-held]").get_by_role("button", name="Take back").click()
    expect(body).to_have_value("First try")
    assert not ScheduledSend.objects.exists()
    add_comment(Actor(rita), ticket, body="Works again", internal=False)
    settings.FLOWTIC_UNDO_SEND = 1
    body.press("Control+Enter")
    panel = page.locator("#conflict-unseen")
    expect(panel).to_contain_text("Works again")
    expect(body).to_have_value("First try")
    check_page(page, f"news {size}")
    panel.get_by_role("link", name="Read first").click()
    expect(page.locator(".msg").filter(has_text="Works again")).to_be_focused()
    body.press("Control+Enter")
    expect(page.locator("[data-held]")).to_be_visible()
    expect(page.locator("[data-held]")).to_have_count(0)
    expect(page.locator(".msg").filter(has_text="First try")).to_have_count(1)
    assert ticket.comments.count() == 2
    assert page.seen.problems == []
