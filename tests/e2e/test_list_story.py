"""The list by keyboard: changing rows, the look beside them, filters, views, the board; others' changes seen live."""

import re

import pytest
from playwright.sync_api import expect

from desk.models import Priority, SavedView, Ticket
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tickets(rita, it, alan):
    made = [make_ticket(rita, it, subject=f"Ticket {n}", assignee=alan if n == 1 else None) for n in range(4)]
    for ticket in made:
        Ticket.objects.filter(pk=ticket.pk).update(created_at=ticket.created_at)
    return made


def test_a_row_by_keyboard(tickets, alan, open_page, check_page):
    page = open_page(alan, "/tickets")
    first, second = tickets[0], tickets[1]
    rows = page.locator("tr.row")
    expect(rows).to_have_count(4)
    expect(page.locator("#view-n-open")).to_have_text("4")
    rows.first.focus()
    page.keyboard.press("p")
    expect(page.locator("#quick")).to_be_visible()
    check_page(page, "list-quick")
    page.locator("#quick button", has_text="High").click()
    expect(page.locator(f"#ticket-{first.pk} .g-high")).to_be_visible()
    expect(page.locator(f"#ticket-{first.pk}")).to_be_focused()
    expect(page.locator("#quick")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator("#peek-title")).to_have_text(first.subject)
    expect(page).to_have_url(re.compile(rf"peek={first.number}"))
    check_page(page, "list-peek")
    page.keyboard.press("j")
    expect(page.locator("#peek-title")).not_to_have_text(first.subject)
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("peek="))
    expect(page.locator("tr.row:focus")).to_have_count(1)
    page.goto(f"/tickets?peek={second.number}")
    expect(page.locator("#peek:modal #peek-title")).to_have_text(second.subject)
    page.keyboard.press("Escape")
    expect(page.locator(f"#ticket-{second.pk}")).to_be_focused()
    assert page.seen.problems == []


def test_filters_views_columns_and_board(tickets, alan, open_page, check_page):
    page = open_page(alan, "/tickets")
    page.get_by_role("link", name="Status is open").click()
    page.locator("#quick").get_by_label("is not").check()
    page.locator("#quick").get_by_label("Assigned", exact=True).check()
    page.locator("#quick").get_by_role("button", name="Show tickets").click()
    expect(page.locator("#filter-chips")).to_contain_text("not Assigned")
    expect(page.locator("tr.row")).to_have_count(3)
    expect(page).to_have_url(re.compile(r"status\.not=assigned"))
    page.get_by_role("link", name="Columns").click()
    check_page(page, "list-columns")
    page.locator("#quick [data-column-name=kind]").check()
    page.locator("#quick").get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("thead")).to_contain_text("Kind")
    page.get_by_role("link", name="Save as…").click()
    page.get_by_label("Name", exact=True).fill("Not mine")
    check_page(page, "view-new")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not mine")
    expect(page.locator(".side-views [aria-current]")).to_contain_text("Not mine")
    assert SavedView.objects.get().query.startswith("status.not=assigned")
    page.goto("/tickets/views")
    check_page(page, "views")
    page.goto("/tickets?layout=board")
    check_page(page, "board")
    card = page.locator(f"#ticket-{tickets[1].pk}")
    card.get_by_role("link", name=re.compile("Move")).click()
    page.locator("#quick button", has_text="In progress").click()
    expect(page.locator(f".board-col[data-status=in_progress] #ticket-{tickets[1].pk}")).to_be_focused()
    assert page.seen.problems == []


def test_changes_of_others_arrive_without_moving_the_list(tickets, alan, sven, rita, it, as_web, open_page):
    from desk.commands import change_fields

    page = open_page(alan, "/tickets")
    expect(page.locator("tr.row")).to_have_count(4)
    told = "document.dispatchEvent(new CustomEvent('flowtic:event', {detail: {topic: 'tickets', ticket: %d, kind: '%s', by: 0}}))"
    change_fields(as_web(sven), tickets[2], subject="Changed by Sven")
    page.evaluate(told % (tickets[2].pk, "ticket.changed"))
    expect(page.locator(f"#ticket-{tickets[2].pk} .c-sub")).to_contain_text("Changed by Sven")
    # A row that has the focus is only marked, and fetched when the focus leaves it.
    page.locator(f"#ticket-{tickets[0].pk}").focus()
    change_fields(as_web(sven), tickets[0], priority=Priority.objects.get(key="urgent"))
    page.evaluate(told % (tickets[0].pk, "ticket.changed"))
    expect(page.locator(f"#ticket-{tickets[0].pk}[data-stale]")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator(f"#ticket-{tickets[0].pk} .g-urgent")).to_be_visible()
    new, closed = make_ticket(rita, it, subject="Brand new"), make_ticket(rita, it, status="closed")
    for ticket in (new, closed):
        page.evaluate(told % (ticket.pk, "ticket.created"))
    pill = page.locator("#new-tickets")
    expect(pill).to_have_text("Show 1 new ticket")
    expect(page.locator("tr.row")).to_have_count(4)
    pill.click()
    expect(page.locator(f"#ticket-{new.pk}")).to_be_visible()
    expect(pill).to_be_hidden()
    assert page.seen.problems == []
