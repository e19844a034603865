"""The form builder as its pages send it: every edit is an operation, and nothing that was typed is lost."""

import json

import pytest
from django.test import Client
from django.utils import translation

from desk.commands import publish_form
from desk.commands.views import save_view
from desk.formschema.changes import compare
from desk.models import FormVersionDraft, RequestType, TicketTemplate
from tests.api.conftest import problem
from tests.factories import make_person, make_ticket
from tests.workflows.api.conftest import work  # noqa: F401 - a fixture
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.form_editing import edit_form, undo_form_edit
from workflows.commands.rules import save_rule
from workflows.forms.form_fields import FieldForm

FORM = {
    "pages": [
        {
            "key": "what",
            "title": {"de": "Was", "en": "What"},
            "fields": [
                {
                    "key": "item",
                    "kind": "choice",
                    "label": {"de": "Gegenstand", "en": "Item"},
                    "required": True,
                    "choices": [{"value": "laptop", "label": {"de": "Laptop", "en": "Laptop"}}, "other"],
                },
                {"key": "amount", "kind": "money", "label": {"en": "Amount"}},
            ],
        },
        {
            "key": "why",
            "title": {"de": "Warum", "en": "Why"},
            "fields": [{"key": "reason", "kind": "long_text", "label": {"de": "Grund", "en": "Reason"}}],
        },
    ]
}
ROWS = {"when-mode": "rows", "when-rule": "all", "when-single": "1"}


@pytest.fixture
def purchase(it, ada, as_web):
    row = RequestType.objects.create(key="buy", name_de="Einkauf", name_en="Purchase", department=it)
    publish_form(as_web(ada), row, schema=FORM, note="first")
    return RequestType.objects.get(pk=row.pk)


class Builder:
    """The page of one form, as a person uses it."""

    def __init__(self, person, key="buy"):
        self.client, self.key = Client(), key
        self.client.force_login(person)

    def get(self, query="", part="edit"):
        return self.client.get(f"/forms/{self.key}/{part}{query}")

    def send(self, query="", *, rev=None, part="edit", status=302, **values):
        values = {name.replace("__", "-"): value for name, value in values.items()}
        answer = self.client.post(
            f"/forms/{self.key}/{part}{query}", {"rev": self.rev if rev is None else rev, **values}
        )
        assert answer.status_code == status, answer.content.decode()
        return answer

    @property
    def draft(self):
        return FormVersionDraft.objects.filter(request_type__key=self.key).first()

    @property
    def rev(self):
        return self.draft.rev if self.draft else 0

    def field(self, key):
        return next(spec for page in self.draft.schema["pages"] for spec in page["fields"] if spec["key"] == key)

    def inspector(self, key, **changed):
        """What a browser would send of the field's form, with some of it typed anew."""
        contexts = self.get(f"?field={key}").context
        form = next(one["form"] for one in contexts if isinstance(one.get("form"), FieldForm))
        sent = {}
        for name in form.fields:
            value = form.initial.get(name)
            if value is True or (value not in (None, "", False)):
                sent[name] = "on" if value is True else value
        return {**sent, **{name: text for name, text in changed.items() if text is not None}}


@pytest.fixture
def builder(purchase, lea):
    return Builder(lea)


