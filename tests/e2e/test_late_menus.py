"""Menus that come when they are about to be opened: keys that are faster than the answer, a lost answer, no scripts."""

import re

import pytest
from playwright.sync_api import expect

from desk.commands import claim_ticket
from flowtic.core.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)


def test_keys_wait_for_the_menu(alan, ticket, open_page, check_page):
    claim_ticket(Actor(alan, "web"), ticket)
    page = open_page(alan, ticket.get_absolute_url())
    status = page.locator(f"#ticket-{ticket.pk}-status")
    held = []
    page.route("**/quick/status*", lambda route: held.append(route))  # noqa: PLW0108  (a method of a list cannot be marked)
    page.locator("h1").focus()
    page.keyboard.press("s")
    expect(page.locator("details[open] [data-late]")).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.activeElement.matches('summary')")
    while not held:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    held.pop().continue_()
    # W begins "Waiting for reply"; one further down is the approval.
    expect(page.locator(".menu-i:focus")).to_have_text(re.compile("Waiting for approval"))
    check_page(page, "ticket late menu")
    page.keyboard.press("Escape")
    expect(status).to_be_focused()
    # What was fetched stays.
    page.keyboard.press("Enter")
    expect(page.locator(".menu-i:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    assert held == []

    # The answer is lost: the link is still there and leads to the same as a page; then it works again.
    page.route("**/quick/priority*", lambda route: route.abort())
    page.keyboard.press("p")
    link = page.locator("details[open] [data-failed]")
    expect(link).to_be_visible()
    page.unroute("**/quick/priority*")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.locator(".menu-i[aria-current=true]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[popovertarget=user-menu]:visible").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#user-menu .menu-i:focus")).to_have_count(1)
    expect(page.locator("#user-menu")).to_contain_text(alan.email)
    page.seen.problems.clear()  # the browser's own words about the answer that was lost
    check_page(page, "user menu")


def test_without_scripts_they_are_pages(alan, ticket, open_page):
    claim_ticket(Actor(alan, "web"), ticket)
    page = open_page(alan, ticket.get_absolute_url(), javascript=False)
    page.locator(f"#ticket-{ticket.pk}-priority").click()
    page.locator("details[open] [data-late]").click()
    page.get_by_role("button", name="Urgent").click()
    expect(page).to_have_url(re.compile(rf"{ticket.number}$"))
    expect(page.locator(f"#ticket-{ticket.pk}-priority")).to_contain_text("Urgent")
    page.goto("/me/menu")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)
