"""The workflow editor in a browser: a purchase with an approval from nothing, by keyboard; a small change on a phone."""

import pytest
from playwright.sync_api import expect

from tests.workflows.factories import document, make_workflow, task
from workflows.commands.editing import hold_draft
from workflows.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)


def names(page):
    return page.locator(".we-i .we-w > b")


def add(page, kind, german, english):
    """A step behind the chosen one, by keyboard alone."""
    page.wait_for_load_state()
    page.locator("#wf-editor").focus()
    page.keyboard.press("s")
    expect(page.locator("#wf-new [name=kind]:checked")).to_be_focused()
    for _ in range(["form", "approval", "decision"].index(kind)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(german)
    page.keyboard.press("Tab")
    page.keyboard.type(english)
    page.keyboard.press("Enter")
    expect(page.locator("#f-name-de")).to_be_focused()
    expect(page.locator("#f-name-en")).to_have_value(english)


def test_from_nothing_to_a_published_workflow_and_its_next_version(open_page, client, ada, it, check_page):
    client.force_login(ada)
    client.get("/workflows/new")  # templates are compiled before the browser's patience begins
    page = open_page(ada, "/workflows/new")
    page.get_by_role("textbox", name="Key").focus()
    page.keyboard.type("buy")
    page.keyboard.press("Tab")
    page.keyboard.type("Einkauf")
    page.keyboard.press("Tab")
    page.keyboard.type("Purchase")
    page.keyboard.press("Enter")
    expect(names(page)).to_have_text(["Work on it", "End"])
    add(page, "approval", "Einkauf freigeben", "Approve the purchase")
    expect(names(page)).to_have_text(["Work on it", "Approve the purchase", "Rejected", "End"])
    page.locator("#step-approve_the_purchase").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(names(page)).to_have_text(["Approve the purchase", "Rejected", "Work on it", "End"])
    expect(page.locator("#step-approve_the_purchase")).to_be_focused()
    page.locator("#f-due-within").focus()
    page.keyboard.type("2 days")
    page.keyboard.press("Tab")
    expect(page.locator("#wf-words")).to_contain_text("within 2 days of working time")
    page.locator("#f-quorum").focus()
    page.keyboard.type("many")
    page.keyboard.press("Tab")
    expect(page.locator("#wf-step .err")).to_have_text("Enter a number from 1 to 20.")
    expect(page.locator("#f-quorum")).to_have_value("many")
    page.locator("#f-quorum").fill("")
    page.locator("#f-quorum").blur()
    expect(page.locator("#wf-step .err")).to_have_count(0)
    check_page(page, "editor-desktop-light-en")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/publication")
    page.keyboard.type("The first one")
    page.get_by_role("button", name="Publish version 1").press("Enter")
    page.wait_for_url("**/workflows/buy")
    assert Workflow.objects.get(key="buy").live.number == 1

    page.goto("/workflows/buy/edit?step=approve_the_purchase")
    add(page, "form", "Bestellen", "Order")
    expect(names(page)).to_have_text(["Approve the purchase", "Rejected", "Order", "Work on it", "End"])
    expect(page.locator("#step-order .tag")).to_have_text("new")
    page.locator("#wf-editor").focus()
    page.keyboard.press("z")
    expect(names(page)).to_have_count(4)
    page.keyboard.press("Shift+Z")
    expect(names(page)).to_have_count(5)
    page.locator("#step-work").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#wf-step-title")).to_have_text("Work on it")
    page.locator("#wf-steps-title").click()
    page.keyboard.press("Delete")
    expect(names(page)).to_have_text(["Approve the purchase", "Rejected", "Order", "End"])
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("#compared .tag")).to_have_text(["changed", "new", "goes away"])
    check_page(page, "versions-desktop-light-en")
    assert page.seen.problems == []


