"""A purchase from the form to the delivery: rejected, corrected, approved twice, ordered by a robot, closed."""

import json
import re
from urllib.request import Request, urlopen

import pytest

from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.factories import make_department, make_person
from workflows.commands.library import install_template
from workflows.models import WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
INBOX = re.compile(r":\d+/approvals$")


@pytest.fixture
def desk():
    """The template of the purchase, with people in both departments."""
    purchasing = make_department("purchasing", name_en="Purchasing", name_de="Einkauf")
    finance = make_department("finance", name_en="Finance", name_de="Finanzen")
    install_template(Actor.system("test"), "purchase")
    return {
        "lead": make_person("Bea Bestell", "agent", leads=(purchasing,)),
        "finance": make_person("Fritz Finanz", "agent", departments=(finance,)),
        "robot": make_person("Robo Order", "agent", departments=(purchasing,)),
    }


def field(page, name):
    return page.locator(f"main [name=field_{name}]")


def ask(page, budget_owner):
    """Fills in both pages of the form and sends it."""
    page.get_by_role("link", name=re.compile("Request a purchase")).click()
    field(page, "item").fill("Standing desk")
    field(page, "amount").fill("400")
    page.locator("main .btn-primary[value=next]").click()
    field(page, "cost_centre").fill("4120")
    field(page, "budget_owner").fill(budget_owner.email)
    field(page, "reason").fill("My back.")
    page.locator("main .btn-primary[value=next]").click()
    page.get_by_role("button", name="Send request").click()
    page.wait_for_url("**/portal/tickets/FT-*")


def rest(live_server, token, path, body):
    """A call as a robot makes it."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = Request(f"{live_server.url}/api/v1{path}", json.dumps(body).encode(), headers, method="POST")  # noqa: S310
    with urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)


def order(live_server, token):
    worker = {"worker": "robot-1", "topics": ["purchase.order"], "max": 1, "lease_seconds": 60}
    (task,) = rest(live_server, token, "/external-tasks/lease", worker)["results"]
    assert task["variables"]["amount"] == 900
    done = {"lease_token": task["lease_token"], "variables": {"order_number": "PO-77"}}
    assert rest(live_server, token, f"/external-tasks/{task['id']}/complete", done)["state"] == "completed"


def test_a_purchase_from_form_to_delivery(open_page, check_page, live_server, desk, rita, otto, token):
    requester = open_page(rita, "/portal/new")
    ask(requester, otto)
    ticket = Ticket.objects.get()
    assert ticket.status.key == "waiting_approval"

    # The approver looks into the inbox and rejects by keyboard; without a reason nothing happens.
    approver = open_page(otto, "/approvals")
    approver.get_by_text("Standing desk").first.wait_for()
    check_page(approver, "approvals-requester")
    approver.keyboard.press("j")
    approver.keyboard.press("x")
    approver.locator("#reason-note").wait_for()
    approver.keyboard.type("Too dear for a desk?")
    approver.locator("#reason-dialog button.btn-danger").click()
    approver.locator(".work-gone").wait_for()
    assert WorkItem.objects.get(step="one_approval").note == "Too dear for a desk?"

    # The requester is told on the ticket, reads why, and corrects.
    requester.reload()
    requester.get_by_role("link", name="Do it now").click()
    requester.get_by_text("Too dear for a desk?").wait_for()
    check_page(requester, "step-requester")
    field(requester, "amount").fill("900")
    field(requester, "reason").fill("My back; two of them.")
    requester.get_by_role("button", name="Submit again").click()
    requester.wait_for_url(f"**/portal/tickets/{ticket.number}")

    # Above the limit two of three decide: the budget's owner on the step's page, finance in the inbox.
    approver.goto("/approvals")
    approver.locator(".approval-row .c-sub a").click()
    approver.locator("#step button[value=approve]").wait_for()
    approver.keyboard.press("a")
    approver.wait_for_url(INBOX)
    finance = open_page(desk["finance"], "/approvals")
    finance.keyboard.press("j")
    finance.keyboard.press("a")
    finance.locator(".work-gone").wait_for()

    order(live_server, token(desk["robot"], "work:read", "work:write"))

    # Purchasing hands the delivery to somebody and does it on the ticket page.
    lead = open_page(desk["lead"], f"/tickets/{ticket.number}")
    lead.locator("#steps").get_by_text("Take the delivery").first.wait_for()
    lead.locator("#steps summary").click()
    check_page(lead, "ticket-strip")
    lead.locator("#steps button[value=missing]").click()
    lead.locator("#steps").get_by_text("Please give a reason.", exact=True).wait_for()
    lead.locator("#steps button[value=complete]").click()
    lead.locator("#steps").get_by_text("finished").wait_for()
    ticket.refresh_from_db()
    assert ticket.status.key == "closed"

    lead.goto(f"/tickets/{ticket.number}/history")
    story = lead.locator("main").inner_text()
    for part in ("Too dear", "PO-77"):
        assert part not in story  # reasons and values stay with the steps, the history says what happened
    for part in ("Otto Fremd", "Fritz Finanz", "Robo Order", "Bea Bestell", "Reject", "Approve", "Submit again"):
        assert part in story, part
    requester.goto(f"/portal/tickets/{ticket.number}")
    requester.locator("#tracking").get_by_text("Take the delivery").wait_for()
    assert "Fritz" not in requester.locator("#tracking").inner_text()
    for page in (requester, approver, finance, lead):
        assert page.seen.problems == []


def test_deciding_without_javascript(open_page, desk, rita, otto, as_web):
    from tests.factories import make_ticket
    from tests.workflows.factories import make_workflow, open_item
    from tests.workflows.views.conftest import approval_flow
    from workflows.commands.starting import start_workflow

    ticket = make_ticket(rita, make_department("x"), subject="Lamp")
    workflow = make_workflow(approval_flow({"person": otto.email}), "lamp")
    item = open_item(start_workflow(Actor.system("test"), ticket, workflow=workflow))
    page = open_page(otto, "/approvals", javascript=False)
    page.locator(".approval-row a.btn-danger-ghost").click()
    page.get_by_role("button", name="Reject").click()
    page.get_by_text("Please give a reason.").first.wait_for()
    page.locator("[name=note]").fill("no")
    page.get_by_role("button", name="Reject").click()
    page.wait_for_url(INBOX)
    item.refresh_from_db()
    assert (item.outcome, item.note) == ("reject", "no")
