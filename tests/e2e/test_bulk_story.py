"""Selecting, changing many, taking it back, running a macro: by keyboard, and without scripts."""

import pytest
from playwright.sync_api import expect

from desk.commands.macros import save_macro
from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.factories import make_ticket


@pytest.fixture
def tickets(transactional_db, it, rita, alan):
    return [make_ticket(rita, it, subject=f"Screen {number} stays dark") for number in range(1, 4)]


def urgent():
    return Ticket.objects.filter(priority__key="urgent").count()


def test_a_range_is_changed_and_undone_by_keyboard(open_page, check_page, alan, tickets):
    page = open_page(alan, "/tickets?view=all")
    rows = page.locator("[data-list] .row")
    rows.first.focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+J")
    page.keyboard.press("Shift+J")
    bar = page.locator("[data-bulk]")
    expect(bar).to_contain_text("3 selected")
    expect(bar.locator("summary")).to_have_count(5)
    check_page(page, "bulk bar")
    page.keyboard.press("p")
    bar.get_by_role("button", name="Urgent").click()
    toast = page.locator("[data-toast]").filter(has_text="3 changed")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator("[data-list] .g-urgent")).to_have_count(3)
    expect(bar).to_be_hidden()
    expect(page.locator("[data-list] .row:focus")).to_have_count(1)
    assert urgent() == 3
    page.keyboard.press("z")
    expect(page.locator("[data-toast]").filter(has_text="3 undone")).to_be_visible()
    expect(page.locator("[data-list] .g-urgent")).to_have_count(0)
    assert urgent() == 0
    # The keys of the bar mean the row again, and Escape clears a selection.
    rows.first.focus()
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    assert page.seen.problems == []


def test_a_macro_is_looked_at_run_and_undone(open_page, check_page, alan, tickets):
    steps = [{"do": "priority", "value": "urgent"}, {"do": "note", "value": "For {{requester.name}}"}]
    save_macro(Actor(alan), None, name_de="Vor Ort", name_en="On site", steps=steps)
    page = open_page(alan, f"/tickets/{tickets[0].number}")
    page.keyboard.press("m")
    page.get_by_role("link", name="On site").click()
    dialog = page.get_by_role("dialog", name="On site")
    expect(dialog).to_contain_text("For Rita Reiter")
    expect(dialog).to_contain_text("Normal →")
    check_page(page, "macro preview")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_contain_text("For Rita Reiter")
    expect(page.locator("[data-toast]").filter(has_text="On site: done.")).to_be_visible()
    assert urgent() == 1
    page.keyboard.press("z")
    expect(page.locator("[data-toast]").filter(has_text="Undone.")).to_be_visible()
    expect(page.locator(f"#ticket-{tickets[0].pk}-head")).to_contain_text("Normal")
    assert urgent() == 0
    assert page.seen.problems == []


def test_without_scripts_and_on_a_phone(open_page, check_page, alan, tickets):
    page = open_page(alan, "/tickets?view=all", javascript=False)
    for box in page.locator("[data-list] .c-chk .check[name=ticket]").all()[:2]:
        box.check()
    page.get_by_role("button", name="Change selected tickets").click()
    page.get_by_label("What shall be done").select_option("priority=urgent")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("#toasts")).to_contain_text("2 changed")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("2 undone")
    phone = open_page(alan, "/tickets?view=all", size="phone", theme="dark")
    phone.locator("[data-list] .c-chk .check[name=ticket]").first.check()
    expect(phone.locator("[data-bulk] summary")).to_have_count(5)
    check_page(phone, "bulk bar phone")
    assert phone.seen.problems == []
