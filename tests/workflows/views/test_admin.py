"""Workflows in Django admin: documents go through the commands, runs are only to look at."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from flowtic.core.models import Event
from tests.factories import PASSWORD
from tests.workflows.factories import document, make_run, open_item, task
from workflows.definition.export import to_yaml
from workflows.models import Workflow, WorkflowRule

pytestmark = pytest.mark.django_db
NAMES = {"name_de": "Urlaub", "name_en": "Leave", "active": "on"}


@pytest.fixture
def admin(ada):
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
    return client


def upload(doc):
    return SimpleUploadedFile("w.yaml", to_yaml(doc).encode())


def test_a_document_is_uploaded_and_published(admin):
    values = {**NAMES, "key": "leave", "document": upload(document(task("work"))), "publish_note": "first"}
    assert admin.post("/admin/workflows/workflow/add/", values).status_code == 302
    workflow = Workflow.objects.get(key="leave")
    assert (workflow.live.number, workflow.live.note, workflow.draft) == (1, "first", None)
    assert Event.objects.filter(name="workflow.published").exists()
    values = {**NAMES, "document": upload(document(task("other")))}
    assert admin.post(f"/admin/workflows/workflow/{workflow.pk}/change/", values).status_code == 302
    assert Workflow.objects.get(key="leave").draft["steps"][0]["key"] == "other"


def test_a_broken_document_is_refused_and_nothing_is_published(admin):
    values = {**NAMES, "key": "leave", "document": upload(document(task("work", "nowhere"))), "publish_note": "x"}
    answer = admin.post("/admin/workflows/workflow/add/", values)
    assert answer.status_code == 200
    assert not Workflow.objects.exists()
    text = admin.post(
        "/admin/workflows/workflow/add/", {**NAMES, "key": "leave", "document": SimpleUploadedFile("w", b"a: [")}
    ).content.decode()
    assert "no valid YAML" in text


def test_runs_and_steps_are_only_to_look_at(admin, rita, it):
    instance = make_run(document(task("work")), rita, it)
    item = open_item(instance)
    for name, pk in (("instance", instance.pk), ("workitem", item.pk), ("workflowversion", instance.version_id)):
        assert admin.get(f"/admin/workflows/{name}/").status_code == 200
        assert admin.get(f"/admin/workflows/{name}/{pk}/change/").status_code == 200
        assert admin.post(f"/admin/workflows/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
    for name in ("timer", "effectrun", "stepday"):
        assert admin.get(f"/admin/workflows/{name}/").status_code == 200
        assert admin.get(f"/admin/workflows/{name}/add/").status_code == 403


def test_rules_are_saved_and_deleted_by_the_commands(admin):
    values = {"position": 1, "name": "All", "active": "on", "condition": "{}", "workflow": ""}
    assert admin.post("/admin/workflows/workflowrule/add/", values).status_code == 302
    rule = WorkflowRule.objects.get()
    admin.post(f"/admin/workflows/workflowrule/{rule.pk}/delete/", {"post": "yes"})
    assert not WorkflowRule.objects.exists()
    assert Event.objects.filter(name="workflow.rules_changed").count() == 2