def test_a_field_is_added_changed_moved_copied_and_taken_back(builder):
    builder.send("?after=item", act="add", label="Größe in cm", kind="number", after="item")
    assert builder.field("groesse_in_cm") == {"key": "groesse_in_cm", "kind": "number", "label": {"en": "Größe in cm"}}
    typed = builder.inspector("groesse_in_cm", label_de="Größe", min="1,5", max="200", required="on")
    with translation.override("de"):
        builder.client.cookies["flowtic_language"] = "de"
    builder.send("?field=groesse_in_cm", act="save", **{**typed, "min": "1.5"}, **ROWS)
    assert builder.field("groesse_in_cm") | {"min": 1.5, "max": 200, "required": True} == builder.field("groesse_in_cm")
    assert builder.field("groesse_in_cm")["label"] == {"de": "Größe", "en": "Größe in cm"}
    builder.send(act="down:groesse_in_cm")
    builder.send(act="down:groesse_in_cm")  # over the edge of the page
    assert [spec["key"] for spec in builder.draft.schema["pages"][1]["fields"]] == ["groesse_in_cm", "reason"]
    builder.send(act="copy:item")
    assert builder.field("item_2")["choices"] == builder.field("item")["choices"]
    steps = 0
    while builder.draft.steps["undo"]:
        builder.send(part="undo")
        steps += 1
    assert steps == 5 and builder.draft.schema == FORM
    builder.send(part="redo")
    assert builder.field("groesse_in_cm")["kind"] == "number"


def test_a_condition_and_the_preview_that_acts_on_it(builder):
    condition = {**ROWS, "when-row": "0", "when-0-field": "item", "when-0-op": "is", "when-0-value": "laptop"}
    builder.send("?field=amount", act="save", **builder.inspector("amount"), **condition)
    assert builder.field("amount")["show_when"] == {"field": "item", "op": "is", "value": "laptop"}
    page = builder.get("?field=amount&lang=de").content.decode()
    assert "Item is Laptop" in page and "field_amount" not in page
    shown = builder.client.post("/forms/buy/preview?page=what&lang=de", {"field_item": "laptop", "shown": "item"})
    assert "Amount" in shown.content.decode() and "Gegenstand" in shown.content.decode()
    assert 'name="field_amount"' in builder.get("?field=amount&sample=1").content.decode()
    # What a row lacks stands at the row, and everything typed is still there.
    typed = {**condition, "when-0-value": "", "label_de": "Betrag bis heute"}
    page = builder.send("?field=amount", act="save", status=422, **{**builder.inspector("amount"), **typed})
    assert b"Give a value" in page.content and b"Betrag bis heute" in page.content
    assert builder.field("amount")["label"] == {"en": "Amount"}


def test_what_does_not_fit_is_refused_beside_its_control(builder):
    for changed, said in (
        ({"min": "ten"}, "Give a number."),
        ({"min": "9", "max": "3"}, "The largest value is smaller"),
        ({"currencies": "euro"}, "Give currencies by their three letters"),
    ):
        page = builder.send(
            "?field=amount", act="save", status=422, **{**builder.inspector("amount"), **changed}, **ROWS
        )
        assert (
            said in page.content.decode()
            and f'value="{changed[next(iter(changed))]}"'.upper() in page.content.decode().upper()
        )
    rows = {"choice_value": ["a", "a", ""], "choice_de": ["", "", ""], "choice_en": ["One", "Two", ""]}
    page = builder.send("?field=item", act="save", status=422, **builder.inspector("item"), **rows)
    assert b"This choice is there twice." in page.content and b'value="Two"' in page.content
    assert builder.draft is None


def test_who_changed_it_meanwhile_is_named_and_nothing_typed_is_lost(builder, ada, as_web, purchase):
    builder.send(act="copy:item")
    seen, typed = builder.rev, builder.inspector("amount", label_de="Kosten")
    edit_form(as_web(ada), purchase, operations=[{"op": "remove_field", "key": "reason"}])
    page = builder.send("?field=amount", rev=seen, act="save", status=409, **typed, **ROWS).content.decode()
    assert ada.name in page and 'value="Kosten"' in page
    builder.send("?field=amount", act="save", **typed, **ROWS)
    assert builder.field("amount")["label"] == {"de": "Kosten", "en": "Amount"}
    # Past the builder changed, there is nothing to take back any more.
    undo_form_edit(as_web(ada), purchase)
    FormVersionDraft.objects.update(rev=99)
    builder.send(part="undo", status=409)