def purchase():
    """ask → dear? (yes: approve) → order → end"""
    dear = {"formula": "amount > 500"}
    asked = {
        "fields": [{"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}, "required": True}]
    }
    return document(
        task("ask", "dear", form=asked),
        {"key": "dear", "kind": "decision", "name": "Dear?", "otherwise": "order",
         "branches": [{"label": {"de": "ja", "en": "yes"}, "when": dear, "next": "approve"}]},
        task("approve", "order"),
        task("order"),
    )  # fmt: skip


def test_tried_on_a_past_ticket_changed_published_and_moved(open_page, ada, rita, it, check_page):
    from tests.factories import make_ticket
    from tests.workflows.factories import MACHINE
    from workflows.commands.starting import start_workflow

    workflow = make_workflow(purchase(), "buy", department=it)
    ticket = make_ticket(rita, it, subject="A chair")
    run = start_workflow(MACHINE, ticket, workflow=workflow)
    page = open_page(ada, "/workflows/buy/edit?step=dear")
    # A formula, with help for what is known at the step.
    formula = page.locator(".cond textarea")
    formula.focus()
    page.keyboard.press("End")
    page.keyboard.type(" && requester.rol")
    expect(page.locator("#wf-complete > li").first).to_contain_text("requester.role")
    page.keyboard.press("Enter")
    expect(formula).to_have_value("amount > 500 && requester.role")
    page.keyboard.type(" != )")
    expect(page.locator("#wf-formula-said")).to_contain_text("does not fit there")
    page.keyboard.press("Backspace")
    page.keyboard.type("'admin'")
    expect(page.locator("#wf-formula-said")).to_be_empty()
    page.keyboard.press("Tab")
    expect(page.locator("#wf-state .tag")).to_have_text("Draft v2")
    # Tried on the ticket, in the editor.
    page.locator("#wf-editor").focus()
    page.keyboard.press("t")
    page.locator("#wf-data").select_option(f"ticket:{ticket.number}")
    page.get_by_role("button", name="Step by step").press("Enter")
    expect(page.locator("#wf-test-next")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("choose an answer")
    page.locator("#wf-dock-body [name$=amount]").fill("900")
    page.locator("#wf-dock-body [name=outcome]").press("Enter")
    expect(page.locator(".we-trace-cur")).to_contain_text("Approve")
    expect(page.locator("#step-approve .we-run")).to_be_visible()
    expect(page.locator(".we-picture .wf-n.cur")).to_have_attribute("data-step", "approve")
    check_page(page, "editor-test-desktop-light-en")
    # Dragged behind the last task, with what stands in its branch.
    page.locator("#wf-dock > summary").click()
    page.locator("#step-dear").hover()
    grip, last = (
        page.locator(".we-row[data-at=dear] > .we-grip").bounding_box(),
        page.locator("#step-order").bounding_box(),
    )
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(last["x"] + 40, last["y"] + last["height"] - 2, steps=4)
    expect(page.locator(".we-drop-line")).to_be_visible()
    page.mouse.up()
    expect(names(page)).to_have_text(["Ask", "Order", "Dear?", "Approve", "End"])
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/publication")
    page.keyboard.type("Orders first")
    page.locator("[name=running][value=move]").check()
    page.get_by_role("button", name="Publish version 2").press("Enter")
    page.wait_for_url("**/migration**")
    page.get_by_label("Reason").fill("Same steps")
    page.get_by_role("button", name="Move 1 ticket").press("Enter")
    expect(page.locator("main")).to_contain_text("moved")
    run.refresh_from_db()
    assert run.version.number == 2
    assert page.seen.problems == []


def test_a_small_change_on_a_phone_while_another_watches(open_page, ada, lea, as_web, it, check_page):
    workflow = make_workflow(document(task("work", "check"), task("check")), "buy", department=it)
    hold_draft(as_web(lea), workflow)
    page = open_page(ada, "/workflows/buy/edit", size="phone", theme="dark", language="de")
    expect(page.locator(".we-held")).to_be_visible()
    page.locator(".we-held button").click()
    page.locator("#confirm-dialog [value=yes]").click()
    expect(page.locator(".we-held")).to_have_count(0)
    page.goto("/workflows/buy/edit")
    check_page(page, "editor-steps-phone-dark-de")
    page.locator("#step-check").click()
    expect(page.locator("#wf-step-title")).to_be_focused()
    page.locator("#f-owner-strategy").select_option("role")
    expect(page.locator("#f-owner-role")).to_be_visible()
    page.locator("#f-owner-role").select_option("support")
    expect(page.locator("#wf-state .tag")).to_contain_text("2")
    check_page(page, "editor-step-phone-dark-de")
    page.locator(".we-tabs a").nth(1).click()
    expect(page.locator(".we-picture .wf-n.sel")).to_be_visible()
    owner = Workflow.objects.get(key="buy").draft["steps"][1]["owner"]
    assert owner == {"strategy": "role", "role": "support"}
    assert page.seen.problems == []
