"""In the browser by keyboard: from no rules at all to one that acts on the next ticket, and its line in the log."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_ticket
from tests.workflows.automation.rules import make_rule, work
from workflows.models import AutomationRule

pytestmark = pytest.mark.django_db(transaction=True)


def reach(page, locator, most=60):
    """Tab until it has the focus."""
    for _step in range(most):
        if locator.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(locator).to_be_focused()


def test_a_rule_is_built_by_keyboard_and_acts(open_page, client, check_page, ada, rita, it):
    client.force_login(ada)
    client.get("/workflows/rules")  # templates are compiled before the browser's patience begins
    page = open_page(ada, "/workflows/rules")
    expect(page.get_by_text("No automation rules yet.")).to_be_visible()
    reach(page, page.get_by_role("link", name="New automation rule"))
    page.keyboard.press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()
    page.keyboard.type("Say hello")
    reach(page, page.locator("[data-cond-add]"))
    page.keyboard.press("Enter")
    field = page.locator("#condition-0-field")
    expect(field).to_be_focused()
    page.keyboard.type("Subject")
    expect(field).to_have_value("ticket.subject")
    comparison = page.locator("[name=condition-0-op]")
    reach(page, comparison)
    page.keyboard.type("contains")
    expect(comparison).to_have_value("contains")
    value = page.locator("[name=condition-0-value]")
    reach(page, value)
    page.keyboard.type("printer")
    expect(value).to_have_value("printer")
    kind = page.get_by_label("Kind of action")
    reach(page, kind)
    page.keyboard.type("Internal")
    expect(kind).to_have_value("note")
    reach(page, page.get_by_role("button", name="Add action"))
    page.keyboard.press("Enter")
    text = page.get_by_label("Text", exact=True)
    expect(text).to_be_focused()
    page.keyboard.type("Hello {{ requester.name }}")
    expect(page.locator("#rule-preview")).to_contain_text("Matches 0 of the last 0 tickets.")
    switch = page.get_by_label("Switched on")
    reach(page, switch)
    page.keyboard.press("Space")
    expect(switch).to_be_checked()
    check_page(page, "automation-editor")
    reach(page, page.get_by_role("button", name="Save").last)
    page.keyboard.press("Enter")
    expect(page.locator("#automation")).to_contain_text("When a ticket is created and Subject contains “printer”")

    ticket = make_ticket(rita, it, subject="The printer is on fire")
    work()
    assert ticket.comments.get().body == "Hello Rita Reiter"
    check_page(page, "rules")
    reach(page, page.get_by_role("link", name="acted 0 times in seven days"))
    page.keyboard.press("Enter")
    expect(page.locator(".log-line")).to_contain_text("The printer is on fire")
    check_page(page, "automation-log")
    page.goto(f"/tickets/{ticket.number}?panel=rules")
    expect(page.locator("#rules-panel")).to_contain_text("Say hello")
    # Another rule is dragged in front of it.
    other = make_rule("Behind")
    page.goto("/workflows/rules")
    rows = page.locator("#automation > .rule")
    expect(rows).to_have_count(2)
    grip, first = rows.nth(1).locator(".rule-grip").bounding_box(), rows.nth(0).bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(first["x"] + 40, first["y"] + 4, steps=4)
    expect(page.locator(".rule-line")).to_be_visible()
    page.mouse.up()
    expect(rows.nth(0)).to_contain_text("Behind")
    expect(page.locator(f"#automation-{other.pk}-down")).to_be_focused()
    assert page.seen.problems == []


def test_on_a_phone_rules_are_read_and_switched(open_page, check_page, ada, it):
    rule = make_rule("Say hello", active=False)
    AutomationRule.objects.filter(pk=rule.pk).update(
        paused_at=rule.created_at, pause_reason="It failed 5 times in a row."
    )
    page = open_page(ada, "/workflows/rules", size="phone", theme="dark", language="de")
    expect(page.locator("#automation")).to_contain_text("Say hello")
    check_page(page, "rules-phone")
    page.locator("#automation [name=to][value=on]").click()
    expect(page.locator("#automation [name=to][value=off]")).to_be_visible()
    rule.refresh_from_db()
    assert rule.active and not rule.is_paused
