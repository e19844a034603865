"""The checklist by keyboard, the panel that follows a colleague, and the requester's page that follows the desk."""

import pytest
from playwright.sync_api import expect

from desk.commands import add_comment, change_status, claim_ticket
from desk.commands.checklists import add_item, tick_item
from desk.commands.time_entries import add_time
from desk.models import ChecklistItem, Status
from flowtic.core.actor import Actor
from tests.e2e.test_live_story import SOON, enter, server  # noqa: F401  (fixtures)

REPLACED = """(place) => {
  const old = document.querySelector(place);
  const anew = old.cloneNode();
  anew.id = "another";
  const told = { bubbles: true, detail: { ctx: { request: {}, response: {} } } };
  old.dispatchEvent(new CustomEvent("htmx:before:swap", told));
  old.replaceWith(anew);
  anew.dispatchEvent(new CustomEvent("htmx:after:swap", told));
}"""

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_checklist_by_keyboard_and_a_panel_that_follows(enter, check_page, alan, lea, ticket):  # noqa: F811
    claim_ticket(Actor(alan, "web"), ticket)
    page = enter(alan, ticket.get_absolute_url())
    add = page.locator("#checklist [data-add]")
    page.locator("h1").focus()
    page.keyboard.press("l")
    expect(add).to_be_focused()
    for text in ("Order the part", "Call back"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name=text)).to_be_visible(timeout=SOON)
        expect(add).to_be_focused()
        expect(add).to_have_value("")
    # Another swap of the same answer may draw the place anew just after it got the focus: it gets it again.
    page.evaluate(REPLACED, "#checklist [data-add]")
    expect(add).to_be_focused()
    first = page.get_by_role("checkbox", name="Order the part")
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked(timeout=SOON)
    expect(page.locator(".toolbar")).to_contain_text("1/2")
    expect(page.locator("[id^=check-]:focus")).to_have_count(1)
    check_page(page, "ticket checklist")

    # What a colleague does arrives by itself, but not under the hand.
    page.locator("h1").focus()
    other = ChecklistItem.objects.get(text="Call back")
    tick_item(Actor(lea, "web"), ticket, item=other.pk, done=True)
    expect(page.get_by_role("checkbox", name="Call back")).to_be_checked(timeout=SOON)
    page.locator("#time [name=minutes][data-add]").fill("1h")
    add_time(Actor(lea, "web"), ticket, minutes=20, note="by Lea")
    mark = page.locator("[data-changed=panel]")
    expect(mark).to_be_visible(timeout=SOON)
    expect(page.locator("#time [name=minutes][data-add]")).to_have_value("1h")
    page.keyboard.press("Enter")
    expect(page.locator("#time")).to_contain_text("1 h 20 min", timeout=SOON)
    expect(page.locator("#time")).to_contain_text("by Lea")

    # Nothing is open any more: the status changes without a question; with an open line it asks first.
    add_item(Actor(lea, "web"), ticket, text="Send the bill")
    expect(page.locator(".toolbar")).to_contain_text("2/3", timeout=SOON)
    page.keyboard.press("Escape")
    page.locator(f"#ticket-{ticket.pk}-status").click()
    page.locator(".menu-i[value=resolved]").click()
    expect(page.locator("#confirm-dialog")).to_contain_text("1 line of the checklist is still open.")
    page.locator("#confirm-dialog [value=yes]").click()
    expect(page.locator(f"#ticket-{ticket.pk}-status")).to_contain_text("Resolved", timeout=SOON)
    page.locator("#tab-history").click()
    page.locator("#history-filter summary").click()
    page.locator("#history-event").select_option("work")
    expect(page.locator("#panel .event").first).to_contain_text("Send the bill", timeout=SOON)
    page.wait_for_url("**event=work**")
    check_page(page, "ticket history filter")
    assert page.seen.problems == []


def test_the_requesters_page_follows_and_keeps_what_is_typed(enter, check_page, alan, rita, ticket):  # noqa: F811
    claim_ticket(Actor(alan, "web"), ticket)
    page = enter(rita, f"/portal/tickets/{ticket.number}")
    expect(page.locator("html")).to_have_attribute("data-stream", "on", timeout=SOON)
    box = page.locator("textarea[name=body]")
    box.fill("My half sentence")
    add_comment(Actor(alan, "web"), ticket, body="secret note", internal=True)
    add_comment(Actor(alan, "web"), ticket, body="Please restart it", internal=False)
    expect(page.locator("#thread")).to_contain_text("Please restart it", timeout=SOON)
    expect(box).to_have_value("My half sentence")
    expect(box).to_be_focused()
    change_status(Actor(alan, "web"), ticket, status=Status.objects.get(key="waiting_requester"))
    expect(page.locator("#portal-next")).to_contain_text("Please answer below", timeout=SOON)
    expect(page.locator("#thread")).not_to_contain_text("secret note")
    check_page(page, "portal live")
    assert page.seen.problems == []
