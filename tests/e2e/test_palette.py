"""The palette in a browser: by keyboard only, on the ticket and in the list."""

import pytest
from playwright.sync_api import expect

from desk.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ticket_is_found_and_worked_without_the_mouse(open_page, lea, alan, ticket, check_page):
    page = open_page(lea, "/tickets")
    page.keyboard.press("Control+k")
    page.keyboard.type(ticket.subject[:7])
    expect(page.get_by_role("option").first).to_contain_text(ticket.subject[:7])
    check_page(page, "palette-desktop-light-en")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"/tickets/{ticket.number}")
    for typed, field, changed in (
        ("assign to alan", "assignment", "Alan"),
        ("prio urgent", "priority", "Urgent"),
        ("> status waiting reply", "status", "Waiting"),
    ):
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        expect(page.locator("#palette [data-field]")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator(f"#ticket-{ticket.pk}-{field}")).to_contain_text(changed)
    page.keyboard.press("Control+k")
    page.keyboard.type("wiedervorlage")
    expect(page.locator("#palette [data-press=h]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(f"details:has(> #ticket-{ticket.pk}-snooze)")).to_have_attribute("open", "")
    now = Ticket.objects.get()
    assert (now.assignee, now.priority.key, now.status.key) == (alan, "urgent", "waiting_requester")
    assert page.seen.problems == []


def test_escape_gives_the_focus_back_and_own_keys_count(open_page, alan, ticket, check_page):
    alan.shortcuts = {"mode": "on", "keys": {"c": "q"}}
    alan.save(update_fields=["shortcuts"])
    page = open_page(alan, "/tickets", theme="dark", language="de", size="phone")
    opener = page.locator("[data-palette-open]").first
    opener.click()
    expect(page.locator("#palette")).to_be_visible()
    check_page(page, "palette-phone-dark-de")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("c")  # given away: nothing happens
    page.keyboard.press("q")
    expect(page).to_have_url("/tickets/new")
    assert page.seen.problems == []
