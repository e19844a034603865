"""The assistant on the ticket page in a browser: the panel, the keys, the evidence, an article put into the answer."""

import re

import pytest
from playwright.sync_api import expect

from ai_assist.models import Suggestion
from desk.models import Ticket
from flowtic.core.actor import Actor
from knowledge.commands import create_article, publish_article, save_category
from tests.ai_assist.suggesting import decisions, guess, priority, suggest, suggest_priority, switch
from tests.e2e.looks import VARIANTS
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)
PROBE = "document.activeElement?.closest('[id]')?.id"


def panel(open_page, person, ticket, **how):
    page = open_page(person, f"/tickets/{ticket.number}?panel=assistant", **how)
    expect(page.locator("#assist-related")).to_be_visible()
    return page


def decided():
    """The suggestion of the test; the worker has looked at the ticket, too."""
    return Suggestion.objects.get(field="priority", value=priority("urgent").pk)


def outcome():
    return decided().outcome


def test_y_accepts_and_undo_takes_it_back(open_page, alan, ticket):
    suggest_priority(ticket)
    page = panel(open_page, alan, ticket)
    page.keyboard.press("y")
    expect(page.locator("#assist-class")).to_contain_text("Set")
    assert (outcome(), Ticket.objects.get().priority.key) == ("accepted", "urgent")
    expect(page.locator(f"#ticket-{ticket.pk}-priority")).to_contain_text("Urgent")
    assert page.evaluate(PROBE) == f"ticket-{ticket.pk}-priority"
    page.get_by_role("button", name="Undo: Priority").click()
    expect(page.locator("#assist-class")).to_contain_text("Dismissed")
    assert Ticket.objects.get().priority.key == "normal"
    assert page.seen.problems == []


def test_shift_y_dismisses_without_the_panel_being_open(open_page, alan, ticket):
    suggest_priority(ticket)
    page = open_page(alan, f"/tickets/{ticket.number}")
    expect(page.locator("#assist-strip")).to_contain_text("Urgent")
    page.keyboard.press("Shift+Y")
    expect(page.locator("#assist-strip")).not_to_contain_text("Urgent")
    assert (outcome(), Ticket.objects.get().priority.key) == ("dismissed", "normal")
    assert page.seen.problems == []


def test_the_keys_take_one_after_the_other(open_page, sven, ticket, hr):
    suggest(ticket, guess("department", hr), guess("priority", priority("urgent")))
    page = panel(open_page, sven, ticket)
    page.keyboard.press("y")
    expect(page.locator("#assist-class")).to_contain_text("Set")
    assert page.evaluate(PROBE) == "assist-line"
    page.keyboard.press("y")
    expect(page.locator("#assist-strip")).not_to_contain_text("Urgent")
    now = Ticket.objects.get()
    assert (now.department, now.priority.key) == (hr, "urgent")


def test_typing_y_is_typing(open_page, alan, ticket):
    suggest_priority(ticket)
    page = panel(open_page, alan, ticket)
    page.locator("#composer-body").press_sequentially("why Yes")
    assert outcome() == "open"
    expect(page.locator("#composer-body")).to_have_value("why Yes")


def test_why_opens_the_evidence(open_page, alan, ticket):
    suggest_priority(ticket, reasons=[{"code": "words", "words": ["VPN", "Zertifikat"]}], others=[(3, 0.06)])
    page = panel(open_page, alan, ticket)
    page.locator("#assist-class summary", has_text="Why?").click()
    evidence = page.locator("#assist-class details")
    expect(evidence).to_contain_text("Words: VPN, Zertifikat")
    expect(evidence).to_contain_text("Own history, version 3")
    page.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    page.locator("button", has_text="Take this one").click()
    expect(page.locator(f"#ticket-{ticket.pk}-priority")).to_contain_text("High")
    assert (outcome(), decided().rating) == ("changed", 1)


def test_an_article_goes_into_the_answer(open_page, sven, ticket):
    actor = Actor(sven, "web")
    category = save_category(actor, None, key="net", name_de="Netz", name_en="Network")
    title = "Printer is jammed: error E-403 [fixed]"
    row = create_article(actor, title=title, body="Open the **lid**.", category=category, language="en", tags=[])
    article = publish_article(actor, row, note="First")
    page = panel(open_page, sven, ticket)
    page.locator("#assist-question").fill("jammed printer")
    hit = page.locator("#assist-articles")
    expect(hit).to_contain_text("E-403")
    page.locator("#composer [name=kind][value=note]").check(force=True)
    hit.get_by_role("button", name=re.compile("Put the text")).click()
    expect(page.locator("#composer-body")).to_have_value("Open the **lid**.")
    hit.get_by_role("button", name=re.compile("Put a link")).click()
    expect(page.locator("#composer-body")).to_have_value(
        re.compile(r"\[Printer is jammed: error E-403 \\\[fixed\\\]\]\(http://")
    )
    page.locator("#composer [name=kind][value=reply]").check(force=True)
    hit.get_by_role("button", name=re.compile("Put the text")).click()
    expect(page.locator("#confirm-dialog")).to_contain_text("Requesters may not read this article")
    page.locator("#confirm-dialog button:not([value=yes])").first.click()
    expect(page.locator("#composer-body")).to_have_value("")
    page.wait_for_load_state("networkidle")
    assert list(article.uses.values_list("ticket_number", flat=True)) == [ticket.number]


def test_switched_off_nothing_is_loaded(open_page, alan, ticket):
    suggest_priority(ticket)
    switch(False)
    page = open_page(alan, f"/tickets/{ticket.number}")
    page.wait_for_load_state("networkidle")
    assert page.locator("[id^=assist], #tab-assistant, script[src*=assist]").count() == 0
    page.keyboard.press("y")
    assert outcome() == "open"


@pytest.mark.parametrize(("language", "theme", "size"), VARIANTS)
def test_the_panel_and_the_pages_are_accessible(open_page, check_page, ada, rita, it, ticket, language, theme, size):
    suggest_priority(ticket)
    decisions(make_ticket(rita, it), [True] * 30 + [False] * 3, field="department")
    variant = f"{language}-{theme}-{size}"
    page = panel(open_page, ada, ticket, size=size, theme=theme, language=language)
    page.locator("#assist-class summary").first.click()
    page.wait_for_load_state("networkidle")
    check_page(page, f"assistant-panel-{variant}")
    for name, path in (("trust", "/settings/assistant"), ("learned", "/settings/assistant/learned")):
        page.goto(path)
        check_page(page, f"assistant-{name}-{variant}")
