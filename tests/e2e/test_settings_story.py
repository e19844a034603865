"""The administration by keyboard, the requester's side of a closed ticket, and how both look in every size and theme."""

import pytest
from playwright.sync_api import expect

from desk.commands import change_fields, change_status
from desk.models import Rating, Status, Tag, Ticket, TicketTemplate
from desk.rating_links import link_token
from desk.transitions import all_ways
from flowtic.core.actor import Actor
from tests.e2e.looks import VARIANTS
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def closed(ticket, sven):
    change_fields(Actor(sven, "web"), ticket, tags=["wlan", "wifi"])
    change_status(Actor(sven, "web"), ticket, status=Status.objects.get(key="closed"))
    return Ticket.objects.get(pk=ticket.pk)


def test_the_administration_by_keyboard(open_page, ada, closed):
    page = open_page(ada, "/settings")
    page.keyboard.press("/")
    page.keyboard.type("labels")
    expect(page.locator("#settings-tiles .set-hit")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Tags", level=1)).to_be_visible()
    page.get_by_role("link", name="Change wlan").press("Enter")
    page.wait_for_url("**/settings/tags/*")  # with its scripts: they ask before they merge
    page.get_by_label("Merge into").fill("wifi")
    page.get_by_label("Merge into").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Merge").press("Enter")
    expect(page.get_by_role("heading", name="wifi", level=1)).to_be_visible()
    assert list(Tag.objects.values_list("name", flat=True)) == ["wifi"]
    # The grid: one way less, and then none at all, which is refused with everything still ticked as it was left.
    page.goto(page.url.split("/settings")[0] + "/settings/statuses/transitions?role=agent")
    way = page.get_by_role("checkbox", name="From Assigned to Closed", exact=True)
    way.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    keys = {row.key: row.pk for row in Status.objects.all()}
    assert (keys["assigned"], keys["closed"]) not in all_ways().by_role["agent"]
    for box in page.locator(f"input[value^='{keys['assigned']}-']").all():
        box.uncheck()
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing would lead out of “Assigned”")
    expect(page.locator(f"input[value^='{keys['assigned']}-']:checked")).to_have_count(0)
    assert page.seen.problems == []


def test_a_requester_gets_hints_and_rates(open_page, rita, it, closed):
    make_ticket(rita, it, subject="Printer in room 204 prints stripes")
    page = open_page(rita, "/portal/new/general")
    page.get_by_label("Subject").fill("printer room 204 stripes")
    expect(page.locator("#request-hints")).to_contain_text("You already asked about this on")
    expect(page.get_by_label("Subject")).to_be_focused()
    page.goto(page.url.split("/portal")[0] + f"/portal/tickets/{closed.number}")
    page.get_by_label("No, I am not satisfied").check()
    page.get_by_label("What was good, what can we do better?").fill("Took long")
    page.get_by_role("button", name="Save the rating").click()
    expect(page.get_by_text("You are not satisfied.")).to_be_visible()
    page.get_by_text("Change the rating").click()
    page.get_by_label("Yes, I am satisfied").check()
    page.get_by_role("button", name="Save the rating").click()
    expect(page.get_by_text("You are satisfied.")).to_be_visible()
    assert Rating.objects.get().good is True
    assert page.seen.problems == []
    # Without JavaScript and without a login, through the mail's link.
    plain = open_page(None, f"/rate/{link_token(closed)}", javascript=False)
    plain.get_by_label("No, I am not satisfied").check()
    plain.get_by_role("button", name="Save the rating").click()
    expect(plain.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Rating.objects.get().good is False


@pytest.mark.parametrize(("language", "theme", "size"), VARIANTS)
def test_how_it_looks(open_page, check_page, ada, rita, alan, closed, size, theme, language):
    tag = Tag.objects.get(name="wlan")
    template = TicketTemplate.objects.create(key="t", name_de="Laptop für neue Kollegin", name_en="Laptop", tags=["it"])
    status = Status.objects.get(key="waiting_requester")
    pages = {
        ada: [
            *("/settings", "/settings?q=a", "/settings?q=xyzzy", "/settings/system", "/settings/statuses"),
            *("/settings/statuses/new", f"/settings/statuses/{status.pk}", "/settings/statuses/transitions"),
            *("/settings/priorities", "/settings/tags", f"/settings/tags/{tag.pk}", "/settings/templates"),
            *(f"/settings/templates/{template.pk}", "/settings/roles", "/settings/audit", "/reports/satisfaction"),
        ],
        rita: [
            *("/portal", f"/portal/tickets/{closed.number}", "/portal/new/general", f"/rate/{link_token(closed)}"),
            *("/settings", "/nothing/printer"),
        ],
        alan: ["/settings", f"/tickets/{closed.number}"],
    }
    for person, paths in pages.items():
        page = open_page(person, paths[0], size=size, theme=theme, language=language)
        for path in paths:
            page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)
            check_page(page, f"{path.split('?')[0].replace(closed.number, 'closed')[:40]}-{size}-{theme}-{language}")