def test_kinds_keep_what_both_know_and_choices_are_rows(builder):
    rows = {"choice_value": ["", "b"], "choice_de": ["Äpfel", ""], "choice_en": ["", "Bread"]}
    builder.send("?field=item", act="choice-up:1", **builder.inspector("item"), **rows)
    assert builder.field("item")["choices"] == [
        {"value": "b", "label": {"en": "Bread"}},
        {"value": "aepfel", "label": {"de": "Äpfel"}},
    ]
    builder.send("?field=item", act="save", **builder.inspector("item", kind="multi_choice", label_de="Dinge"), **ROWS)
    item = builder.field("item")
    assert (
        item["kind"] == "multi_choice"
        and len(item["choices"]) == 2
        and item["required"]
        and item["label"]["de"] == "Dinge"
    )
    builder.send("?field=item", act="save", **builder.inspector("item", kind="text"), **ROWS)
    assert "choices" not in builder.field("item")


def test_pages(builder, it):
    builder.send(act="page-add")
    builder.send("?page=page", act="texts", de="Mehr", en="More")
    builder.send(act="page-up:page")
    assert [page["key"] for page in builder.draft.schema["pages"]] == ["what", "page", "why"]
    assert builder.draft.schema["pages"][1]["title"] == {"de": "Mehr", "en": "More"}
    builder.send(act="page-remove:page")
    builder.send(act="texts", de="", en="New {{ item }}")
    assert builder.draft.schema["subject"] == {"en": "New {{ item }}"}
    RequestType.objects.create(key="flat", name_de="Flach", name_en="Flat", department=it,
                               schema={"fields": [{"key": "x", "label_de": "X", "label_en": "X"}]})  # fmt: skip
    flat = Builder(make_lead(it), "flat")
    flat.send(act="page-add")
    assert [len(page["fields"]) for page in flat.draft.schema["pages"]] == [1, 0]
    flat.send(part="undo")
    assert "pages" not in flat.draft.schema


def make_lead(it):
    return make_person("Lena Lead", "agent", leads=(it,))


def test_where_it_is_used_before_it_goes(builder, purchase, ada, as_web, rita, alan, it):
    flow = make_workflow(document(task("look", name="See {{ amount }}")), "buying")
    about = {
        "all": [
            {"field": "ticket.request_type", "op": "is", "value": "buy"},
            {"field": "amount", "op": "gt", "value": 5},
        ]
    }
    save_rule(as_web(ada), None, name="Dear things", condition=about, workflow=flow, position=1, active=True)
    save_view(as_web(alan), None, name_de="Teuer", name_en="Dear", query="field.amount__gte=500")
    TicketTemplate.objects.create(key="t", name_de="V", name_en="T", request_type=purchase, fields={"amount": 1})
    ticket = make_ticket(rita, it)
    ticket.request_type, ticket.fields = purchase, {"amount": {"amount": "5", "currency": "EUR"}}
    ticket.save()
    condition = {**ROWS, "when-row": "0", "when-0-field": "amount", "when-0-op": "not_empty"}
    builder.send("?field=reason", act="save", **builder.inspector("reason"), **condition)
    page = builder.get("?field=amount&removal=1")
    uses = page.context["uses"]
    said = {(one.kind, one.name, one.breaks) for one in uses.places}
    assert ("This form", "Reason", True) in said and ("Rule", "Dear things", True) in said
    assert ("Ticket template", "T", False) in said and ("View", "1 of another person", True) in said
    assert uses.tickets == 1 and "1 ticket has an answer to it." in page.content.decode()
    assert b"Delete field" in page.content and builder.field("amount")
    builder.send("?field=amount", act="remove:amount")
    assert "amount" not in json.dumps(builder.draft.schema["pages"][0])
    problems = builder.get().context["editor"].problems
    assert [(one.field, one.message) for one in problems] == [("reason", "There is no field “amount” here.")]
    assert builder.get("", part="fields/item/uses").content.count(b"Nothing reads this field.") == 1


