"""In the browser: a workflow and a form change by a description, proposed by a model, accepted by a person."""

import json

import pytest
from playwright.sync_api import expect

from desk.models import FormVersionDraft, RequestType
from tests.ai_assist.llm.conftest import provider, server  # noqa: F401  (fixtures)
from tests.model_server.behaviours import says
from tests.workflows.factories import document, make_workflow, task
from workflows.models import Workflow

pytestmark = pytest.mark.django_db(transaction=True)
APPROVAL = {
    "key": "approve",
    "kind": "approval",
    "name": {"de": "Freigabe", "en": "Approval"},
    "approvers": [{"field": "requester.manager"}],
}
WISH = "Vor der Arbeit soll die Führungskraft freigeben."


def proposed(*operations):
    return says(json.dumps({"operations": list(operations)}))


def test_a_workflow_from_description_to_published_version(open_page, check_page, ada, it, server, provider):  # noqa: F811
    make_workflow(document(task()), "order", department=it)
    server.behaviour = proposed(
        {"op": "add_step", "step": APPROVAL, "before": "work"},
        {"op": "connect", "key": "approve", "way": "reject", "to": "end"},
        {"op": "change_step", "key": "work", "values": {"public": True}},
        {"op": "drop_everything"},
    )
    page = open_page(ada, "/workflows/order")
    page.get_by_role("link", name="Describe a change").click()
    page.locator("[name=wish]").fill(WISH)
    check_page(page, "design-describe")
    page.get_by_role("button", name="Propose changes").click()
    page.wait_for_url("**/workflows/proposals/*")
    assert WISH in server.prompts[-1]
    assert Workflow.objects.get().draft is None

    # Alone the second change does not fit, and the page says why; together the first two go into the draft.
    assert page.locator("[name=change]").count() == 3
    page.get_by_text("Left out, because it did not fit").wait_for()
    assert page.locator(".wf-n.new").count() == 1
    check_page(page, "design-proposal")
    page.locator("[name=change]").nth(0).uncheck()
    page.locator("[name=change]").nth(2).uncheck()
    page.get_by_role("button", name="Accept the chosen ones").click()
    page.locator("[data-error-summary]").wait_for()
    assert Workflow.objects.get().draft is None
    page.locator("[name=change]").nth(0).check()
    page.get_by_role("button", name="Accept the chosen ones").click()
    page.get_by_text("2 changes are in the draft.").first.wait_for()
    assert Workflow.objects.get().draft["start"] == "approve"
    assert Workflow.objects.get().draft_by == ada
    page.get_by_role("button", name="Dismiss the rest").click()
    page.get_by_text("The proposal is dismissed.").first.wait_for()
    assert page.seen.problems == []


def test_a_form_from_a_description(open_page, check_page, lea, it, server, provider):  # noqa: F811
    kind = RequestType.objects.create(key="laptop", name_de="Laptop", name_en="Laptop", department=it)
    field = {"key": "model", "kind": "text", "label": {"de": "Modell", "en": "Model"}, "required": True}
    server.behaviour = proposed({"op": "add_field", "field": field})
    page = open_page(lea, "/forms/laptop/edit", size="phone", theme="dark")
    page.get_by_label("Describe fields", exact=True).first.fill("Wir brauchen das Modell.")
    page.get_by_role("button", name="Describe fields").click()
    expect(page.locator("[name=target]")).to_have_value("form:laptop")
    expect(page.locator("[name=wish]")).to_have_value("Wir brauchen das Modell.")
    page.get_by_role("button", name="Propose changes").click()
    page.wait_for_url("**/workflows/proposals/*")
    check_page(page, "design-form-proposal")
    page.get_by_role("button", name="Accept the chosen ones").click()
    page.get_by_text("Everything of this is in the draft.").wait_for()
    assert FormVersionDraft.objects.get(request_type=kind).schema["fields"] == [field]
    assert page.seen.problems == []


def test_a_hostile_answer_ends_in_a_sentence(open_page, ada, it, server, provider):  # noqa: F811
    make_workflow(document(task()), "order", department=it)
    server.behaviour = proposed({"op": "publish"}, {"op": "set", "list": "steps", "key": "x", "values": {}})
    page = open_page(ada, "/workflows/describe?workflow=order")
    page.locator("[name=wish]").fill(WISH)
    page.get_by_role("button", name="Propose changes").click()
    page.get_by_text("Nothing of this can be applied.").wait_for()
    page.get_by_role("link", name="Change the wish").click()
    assert page.locator("[name=wish]").input_value() == WISH
    assert Workflow.objects.get().draft is None
