"""Every page of workflows in both languages, both themes, both widths: axe, no side scroll, no script error."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from flowtic.core.actor import Actor
from tests.e2e.looks import VARIANTS
from tests.factories import make_department, make_ticket
from tests.workflows.factories import document, make_workflow, open_item, task
from tests.workflows.views.conftest import approval_flow, form_step
from workflows.commands.definitions import publish, save_draft
from workflows.commands.library import install_template
from workflows.commands.rules import save_rule
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import Workflow, WorkItem
from workflows.schedule import roll_up

pytestmark = pytest.mark.django_db(transaction=True)
MACHINE = Actor.system("test")
PAGES = {
    "work": ("alan", "/work"),
    "work-empty": ("hanna", "/work"),
    "step-form": ("alan", "/steps/{step}"),
    "step-claim": ("lea", "/steps/{free}"),
    "step-approval": ("otto", "/steps/{approval}"),
    "step-done": ("alan", "/steps/{done}"),
    "approvals": ("otto", "/approvals"),
    "approvals-empty": ("rita", "/approvals"),
    "ticket-strip": ("alan", "/tickets/{number}"),
    "ticket-panel": ("alan", "/tickets/{number}?panel=workflow"),
    "portal-tracking": ("rita", "/portal/tickets/{number}"),
    "workflows": ("ada", "/workflows"),
    "workflow": ("ada", "/workflows/purchase?step=correct"),
    "workflow-draft-page": ("ada", "/workflows/order"),
    "draft": ("ada", "/workflows/order/draft"),
    "new": ("ada", "/workflows/new"),
    "rules": ("ada", "/workflows/rules"),
    "rule": ("ada", "/workflows/rules/new"),
    "runs": ("ada", "/workflows/runs"),
    "run": ("ada", "/runs/{run}"),
    "run-failed": ("ada", "/runs/{failed}"),
    "moving": ("ada", "/workflows/order/migration?from=1&to=2"),
    "report": ("sven", "/reports/workflows"),
}


@pytest.fixture
def world(as_web, alan, lea, hanna, sven, rita, otto, ada, it):
    make_department("purchasing"), make_department("finance")
    install_template(MACHINE, "purchase")
    order = make_workflow(document(form_step(next="work", public=True), task("work")), "order", department=it)

    def run(workflow, subject):
        return start_workflow(MACHINE, make_ticket(rita, it, subject=subject), workflow=workflow)

    first, free, done = (run(order, f"Neuer Laptop mit Dockingstation {number}") for number in range(3))
    item = claim_work_item(as_web(alan), open_item(first))
    finished = complete_work_item(as_web(alan), open_item(done), outcome="done", data={"amount": 12})
    publish(MACHINE, _drafted(as_web(ada), document(form_step())), note="Ohne den zweiten Schritt")
    _drafted(as_web(ada), document(task("work", "nowhere")))
    broken = {"key": "count", "kind": "set", "values": {"x": {"formula": "1 / zero"}}, "next": "end"}
    fields = [{"key": "x", "kind": "number"}, {"key": "zero", "kind": "number", "default": 0}]
    failed = run(make_workflow(document(broken, fields=fields), "broken"), "Formel kaputt")
    asked = run(make_workflow(approval_flow({"person": otto.email}), "lamp"), "Schreibtischlampe")
    condition = {"field": "ticket.request_type", "op": "is", "value": "purchase"}
    save_rule(MACHINE, None, name="Bestellungen", condition=condition, workflow=order, position=9, active=False)
    roll_up()
    values = {
        "step": item.pk,
        "free": open_item(free).pk,
        "approval": WorkItem.objects.get(instance=asked).pk,
        "done": finished.pk,
        "number": first.ticket.number,
        "run": first.pk,
        "failed": failed.pk,
    }
    return values, {person.name.split()[0].lower(): person for person in (alan, lea, hanna, sven, rita, otto, ada)}


def _drafted(actor, doc):
    workflow = Workflow.objects.get(key="order")
    save_draft(actor, workflow, document=doc)
    return Workflow.objects.get(key="order")


@pytest.mark.parametrize(("language", "theme", "size"), VARIANTS)
def test_every_page(world, open_page, check_page, language, theme, size):
    values, people = world
    User.objects.update(language=language, theme=theme)
    for name, (who, path) in PAGES.items():
        look = {"size": size, "theme": theme, "language": language}
        page = open_page(people[who], path.format(**values), **look, same_browser=True)
        expect(page.locator(".htmx-request")).to_have_count(0)
        check_page(page, f"{name}-{language}-{theme}-{size}")
        page.close()
