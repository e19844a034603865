"""The administration of workflows: list, versions, draft as text, publishing, files, rules."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.commands.skills import save_skill
from accounts.models import Skill
from desk.models import RequestType
from flowtic.core import clock
from tests.factories import make_ticket
from tests.workflows.factories import document, make_workflow, task
from tests.workflows.views.conftest import HTMX
from workflows.commands.definitions import save_draft
from workflows.definition.export import to_yaml
from workflows.models import Instance, Workflow, WorkflowRule

pytestmark = pytest.mark.django_db


@pytest.fixture
def workflow(it):
    return make_workflow(document(task("work", "check"), task("check")), key="order", department=it)


def again(workflow):
    return Workflow.objects.get(pk=workflow.pk)


class TestCatalog:
    def test_the_list_counts_running_and_failed_runs(self, as_client, ada, run, workflow):
        broken = {"key": "call", "kind": "set", "values": {"x": {"formula": "1 / zero"}}, "next": "end"}
        fields = [{"key": "x", "kind": "number"}, {"key": "zero", "kind": "number", "default": 0}]
        run(document(broken, fields=fields))
        text = as_client(ada).get("/workflows").content.decode()
        assert "order" in text and 'which=failed">1</a>' in text

    def test_each_workflow_says_how_it_does(self, as_client, ada, alan, run, as_web):
        """Weeks and median of the ended runs, draft, pause; what can no longer work stands first, with its repair."""
        first = run(document(task("work")))
        mine = first.version.workflow
        now = clock.now()
        for number, hours in enumerate((2, 4, 30)):
            ticket = make_ticket(ada, first.ticket.department)
            start = now - timedelta(weeks=number, hours=hours)
            Instance.objects.create(
                version=mine.live, ticket=ticket, status="finished", started_at=start,
                moved_at=now - timedelta(weeks=number), ended_at=now - timedelta(weeks=number),
                state={"tokens": {}, "visits": [], "values": {}},
            )  # fmt: skip
        save_skill(as_web(ada), None, key="sap", name_de="SAP", name_en="SAP")
        broken = make_workflow(document(task("ask", owner={"strategy": "skill", "skill": "sap"})), key="zz")
        Skill.objects.all().delete()
        save_draft(as_web(ada), mine, document=document(task("work", then="nowhere")))
        page = as_client(ada).get("/workflows").content.decode()
        assert page.index('id="workflow-zz"') < page.index(f'id="workflow-{mine.key}"')
        assert "/workflows/zz/edit?step=ask" in page and 'aria-label="Repair zz"' in page
        assert "3 finished in twelve weeks, oldest first: 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1" in page
        assert ">4 h</td>" in page and re.search(r"\d+ errors?</span>", page)
        assert "Repair" not in as_client(alan).get("/workflows").content.decode()
        assert again(broken).active
        as_client(ada).post("/workflows/zz/activity", {"active": "0"})
        assert not again(broken).active
        assert 'aria-label="Resume zz"' in as_client(ada).get("/workflows").content.decode()
        assert as_client(alan).post("/workflows/zz/activity", {"active": "1"}).status_code == 403

    def test_fifty_workflows_take_as_many_queries_as_one(self, as_client, ada, workflow):
        client = as_client(ada)
        client.get("/workflows")
        with CaptureQueriesContext(connection) as one:
            client.get("/workflows")
        Workflow.objects.bulk_create(
            Workflow(
                key=f"w{n}", name_de=f"W{n}", name_en=f"W{n}", created_at=clock.now(), draft=workflow.live.document
            )
            for n in range(50)
        )
        with CaptureQueriesContext(connection) as many:
            page = client.get("/workflows").content.decode()
        assert page.count("<tr id=") == 51
        assert len(many) == len(one) <= 30

    def test_the_first_workflow_begins_with_a_template(self, as_client, ada, alan, db):
        page = as_client(ada).get("/workflows").content.decode()
        keys = ("purchase", "onboarding", "incident")
        assert all(f"/workflows/templates/{key}/installation" in page for key in keys)
        assert "installation" not in as_client(alan).get("/workflows").content.decode()

    def test_one_bar_leads_through_the_pages_of_a_workflow(self, as_client, ada, alan, workflow):
        places = ("", "/edit", "/versions", "/runs", "/try", "/rehearsals", "/draft", "/settings")
        links = [f'href="/workflows/order{place}"' for place in places]
        for place in places:
            page = as_client(ada).get(f"/workflows/order{place}").content.decode()
            bar = page[page.index('class="wf-places"') : page.index("</nav>", page.index('class="wf-places"'))]
            assert all(f"{link}" in bar for link in links), place
            assert f'href="/workflows/order{place}" aria-current="page"' in bar
        page = as_client(alan).get("/workflows/order").content.decode()
        bar = page[page.index('class="wf-places"') : page.index("</nav>", page.index('class="wf-places"'))]
        assert [link in bar for link in links] == [True, False, True, True, False, False, False, False]

    def test_workers_read_and_requesters_do_not(self, as_client, alan, rita, workflow):
        assert as_client(alan).get("/workflows/order").status_code == 200
        assert as_client(rita).get("/workflows").status_code == 403
        assert as_client(alan).get("/workflows/nothing").status_code == 404

    def test_the_page_draws_the_live_version(self, as_client, alan, workflow):
        text = as_client(alan).get("/workflows/order?step=work").content.decode()
        assert "<svg" in text and 'data-step="work"' in text and "Done by:" in text
        assert "Publish" not in text

    @pytest.mark.parametrize(("form", "begins"), [("json", '{\n  "schema"'), ("yaml", "schema: 1"), ("bpmn", "<?xml")])
    def test_documents_are_files(self, as_client, alan, workflow, form, begins):
        answer = as_client(alan).get(f"/workflows/order/versions/1.{form}")
        assert answer.content.decode().startswith(begins)
        assert f'filename="order-1.{form}"' in answer.headers["Content-Disposition"]

    def test_the_drafts_file_is_for_its_editors(self, as_client, as_web, ada, alan, workflow):
        save_draft(as_web(ada), workflow, document=document(task("other")))
        assert as_client(alan).get("/workflows/order/versions/0.json").status_code == 403
        assert "other" in as_client(ada).get("/workflows/order/versions/0.json").content.decode()

    def test_a_new_workflow_begins_as_a_draft(self, as_client, ada, it):
        values = {"key": "leave", "name_de": "Urlaub", "name_en": "Leave", "department": it.pk}
        assert as_client(ada).post("/workflows/new", values).headers["Location"] == "/workflows/leave/edit"
        assert again(Workflow.objects.get(key="leave")).draft
        refused = as_client(ada).post("/workflows/new", values)
        assert refused.status_code == 422 and "is taken" in refused.content.decode()

    def test_only_admins_make_workflows(self, as_client, lea):
        assert as_client(lea).get("/workflows/new").status_code == 403


class TestDraft:
    def test_a_text_becomes_the_draft_and_its_errors_are_listed_by_path(self, as_client, ada, workflow):
        text = to_yaml(document(task("work", then="nowhere")))
        rev = again(workflow).draft_rev
        answer = as_client(ada).post("/workflows/order/draft", {"text": text, "rev": rev}, follow=True)
        page = answer.content.decode()
        assert "This draft cannot be published yet." in page
        assert "<code" in page and "steps/0/next" in page
        assert again(workflow).draft["steps"][0]["next"] == "nowhere"

    def test_what_cannot_be_read_stays_in_the_box(self, as_client, ada, workflow):
        answer = as_client(ada).post("/workflows/order/draft", {"text": "steps: [1, 2", "rev": 0})
        assert answer.status_code == 422
        assert "steps: [1, 2" in answer.content.decode() and "no valid YAML" in answer.content.decode()
        assert again(workflow).draft is None

    def test_a_file_is_read_too(self, as_client, ada, workflow):
        from django.core.files.uploadedfile import SimpleUploadedFile

        upload = SimpleUploadedFile("w.json", json.dumps(document(task("other"))).encode())
        as_client(ada).post("/workflows/order/draft", {"file": upload, "text": "", "rev": again(workflow).draft_rev})
        assert again(workflow).draft["steps"][0]["key"] == "other"

    def test_two_editors_do_not_overwrite_each_other_unseen(self, as_client, as_web, ada, lea, workflow):
        seen = again(workflow).draft_rev
        save_draft(as_web(lea), workflow, document=document(task("hers")))
        mine = {"text": to_yaml(document(task("mine"))), "rev": seen}
        answer = as_client(ada).post("/workflows/order/draft", mine)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Lea Leitung changed the draft" in page and "mine" in page
        assert again(workflow).draft["steps"][0]["key"] == "hers"
        as_client(ada).post("/workflows/order/draft", {**mine, "rev": again(workflow).draft_rev})
        assert again(workflow).draft["steps"][0]["key"] == "mine"

    def test_publishing_takes_a_note(self, as_client, as_web, ada, workflow):
        save_draft(as_web(ada), workflow, document=document(task("other")))
        values = {"rev": again(workflow).draft_rev, "running": "stay"}
        assert as_client(ada).post("/workflows/order/publication", {**values, "note": ""}).status_code == 422
        as_client(ada).post("/workflows/order/publication", {**values, "note": "shorter"})
        live = again(workflow).live
        assert (live.number, live.note, live.author) == (2, "shorter", ada)

    def test_a_broken_draft_is_refused_with_sentences(self, as_client, as_web, ada, workflow):
        save_draft(as_web(ada), workflow, document=document(task("work", then="nowhere")))
        values = {"rev": again(workflow).draft_rev, "running": "stay", "note": "x"}
        answer = as_client(ada).post("/workflows/order/publication", values)
        assert answer.status_code == 422
        assert again(workflow).live.number == 1

    def test_leads_edit_and_do_not_publish(self, as_client, as_web, lea, workflow):
        values = {"text": to_yaml(document(task("other"))), "rev": again(workflow).draft_rev}
        assert as_client(lea).post("/workflows/order/draft", values).status_code == 302
        assert as_client(lea).post("/workflows/order/publication", {"note": "x", "rev": 2}).status_code == 403

    def test_restoring_makes_an_old_version_the_draft(self, as_client, as_web, ada, workflow):
        as_client(ada).post("/workflows/order/versions/1/restoration")
        assert again(workflow).draft["steps"][0]["key"] == "work"
        as_client(ada).post("/workflows/order/draft/removal")
        assert again(workflow).draft is None


class TestRules:
    @pytest.fixture
    def rule(self, workflow):
        condition = {"field": "ticket.request_type", "op": "is", "value": "laptop"}
        return WorkflowRule.objects.create(name="Laptops", condition=condition, workflow=workflow, position=1)

    def test_rules_read_as_sentences(self, as_client, ada, it, rule):
        RequestType.objects.create(key="laptop", name_de="Notebook", name_en="Laptop", department=it)
        text = as_client(ada).get("/workflows/rules").content.decode()
        assert "If Request type is Laptop" in text and "<b>order</b>" in text

    def test_how_many_of_the_last_tickets_match(self, as_client, ada, rita, it, rule):
        kind = RequestType.objects.create(key="laptop", name_de="x", name_en="x", department=it)
        hit = make_ticket(rita, it, request_type=kind)
        make_ticket(rita, it)
        text = as_client(ada, **HTMX).get("/workflows/rules").content.decode()
        assert "Matches 1 of the last 2 tickets." in text and hit.number in text

    def test_checking_saves_nothing(self, as_client, ada, ticket, workflow):
        values = {"name": "All", "condition-mode": "rows", "position": 1, "active": "on", "workflow": workflow.pk}
        text = as_client(ada).post("/workflows/rules/new", {**values, "way": "check"}).content.decode()
        assert "</b> always</span>" in text and "Matches 1 of the last 1 tickets." in text
        assert not WorkflowRule.objects.exists()
        as_client(ada).post("/workflows/rules/new", {**values, "way": "save"})
        assert WorkflowRule.objects.get().workflow == workflow

    def test_a_condition_is_edited_in_rows(self, as_client, ada, it, rule):
        """What is shown reads back as the same; a button of the rows saves nothing; another value is saved."""
        RequestType.objects.create(key="laptop", name_de="Notebook", name_en="Laptop", department=it)
        client, url = as_client(ada), f"/workflows/rules/{rule.pk}"
        page = client.get(url).content.decode()
        assert 'name="condition-0-field"' in page and '<option value="laptop" selected>Laptop</option>' in page
        about = {"name": "Laptops", "position": 1, "active": "on", "workflow": rule.workflow_id, "way": "save"}
        rows = {
            "condition-mode": "rows", "condition-single": "1", "condition-rule": "all", "condition-row": "0",
            "condition-0-field": "ticket.request_type", "condition-0-op": "is", "condition-0-value": "laptop",
        }  # fmt: skip
        before = rule.condition
        assert client.post(url, {**about, **rows}).status_code == 302
        assert WorkflowRule.objects.get().condition == before
        added = client.post(url, {**about, **rows, "condition-act": "add", "name": "Renamed"})
        assert added.status_code == 200 and 'name="condition-1-field"' in added.content.decode()
        assert WorkflowRule.objects.get().name == "Laptops"
        client.post(url, {**about, **rows, "condition-0-op": "is_not"})
        assert WorkflowRule.objects.get().condition == {**before, "op": "is_not"}
        unfinished = client.post(url, {**about, **rows, "condition-0-value": ""})
        assert unfinished.status_code == 422 and "The condition is not finished." in unfinished.content.decode()

    @pytest.mark.parametrize(
        ("text", "said"),
        [("{", "no valid JSON"), ('{"field": "a", "op": "explode"}', "op"), ("1 +", "formula")],
    )
    def test_a_wrong_condition_is_named_and_kept(self, as_client, ada, text, said):
        typed = {"condition-mode": "expert", "condition-text": text}
        answer = as_client(ada).post("/workflows/rules/new", {"name": "x", "position": 1, **typed})
        assert answer.status_code == 422
        assert said in answer.content.decode().lower() or said in answer.content.decode()
        assert not WorkflowRule.objects.exists()

    def test_order_by_buttons(self, as_client, ada, rule):
        second = WorkflowRule.objects.create(name="Second", position=2)
        as_client(ada).post(f"/workflows/rules/{second.pk}/position", {"way": "up"})
        assert list(WorkflowRule.objects.values_list("name", flat=True)) == ["Second", "Laptops"]

    def test_deleting(self, as_client, ada, rule):
        as_client(ada).post(f"/workflows/rules/{rule.pk}/removal")
        assert not WorkflowRule.objects.exists()

    def test_only_admins(self, as_client, lea, rule):
        for path in ("", "/new", f"/{rule.pk}"):
            assert as_client(lea).get(f"/workflows/rules{path}").status_code == 403
        assert Instance.objects.count() == 0


def test_a_template_is_installed_with_request_type_and_rule(as_client, ada):
    from workflows import templates_library

    needed = templates_library.read("incident").get("requires") or {}
    from tests.factories import make_department

    for key in needed.get("departments") or []:
        make_department(key)
    answer = as_client(ada).post("/workflows/templates/incident/installation")
    assert answer.headers["Location"] == "/workflows/incident"
    assert WorkflowRule.objects.get().workflow.key == "incident"
