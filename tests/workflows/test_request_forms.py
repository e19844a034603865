"""What the request form asks for is known at every door: a field that is read before it is set is found everywhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk.models import RequestType
from flowtic.core.actor import Actor
from tests.factories import PASSWORD
from tests.workflows.api.conftest import work  # noqa: F401 - a fixture
from tests.workflows.factories import document, make_workflow, task
from workflows import robots
from workflows.commands.definitions import BrokenDefinition, findings, publish, save_draft
from workflows.commands.external import lease_items
from workflows.definition.export import to_json, to_yaml
from workflows.models import Workflow, WorkflowRule
from workflows.request_forms import asked_before, types_of

pytestmark = pytest.mark.django_db
ROOM = {"key": "room", "kind": "text", "required": True}
SEATS = {"key": "seats", "kind": "number"}
MOVE, ALL = {"field": "ticket.request_type", "op": "is", "value": "move"}, {}
FROM_MOVE = "Nothing fills in “seats” before this step."


def reads(name):
    """A workflow that divides by a field."""
    way = {"when": {"field": name, "op": "gt", "value": 3}, "next": "work"}
    return document({"key": "large", "kind": "decision", "branches": [way], "otherwise": "end"}, task())


# The workflow knows the field, yet neither the form nor a step before fills it in.
EARLY = reads("seats") | {"fields": [SEATS]}


@pytest.fixture
def move(it):
    return RequestType.objects.create(
        key="move", name_de="Umzug", name_en="Move", department=it, schema={"fields": [ROOM]}
    )


@pytest.fixture
def workflow(move, it):
    row = make_workflow(document(task()), "buy", department=it)
    WorkflowRule.objects.create(name="moves", workflow=row, condition=MOVE)
    return row


def said(document, workflow, severity="error"):
    return [one.message for one in findings(document, workflow) if one.severity == severity]


class TestWhichForms:
    def test_the_rules_say_it(self, workflow, move):
        assert [spec["key"] for spec in asked_before(workflow)] == ["room"]
        WorkflowRule.objects.create(name="every", workflow=workflow, condition=ALL)
        assert asked_before(workflow) is None
        WorkflowRule.objects.filter(name="every").update(active=False)
        assert asked_before(workflow) is not None
        assert asked_before(None) is None
        move.delete()
        assert asked_before(workflow) is None

    def test_a_field_of_one_form_of_two_is_not_sure(self, workflow):
        both = {"fields": [{**ROOM, "required": False}, SEATS]}
        RequestType.objects.create(key="visit", name_de="Besuch", name_en="Visit", schema=both)
        WorkflowRule.objects.update(condition={**MOVE, "op": "in", "value": ["move", "visit"]})
        asked = {spec["key"]: spec.get("required", False) for spec in asked_before(workflow)}
        assert asked == {"room": False, "seats": False}

    @pytest.mark.parametrize(
        ("tree", "types"),
        [
            (MOVE, {"move"}),
            ({**MOVE, "op": "is_not"}, None),
            ({"not": MOVE}, None),
            ({"all": [MOVE, {"field": "ticket.source", "op": "is", "value": "web"}]}, {"move"}),
            ({"all": [MOVE, {**MOVE, "value": "visit"}]}, set()),
            ({"any": [MOVE, {**MOVE, "value": "visit"}]}, {"move", "visit"}),
            ({"any": [MOVE, {"field": "ticket.source", "op": "is", "value": "web"}]}, None),
            ({"formula": "ticket.request_type == 'move'"}, None),
            ({**MOVE, "value": 5}, set()),
            ([], None),
        ],
    )
    def test_conditions_name_types(self, tree, types):
        assert types_of(tree) == types


class TestEveryDoor:
    def test_without_a_rule_it_is_only_a_warning(self, it):
        row = make_workflow(document(task()), "free", department=it)
        assert said(reads("seats"), row) == []
        assert len(said(reads("seats"), row, "warning")) == 1

    def test_the_command_publishes_nothing(self, workflow, as_web, ada):
        for doc, message in ((EARLY, FROM_MOVE), (reads("seats"), "There is no field “seats” here.")):
            save_draft(as_web(ada), workflow, document=doc)
            with pytest.raises(BrokenDefinition) as refused:
                publish(as_web(ada), workflow, note="")
            assert [message] in refused.value.fields.values()
        save_draft(as_web(ada), workflow, document=reads("room"))
        assert said(reads("room"), workflow) == []

    def test_rest(self, workflow, work, ada):  # noqa: F811
        client = work(ada)
        checked = client.post("/workflows/buy/validate", {"document": EARLY}).json()
        assert (checked["valid"], checked["findings"][0]["message"]) == (False, FROM_MOVE)
        saved = client.put("/workflows/buy/draft", {"document": EARLY}).json()
        assert (saved["valid"], saved["findings"][0]["message"]) == (False, FROM_MOVE)
        refused = client.post("/workflows/buy/publish", {"note": "x"})
        assert (refused.status_code, refused.json()["code"]) == (409, "broken_definition")
        imported = client.post("/workflows/import", {"key": "buy", "text": to_json(EARLY)}).json()
        assert imported["findings"][0]["message"] == FROM_MOVE

    def test_pages(self, workflow, ada):
        client = Client()
        client.force_login(ada)
        text = client.post(
            "/workflows/buy/draft", {"text": to_yaml(EARLY), "rev": workflow.draft_rev}, follow=True
        ).content.decode()
        assert FROM_MOVE in text
        assert FROM_MOVE in client.get("/workflows/buy").content.decode()

    def test_django_admin(self, workflow, ada):
        client = Client()
        client.post("/accounts/login/", {"login": ada.email, "password": PASSWORD})
        names = {"name_de": "Einkauf", "name_en": "Purchase", "active": "on", "department": workflow.department_id}
        file = SimpleUploadedFile("w.yaml", to_yaml(EARLY).encode())
        answer = client.post(
            f"/admin/workflows/workflow/{workflow.pk}/change/", {**names, "document": file, "publish_note": "x"}
        )
        assert answer.status_code == 200
        assert FROM_MOVE in answer.content.decode()
        assert Workflow.objects.get(pk=workflow.pk).live.number == 1


class TestTopics:
    ROBOT = document({"key": "order", "kind": "external", "topic": "shop", "on_error": "end", "next": "end"})
    NOBODY = "No robot has ever asked for tasks of the topic “shop”."

    def test_a_topic_is_known_when_a_robot_asked_for_it(self, alan):
        assert said(self.ROBOT, None, "warning") == [self.NOBODY]
        lease_items(Actor(alan), worker="w", topics=["shop"], maximum=1, lease_seconds=60)
        assert said(self.ROBOT, None, "warning") == []

    def test_a_robot_that_had_work_is_remembered_for_good(self, alan, rita, it):
        from django.core.cache import cache

        from tests.workflows.factories import make_run

        make_run(self.ROBOT, rita, it)
        assert len(lease_items(Actor(alan), worker="w", topics=["shop"], maximum=1, lease_seconds=60)) == 1
        cache.clear()
        assert robots.has_asked("shop")
        assert not robots.has_asked("Shop ")
