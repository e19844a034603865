"""The dispatcher's board in a browser: by keyboard and by dragging, with undo."""

import pytest
from playwright.sync_api import expect

from desk.models import Ticket
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_keys_and_drag_hand_out_and_undo_takes_back(open_page, lea, alan, rita, it, ticket, check_page):
    second = make_ticket(requester=rita, department=it, subject="Second matter")
    page = open_page(lea, "/dispatch")
    rows = page.locator("[data-dispatch]")
    expect(rows).to_have_count(2)
    check_page(page, "dispatch-desktop-light-en")
    page.keyboard.press("j")
    first = rows.first.get_attribute("data-dispatch")
    page.keyboard.press("a")
    page.keyboard.type("alan")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    assert Ticket.objects.get(number=first).assignee == alan
    page.drag_and_drop("[data-dispatch]", f"#lane-{alan.pk}")
    expect(rows).to_have_count(0)
    assert {row.assignee for row in (Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=second.pk))} == {alan}
    page.keyboard.press("z")
    expect(rows).to_have_count(1)
    assert Ticket.objects.filter(assignee=None).count() == 1
    assert page.seen.problems == []


def test_on_a_phone_in_german(open_page, lea, ticket, check_page):
    page = open_page(lea, "/dispatch", size="phone", theme="dark", language="de")
    expect(page.locator("[data-dispatch]")).to_have_count(1)
    check_page(page, "dispatch-phone-dark-de")
    page.goto("/dispatch/plan")
    check_page(page, "dispatch-plan-phone-dark-de")
