"""From a description to a proposal: by a model's answer, by rules without one, and never past a person."""

import json

import pytest
from django.urls import reverse

from ai_assist import llm
from ai_assist.design import asking
from ai_assist.design.asking import ask_design, design
from ai_assist.design.rules import operations_for
from ai_assist.llm.running import Result
from ai_assist.models import AssistSettings, Suggestion
from desk.formschema.schema import check
from desk.models import FormVersionDraft, RequestType
from flowtic.core.errors import Forbidden, Invalid
from flowtic.core.models import Job
from tests.workflows.commands.test_proposals import CHANGES
from tests.workflows.factories import document, make_workflow, task
from workflows.models import Proposal, Workflow
from workflows.patches import WORKFLOW, apply


@pytest.fixture
def workflow(it):
    return make_workflow(document(task()), department=it)


@pytest.fixture
def model(monkeypatch):
    """A language model that answers `model.says` and keeps what it was asked."""

    class Model:
        says: object = {"operations": CHANGES}
        asked: str = ""

        def run(self, feature, messages, **_more):
            self.asked = json.dumps(messages)
            return Result("", self.says, model="test: model-1")

    fake = Model()
    monkeypatch.setattr(asking.llm, "available", lambda *_given: True)
    monkeypatch.setattr(asking.llm, "run", fake.run)
    return fake


def work(row):
    design(Job(payload={"suggestion": row.pk}))
    row.refresh_from_db()
    return row


def test_the_model_s_operations_become_a_proposal_and_nothing_else(as_web, lea, workflow, model):
    row = work(ask_design(as_web(lea), workflow, wish="Erst eine Freigabe"))
    proposal = Proposal.objects.get()
    assert (row.state, row.value) == ("ready", {"proposal": proposal.key})
    assert (proposal.operations, proposal.engine, proposal.asked_by) == (CHANGES, "llm", lea)
    assert Workflow.objects.get().draft is None
    assert "add_step" in model.asked
    assert "Erst eine Freigabe" in model.asked
    assert "with_list" not in model.asked


@pytest.mark.parametrize(
    "nonsense",
    [
        {"operations": []},
        {"operations": [{"op": "publish"}, {"op": "set", "list": "steps", "key": "nobody", "values": {}}]},
        {"operations": [{"op": "add_step", "step": "DROP TABLE"}]},
        {"operations": [{"op": "change_step", "key": "work", "values": "x"}]},
    ],
)
def test_a_hostile_answer_never_reaches_a_draft(as_web, ada, workflow, model, nonsense):
    model.says = nonsense
    row = work(ask_design(as_web(ada), workflow, wish="whatever"))
    assert row.state == "failed"
    assert row.error
    assert not Proposal.objects.exists()
    assert Workflow.objects.get().draft is None


def test_without_a_model_plain_wishes_are_understood(as_web, ada, workflow, db):
    assert not llm.available("workflow")
    row = work(ask_design(as_web(ada), workflow, wish="Vorher eine Freigabe durch den Vorgesetzten"))
    proposal = Proposal.objects.get()
    assert (row.state, proposal.engine) == ("ready", "rules")
    steps = apply(WORKFLOW, proposal.base, proposal.operations).document["steps"]
    assert steps[0]["approvers"] == [{"field": "requester.manager"}]


def test_without_a_model_other_wishes_say_what_is_missing(as_web, ada, workflow):
    row = work(ask_design(as_web(ada), workflow, wish="Mach es schöner"))
    assert row.state == "failed"
    assert "language model" in row.error


def test_fields_in_quotes(db):
    changes = operations_for("form", {"fields": []}, "Ein Feld „Kostenstelle“ und ein Feld „Datum der Lieferung“")
    assert [(one["field"]["key"], one["field"]["kind"]) for one in changes] == [
        ("kostenstelle", "text"),
        ("datum_der_lieferung", "date"),
    ]


BULLETS = (
    "Wir brauchen:",
    "- Gerät: Laptop, Tablet oder Telefon",
    "- Systeme (mehrere: SAP, VPN)",
    "- Seriennummer wenn Gerät ist Laptop",
)
LISTED = "Anzahl, Größe (S, M, L), Betrag (Pflicht) und Begründung, wenn Betrag über 1.000"


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (LISTED, ["anzahl:number", "groesse:choice", "betrag:money!", "begruendung:long_text?"]),
        (
            "The form asks for the delivery date, a cost centre (required) and an attachment.",
            ["delivery_date:date", "cost_centre:text!", "attachment:file"],
        ),
        (
            "\n".join(BULLETS),
            ["geraet:choice", "systeme:multi_choice", "seriennummer:text?"],
        ),
        ("Notebook (ja/nein), Alt, Startdatum*", ["notebook:yes_no", "startdatum:date!"]),  # „Alt“ is there already
        ("Bitte prüfen, ob das so geht, weil wir das nicht wissen, und dann melden", []),
        ("Mach es schöner", []),
        ("The fields are ugly", []),
    ],
)
def test_a_form_in_plain_words(db, wish, fields):
    changes = operations_for("form", {"fields": [{"key": "alt", "kind": "text", "label": "Alt"}]}, wish)
    found = [one["field"] for one in changes]
    assert fields == [
        f"{one['key']}:{one['kind']}{'!' if one.get('required') else ''}{'?' if one.get('show_when') else ''}"
        for one in found
    ]


