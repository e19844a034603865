"""In the browser: a changed limit is tried on a past ticket to its end, then rehearsed with all tickets of the period."""

import pytest
from playwright.sync_api import expect

from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from tests.workflows.rehearsal.history import make_history, purchase, world
from workflows.commands.definitions import save_draft
from workflows.models import Instance

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_changed_limit_is_tried_and_rehearsed(open_page, check_page, rita, alan, sven, it, ada):
    history = make_history(rita, alan, sven, it)
    save_draft(Actor(ada), history, document=purchase(300))
    number = Instance.objects.order_by("pk")[3].ticket.number
    before = world()
    page = open_page(ada, f"/workflows/{history.key}")
    page.get_by_role("link", name="Test run").click()
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

    page.get_by_role("link", name="Workflow", exact=True).click()
    page.get_by_role("link", name="Rehearsal").click()
    page.locator("[name=since]").fill("2026-03-01")
    page.locator("[name=until]").fill("2026-04-01")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.locator("#rehearsal")).to_contain_text("Waiting for a worker")
    for pk in Job.objects.filter(kind="workflows.rehearse").values_list("pk", flat=True):
        assert jobs.run(pk)
    # The page asks for itself until the worker is done.
    group = page.locator("#rehearsal details").first
    expect(group).to_contain_text("after “Size”: now “Approval” instead of “Buy”")
    expect(group.locator("li")).to_have_count(2)
    expect(group).to_contain_text("Purchase of 400")
    check_page(page, "rehearsal")
    assert world() == before
    assert page.seen.problems == []
