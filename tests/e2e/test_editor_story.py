"""The workflow editor in a browser: a newcomer's walk by keyboard, from nothing to running tickets on the next version;
help while a step is written; a small change on a phone."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_ticket
from tests.workflows.factories import MACHINE, document, make_workflow, task
from workflows.commands.editing import hold_draft
from workflows.commands.starting import start_workflow
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


def test_from_nothing_to_running_tickets_on_the_next_version(open_page, client, ada, rita, it, check_page):
    client.force_login(ada)
    client.get("/workflows/new")  # templates are compiled before the browser's patience begins
    tickets = [make_ticket(rita, it, subject=subject) for subject in ("A chair", "A lamp")]
    page = open_page(ada, "/workflows/new")
    expect(page.locator("#id_name_de")).to_be_focused()
    page.keyboard.type("Kauf")
    page.keyboard.press("Tab")
    page.keyboard.type("Buy")
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
    # Tried on a past ticket, then published.
    page.locator("#wf-editor").focus()
    page.keyboard.press("t")
    page.locator("#wf-data").select_option(f"ticket:{tickets[0].number}")
    page.get_by_role("button", name="To the end").press("Enter")
    expect(page.locator("#wf-dock-body")).to_contain_text("The workflow has ended.")
    page.locator("#wf-editor").focus()
    publish(page, "The first one", 1)
    page.wait_for_url("**/workflows/buy")
    expect(page.get_by_role("link", name="New rule")).to_have_attribute("href", "/workflows/rules/new?workflow=buy")
    workflow = Workflow.objects.get(key="buy")
    runs = [start_workflow(MACHINE, ticket, workflow=workflow) for ticket in tickets]

    # Changed, taken back, done again; what is different is read.
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

    # Rehearsed over what ran so far, published, and the running ones moved on.
    page.goto("/workflows/buy/rehearsals")
    page.get_by_role("button", name="Rehearse").press("Enter")
    expect(page.locator("#rehearsal .tile-value").first).to_have_text("2")
    page.goto("/workflows/buy/edit")
    publish(page, "Orders instead of work", 2, running="move")
    page.wait_for_url("**/migration**")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Nothing was begun")
    page.get_by_role("button", name="Move 2 tickets").press("Enter")
    expect(page.locator("main")).to_contain_text("2 tickets were moved.")
    for run in runs:
        run.refresh_from_db()
        assert run.version.number == 2
    assert page.seen.problems == []


def publish(page, note, number, running=""):
    """From the editor by its key, with a note."""
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/publication")
    expect(page.locator("#id_note")).to_be_focused()
    page.keyboard.type(note)
    if running:
        page.locator(f"[name=running][value={running}]").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name=f"Publish version {number}").press("Enter")


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


def test_formulas_a_test_step_by_step_and_a_drag(open_page, ada, rita, it, check_page):
    workflow = make_workflow(purchase(), "buy", department=it)
    ticket = make_ticket(rita, it, subject="A chair")
    start_workflow(MACHINE, ticket, workflow=workflow)
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