def test_a_described_form_becomes_a_draft_field_by_field(client, as_web, lea, it, workflow):
    """From the builder without a model: the list of fields in words, some accepted, the draft without errors."""
    kind = RequestType.objects.create(key="order", name_de="Bestellung", name_en="Order", department=it)
    client.force_login(lea)
    builder = client.get("/forms/order/edit").content.decode()
    assert 'name="form" value="order"' in builder and 'action="/workflows/describe"' in builder
    asking = client.get("/workflows/describe", {"form": "order", "wish": LISTED}).content.decode()
    assert '<option value="form:order" selected' in asking and LISTED in asking
    row = work(ask_design(as_web(lea), kind, wish=LISTED))
    proposal = Proposal.objects.get()
    assert (row.state, proposal.engine) == ("ready", "rules")
    url = f"/workflows/proposals/{proposal.key}"
    page = client.get(url).content.decode()
    assert "New field “Größe”: One of several; S, M, L" in page
    assert "Long text; if Betrag is greater than 1000" in page and 'href="/forms/order/edit"' in page
    client.post(url, {"change": ["0", "2", "3"]})
    schema = FormVersionDraft.objects.get(request_type=kind).schema
    assert [field["key"] for field in schema["fields"]] == ["anzahl", "betrag", "begruendung"]
    assert not check(schema)
    assert client.post(f"{url}/dismissal").url == "/forms/order/edit"
    AssistSettings.objects.update_or_create(pk=1, defaults={"enabled": False})
    assert "/workflows/describe" not in client.get("/forms/order/edit").content.decode()


def test_what_is_there_is_removed_or_required_by_its_name(db):
    document = {
        "fields": [{"key": "a", "kind": "text", "label": "Grund"}, {"key": "b", "kind": "text", "label": "Alt"}]
    }
    assert operations_for("form", document, "Das Feld „Grund“ ist Pflicht, und entferne das Feld „Alt“.") == [
        {"op": "remove_field", "key": "b"},
        {"op": "change_field", "values": {"required": True}, "key": "a"},
    ]


def test_who_may_ask(as_web, alan, hanna, workflow):
    for person in (alan, hanna):
        with pytest.raises(Forbidden):
            ask_design(as_web(person), workflow, wish="x")
    assert not Suggestion.objects.exists()


def test_an_empty_wish_is_refused(as_web, ada, workflow):
    with pytest.raises(Invalid):
        ask_design(as_web(ada), workflow, wish="  ")


def test_the_page_asks_waits_and_leads_to_the_proposal(client, ada, workflow, model):
    client.force_login(ada)
    page = client.get(reverse("ai:describe") + "?workflow=test")
    assert page.status_code == 200
    answer = client.post(reverse("ai:describe"), {"target": "workflow:test", "wish": "Erst freigeben"})
    row = Suggestion.objects.get()
    assert answer.url == reverse("ai:design", args=[row.key])
    assert b"hx-get" in client.get(answer.url).content
    work(row)
    assert client.get(answer.url).url == reverse("workflows:proposal", args=[Proposal.objects.get().key])


def test_a_new_workflow_from_a_description(client, ada, model):
    client.force_login(ada)
    assert client.post(reverse("ai:describe"), {"target": "new", "wish": "x"}).status_code == 422
    client.post(reverse("ai:describe"), {"target": "new", "name": "Bücher kaufen", "wish": "Erst freigeben"})
    assert Workflow.objects.get().key == "buecher_kaufen"
    assert work(Suggestion.objects.get()).state == "ready"


def test_a_form_from_a_description(client, lea, it, model):
    RequestType.objects.create(key="laptop", name_de="Laptop", name_en="Laptop", department=it)
    model.says = {"operations": [{"op": "add_field", "field": {"key": "model", "kind": "text", "label": "Model"}}]}
    client.force_login(lea)
    client.post(reverse("ai:describe"), {"target": "form:laptop", "wish": "Ein Feld für das Modell"})
    row = work(Suggestion.objects.get(feature="form"))
    assert row.state == "ready"
    assert Proposal.objects.get().request_type.key == "laptop"


def test_nobody_else_and_nothing_with_the_assistant_off(client, alan, ada, as_web, workflow):
    row = ask_design(as_web(ada), workflow, wish="x")
    client.force_login(alan)
    assert client.get(reverse("ai:describe")).status_code == 403
    assert client.get(reverse("ai:design", args=[row.key])).status_code == 404
    client.force_login(ada)
    assert b"workflows/describe" in client.get(reverse("workflows:list")).content
    AssistSettings.objects.update_or_create(pk=1, defaults={"enabled": False})
    assert client.get(reverse("ai:describe")).status_code == 404
    assert b"workflows/describe" not in client.get(reverse("workflows:list")).content