def test_changes_in_words_publishing_and_going_back(builder, purchase, ada):
    builder.send("?field=amount", act="save", **builder.inspector("amount", label_de="Betrag", required="on"), **ROWS)
    builder.send(act="add", label="Colour", kind="text", after="item")
    builder.send(act="remove:reason")
    builder.send(act="down:amount")
    changes = compare(FORM, builder.draft.schema)
    assert [(one.kind, one.what) for one in changes] == [
        ("removed", "Reason"),
        ("added", "Colour"),
        ("changed", "Amount"),
        ("moved", "Amount"),
    ]
    assert [(one.name, one.before, one.after) for one in changes[2].details] == [
        ("Label (German)", "", "Betrag"),
        ("Required", "no", "yes"),
    ]
    page = builder.get(part="publication").content.decode()
    assert "Compared with version 1" in page and "1 text is missing" in page and "Admins publish this form" in page
    assert builder.client.post("/forms/buy/publication", {"note": "x", "rev": builder.rev}).status_code == 403
    admin = Builder(ada)
    admin.send(part="publication", note="", status=422)
    admin.send(part="publication", note="Clearer")
    live = RequestType.objects.get(key="buy")
    assert live.live_version.number == 2 and live.live_version.note == "Clearer"
    assert "Colour" in builder.get("?from=1&to=2", part="versions").content.decode()
    builder.send(part="versions/1/restoration")
    assert builder.draft.schema == FORM
    builder.send(part="draft/removal")
    assert builder.draft.schema is None


def test_only_its_editors_and_nothing_breaks_on_any_input(builder, rita, alan, ada, it):
    assert Builder(alan).get().status_code == 403
    assert Builder(rita).get().status_code in (302, 403, 404)
    lead = make_lead(it)
    assert Builder(lead, "nope").get().status_code == 404
    for act in ("up:nothing", "drop:item", "page-up:x", "page-remove:what:x", ""):
        builder.send(act=act, status=422)
    assert builder.get("?field=nothing&lang=xx&width=1&page=%00").status_code == 200
    listed = Builder(lead).client.get("/settings/forms").content.decode()
    assert "Purchase" in listed and "German text missing" in listed and "New request type" not in listed
    admin = Builder(ada).client
    sent = {"key": "badge", "name_de": "Ausweis", "name_en": "Badge", "department": it.pk, "icon": "key"}
    assert admin.post("/settings/forms/new", {**sent, "key": "Not a key"}).status_code == 422
    assert admin.post("/settings/forms/new", sent).headers["Location"] == "/forms/badge/edit"
    assert not RequestType.objects.get(key="badge").active
    empty = Builder(ada, "badge")
    assert "What is it about?" in empty.get().content.decode()
    empty.send(act="common:summary")
    assert empty.draft.schema["fields"][0]["maps_to"] == "subject"
    sent |= {"active": "on", "position": 3}
    assert admin.post("/settings/forms/badge", sent).status_code == 302
    assert RequestType.objects.get(key="badge").active


def test_proposals_over_rest_wait_for_an_editor(builder, purchase, lea, alan, work):  # noqa: F811
    fitting = {"op": "change_field", "key": "amount", "values": {"required": True}}
    sent = {"operations": [fitting, {"op": "add_field", "field": {}}], "wish": "clearer"}
    made = work(lea).post("/request-types/buy/proposals", sent)
    assert made.status_code == 201 and made.json()["kind"] == "form"
    assert len(made.json()["operations"]) == 1 and made.json()["refused"]
    assert builder.draft is None
    assert work(lea).post(f"/proposals/{made.json()['key']}/accept", {"chosen": [0]}).json()["state"] == "done"
    assert builder.field("amount")["required"] is True
    problem(work(alan).post("/request-types/buy/proposals", sent), 403)
    problem(work(lea).post("/request-types/none/proposals", sent), 404)
