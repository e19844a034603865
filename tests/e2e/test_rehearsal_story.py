"""In the browser: a changed limit is tried on a past ticket to its end, then rehearsed with all tickets of the period."""

import pytest
from playwright.sync_api import expect

from flowtic.core.actor import Actor
from tests.factories import make_ticket
from tests.workflows.factories import document, make_workflow, task
from tests.workflows.rehearsal.history import make_history, purchase, world
from workflows.commands.definitions import save_draft
from workflows.models import Instance, WorkflowRule

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_changed_limit_is_tried_and_rehearsed(open_page, check_page, rita, alan, sven, it, ada):
    history = make_history(rita, alan, sven, it)
    save_draft(Actor(ada), history, document=purchase(300))
    number = Instance.objects.order_by("pk")[3].ticket.number
    before = world()
    page = open_page(ada, f"/workflows/{history.key}")
    page.get_by_role("link", name="Test run", exact=True).click()
    page.get_by_role("button", name=f"Try with {number}").click()
    now = page.locator("#now")
    expect(now).to_contain_text("Ask")
    page.keyboard.press("n")
    expect(now).to_contain_text("Approval")
    expect(page.locator(".try-trace")).to_contain_text("because Amount is greater than 300 (Amount: 400)")
    check_page(page, "test-run")
    page.reload()
    expect(now).to_contain_text("Approval")
    page.get_by_role("button", name="Run to the end").click()
    expect(now).to_contain_text("The workflow has ended.")
    expect(page.locator("#try-diagram .wf-e.on")).to_have_count(4)
    assert world() == before

    page.get_by_role("link", name="Rehearsal", exact=True).click()
    page.locator("[name=since]").fill("2026-03-01")
    page.locator("[name=until]").fill("2026-04-01")
    page.get_by_role("button", name="Rehearse").click()
    # The page asks for itself until the worker is done.
    group = page.locator("#rehearsal details").first
    expect(group).to_contain_text("after “Size”: now “Approval” instead of “Buy”")
    expect(group.locator("li")).to_have_count(2)
    expect(group).to_contain_text("Purchase of 400")
    check_page(page, "rehearsal")
    assert world() == before
    assert page.seen.problems == []


def test_draft_rules_in_rows_on_a_phone_beside_the_list_of_workflows(open_page, check_page, rita, it, ada):
    """The second condition borrows the first one's templates: another field brings its own operators and choices."""
    other = make_workflow(document(task()), "other", department=it)
    text = {"field": "ticket.subject", "op": "contains", "value": "never"}
    for position, name in enumerate(("First", "Second"), 1):
        WorkflowRule.objects.create(name=name, position=position, condition=text, workflow=other)
    make_ticket(rita, it, subject="Without a workflow")
    page = open_page(ada, "/workflows", size="phone", theme="dark")
    check_page(page, "workflows-phone-dark")
    page.goto("/workflows/rehearsals/rules")
    page.get_by_text("If Subject contains “never”").nth(1).click()
    second = page.locator("[data-conditions=condition_2]")
    second.locator(".cond-field").select_option("ticket.department")
    value = second.locator("[name=condition_2-0-value]")
    expect(value.locator("option", has_text=it.name)).to_have_count(1)
    value.select_option("it")
    second.locator("[data-cond-add]").click()
    expect(second.locator("[name=condition_2-1-field]")).to_be_focused()
    second.locator("[name=condition_2-1-field]").select_option("ticket.subject")
    second.locator("[name=condition_2-1-op]").select_option("contains")
    second.locator("[name=condition_2-1-value]").fill("Without")
    check_page(page, "rehearse-rules-phone-dark")
    page.get_by_label("Position").nth(1).press("Enter")  # the first button of the form is not one of the rows
    group = page.locator("#rehearsal details").first
    expect(group).to_contain_text("now “other” instead of “none at all”")
    expect(group).to_contain_text("Without a workflow")
    expect(page.locator("#basis")).to_contain_text("what was known when each ticket came in")
    assert WorkflowRule.objects.get(name="Second").condition == text
    assert page.seen.problems == []
