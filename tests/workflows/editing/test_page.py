"""The editor's page: what a press of a button becomes, who may, and that nothing typed is lost."""

import json

import pytest
from django.urls import reverse

from tests.workflows.factories import document, make_workflow, task
from workflows.commands.editing import apply_operations, hold_draft
from workflows.definition.difference import compare
from workflows.definition.validation import validate
from workflows.models import Workflow
from workflows.queries.evidence import evidence

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def workflow(it):
    return make_workflow(document(task("work", "check"), task("check")), department=it)


@pytest.fixture
def press(client, ada, workflow):
    """Presses a button as Ada; returns the answer."""
    client.force_login(ada)
    url = reverse("workflows:edit", args=["test"])

    def pressed(do, step="work", plain=False, **more):
        values = {"do": do, "step": step, "rev": draft().draft_rev, **more}
        return client.post(url, values, **({} if plain else HTMX))

    return pressed


def draft():
    return Workflow.objects.get(key="test")


def steps():
    return {step["key"]: step for step in draft().draft["steps"]}


def order():
    return [step["key"] for step in draft().draft["steps"]]


def ways(key="work"):
    """The keys that a ticket goes through by main ways."""
    found, all_steps = [], steps()
    key = draft().draft["start"]
    while key and key not in found:
        found.append(key)
        key = all_steps[key].get("next") or all_steps[key].get("approve")
    return found


def test_the_page_works_without_scripts(client, ada, press):
    url = reverse("workflows:edit", args=["test"])
    text = client.get(url).content.decode()
    assert text.count('class="we-i"') == 3
    assert "wf-n sel first" in text
    answer = press(
        "add", plain=True, kind="approval", after="work", **{"name.en": "Approve it", "name.de": "Freigeben"}
    )
    assert answer.status_code == 302
    assert "step=approve_it" in answer["Location"]
    assert ways() == ["work", "approve_it", "check", "end"]
    assert steps()["approve_it"]["reject"] == "rejected"
    text = client.get(answer["Location"]).content.decode()
    assert 'value="Freigeben"' in text
    assert "Draft v2" in text


@pytest.mark.parametrize("kind", ["form", "decision", "split", "notify", "set", "wait", "http", "child", "end"])
def test_every_kind_goes_in_between(press, kind):
    assert press("add", kind=kind, after="work").status_code == 200
    cut = [one for one in validate(draft().draft) if one.is_error and one.message.startswith("No way leads to")]
    assert bool(cut) == (kind == "end")
    assert steps()["work"]["next"] != "check"


def test_moving_changes_the_way_of_a_ticket(press):
    press("add", kind="wait", after="check", **{"name.en": "Rest"})
    press("up", step="rest")
    assert ways() == ["work", "rest", "check", "end"]
    press("down", step="work")
    assert ways() == ["rest", "work", "check", "end"]
    press("place", step="rest", to="check")
    assert ways() == ["work", "check", "rest", "end"]
    assert order() == ["work", "check", "rest", "end"]
    assert press("down", step="rest").status_code == 422
    press("undo")
    assert ways() == ["rest", "work", "check", "end"]


def test_copies_branches_and_removal(press, ada, as_web):
    other = make_workflow(document(task("work")), "other")
    press("copy")
    assert ways() == ["work", "work_2", "check", "end"]
    press("copy_to", workflow="other")
    assert [step["key"] for step in Workflow.objects.get(pk=other.pk).draft["steps"]] == ["work", "end", "work_2"]
    press("add", kind="decision", after="check", **{"name.en": "Dear"})
    press("branch", step="dear")
    assert len(steps()["dear"]["branches"]) == 2
    press("unbranch", step="dear", at="1")
    press("remove", step="check")
    assert ways()[:3] == ["work", "work_2", "dear"]
    press("add", kind="split", after="work", **{"name.en": "Both"})
    assert not [one for one in validate(draft().draft) if one.is_error]


def test_another_kind_keeps_who_and_what(press):
    press("save", **{"owner.strategy": "field", "owner.field": "requester.manager", "next": "check"})
    press("kind", kind="approval")
    assert steps()["work"]["approvers"] == [{"field": "requester.manager"}]
    press("kind", kind="form")
    assert steps()["work"]["owner"] == {"strategy": "field", "field": "requester.manager"}
    assert ways() == ["work", "check", "end"]


def test_a_form_saves_what_was_typed_in_plain_words(press):
    answer = press("save", **{
        "name.de": "Prüfen", "name.en": "Look", "owner.strategy": "role", "owner.role": "support", "next": "check",
        "due.within": "1 Tag 4 h", "form.count": "1", "form.0.label.de": "Größe", "form.0.label.en": "Size",
        "form.0.kind": "choice", "form.0.choices": "S\nM", "form.0.required": "on",
    })  # fmt: skip
    assert answer.status_code == 200
    assert "Done by: the support team." in answer.content.decode()
    step = steps()["work"]
    assert step["owner"] == {"strategy": "role", "role": "support"}
    assert step["due"] == {"within": "P1DT4H"}
    field = step["form"]["fields"][0]
    assert (field["key"], field["kind"], field["choices"], field["required"]) == ("size", "choice", ["S", "M"], True)
    assert not [one for one in validate(draft().draft) if one.is_error]


def test_broken_input_stays_in_the_form(press, client):
    answer = press("save", **{"name.en": "Look", "owner.strategy": "pull", "due.within": "soonish", "next": "check"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="soonish"' in text and 'value="Look"' in text
    assert draft().draft is None
    wrong = press("json", json="{broken")
    assert wrong.status_code == 422 and "{broken" in wrong.content.decode()
    half = press("save", **{"name.en": "Work", "owner.strategy": "pull", "next": "check", "form.count": "1",
                            "form.0.label.de": "", "form.0.label.en": "", "form.0.kind": "date"})  # fmt: skip
    assert 'name="form.0.kind"' in half.content.decode()


def test_a_conflict_keeps_what_was_typed_and_says_who(press, as_web, lea):
    rev = draft().draft_rev
    apply_operations(as_web(lea), draft(), operations=[{"op": "set_start", "key": "check"}])
    from workflows.models import Editing

    Editing.objects.update(editor=None)
    answer = press("save", **{"rev": rev, "name.en": "Mine", "owner.strategy": "pull", "next": "check"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Lea" in text and 'value="Mine"' in text
    assert "Keep mine" in text
    assert (
        press("save", **{"rev": rev + 1, "name.en": "Mine", "owner.strategy": "pull", "next": "check"}).status_code
        == 200
    )
    assert steps()["work"]["name"]["en"] == "Mine"


def test_others_read_along_and_may_take_over(client, ada, lea, as_web, workflow):
    hold_draft(as_web(lea), workflow)
    client.force_login(ada)
    url, presence = reverse("workflows:edit", args=["test"]), reverse("workflows:edit_presence", args=["test"])
    text = client.get(url).content.decode()
    assert "data-read-only" in text and "Take over" in text and 'id="wf-add"' not in text
    assert client.post(presence, HTTP_X_REQUESTED_WITH="fetch").status_code == 409
    assert client.post(url, {"do": "remove", "step": "work"}, **HTMX).status_code == 409
    assert client.post(presence, {"take": "1"}).status_code == 302
    assert "data-read-only" not in client.get(url).content.decode()
    client.post(presence, {"leave": "1"})
    assert hold_draft(as_web(lea), workflow).editor == lea


def test_who_may(client, lea, alan, rita, workflow, hr):
    foreign = make_workflow(document(task("work")), "foreign", department=hr)
    client.force_login(lea)
    assert client.get(reverse("workflows:edit", args=["test"])).status_code == 200
    assert client.get(reverse("workflows:edit", args=[foreign.key])).status_code == 403
    client.force_login(lea)
    assert client.post(
        reverse("workflows:edit", args=["test"]), {"do": "copy_to", "step": "work", "workflow": "foreign"}, **HTMX
    ).status_code == 403  # fmt: skip
    for person in (alan, rita):
        client.force_login(person)
        for name in ("edit", "publish"):
            assert client.get(reverse(f"workflows:{name}", args=["test"])).status_code in (403, 404)
        assert client.post(reverse("workflows:edit_presence", args=["test"])).status_code in (403, 404)
    client.force_login(alan)
    assert client.get(reverse("workflows:versions", args=["test"])).status_code == 200
    assert client.get(reverse("workflows:versions", args=["test"]) + "?from=1&to=0").status_code == 403


def test_publishing_shows_the_difference_and_wants_a_note(press, client):
    press(
        "save",
        **{
            "name.en": "Look closely",
            "name.de": "",
            "owner.strategy": "role",
            "owner.role": "support",
            "next": "check",
        },
    )
    press("remove", step="check")
    url = reverse("workflows:publish", args=["test"])
    text = client.get(url).content.decode()
    assert "wf-n chg" in text and "wf-n gone" in text
    assert "<del>whoever takes it from the queue" in text
    values = {"rev": draft().draft_rev, "running": "stay", "page": "1"}
    assert client.post(url, {**values, "note": ""}).status_code == 422
    assert client.post(url, {**values, "note": "Shorter", "seen": "on"}).status_code == 302
    page = client.get(reverse("workflows:versions", args=["test"]) + "?from=1&to=2").content.decode()
    assert "Shorter" in page and "+0 ~1 −1" in page
    back = client.post(reverse("workflows:restore", args=["test", 1]))
    assert back.status_code == 302
    assert order() == ["work", "check", "end"]


def test_the_difference_in_words():
    before = document(task("a", "b"), task("b", "c"), task("c"))
    after = document(task("a", "c", due={"within": "P2D"}), task("c", "b"), task("b"))
    found = {one.key: one for one in compare(before, after).differences}
    assert [(detail.name, detail.before, detail.after) for detail in found["a"].details] == [
        ("Goes on with", "B", "C"), ("Deadline", "", "within 2 days of working time"),
    ]  # fmt: skip
    outcomes = [{"key": "fine", "label": {"en": "Fine"}, "next": "b"}, {"key": "bad", "label": {"en": "Bad"}}]
    pages = [{"key": "p", "title": {"en": "Who"}, "fields": [{"key": "x", "kind": "text", "label": {"en": "X"}}]}]
    more = document(task("a", "b", outcomes=outcomes, form={"pages": pages}), task("b", "c"), task("c"))
    found = {one.key: one for one in compare(before, more).differences}
    assert {"Fine → B; Bad", "Who: X"} <= {one.after for one in found["a"].details}
    moved = compare(document(task("a"), task("b"), task("c")), document(task("c"), task("a"), task("b")))
    assert [(one.mark, one.key) for one in moved.differences if one.key] == [("moved", "c")]


def test_evidence_counts_where_past_requests_would_go(press, it, rita, as_web, ada):
    from tests.factories import make_ticket
    from tests.workflows.factories import MACHINE
    from workflows.commands.starting import start_workflow
    from workflows.definition.format import parse

    for subject in ("one", "two", "three"):
        start_workflow(MACHINE, make_ticket(rita, it, subject=subject), workflow=draft())
    branch = {"when": {"field": "ticket.subject", "op": "is", "value": "two"}, "next": "end", "label": "yes"}
    step = {"key": "if", "kind": "decision", "branches": [branch], "otherwise": "end"}
    said = evidence(as_web(ada), draft(), parse({"schema": 1, "steps": [step]}).steps["if"])
    assert said == "Of the last 3 requests: 1 → yes, 2 → otherwise."


def test_formula_help_names_what_is_known_at_the_step(client, ada, press):
    field = {"key": "size", "kind": "text", "label": "Size"}
    raw = {**task("check"), "name": "Check", "form": {"fields": [field]}}
    press("json", step="check", json=json.dumps(raw))
    url = reverse("workflows:edit_formula", args=["test"])
    later, now = ({one["text"] for one in client.get(f"{url}?step={step}").json()["words"]} for step in ("end", "work"))
    assert {"size", "steps.check.outcome", "ticket.subject", "size()", ".contains()"} <= later
    assert not {"size", "steps.check.outcome"} & now
    assert client.post(url, {"text": "size == 'L'"}).json() == {"error": ""}
    assert client.post(url, {"text": "colour == 1"}).json()["error"]
    assert client.post(url, {"text": '{"field": '}).json()["error"].startswith("This is no valid JSON")


def test_a_form_of_several_pages(press):
    one = {"key": "a", "kind": "text", "label": {"en": "A"}}
    raw = {**task("check"), "name": "Check", "form": {"fields": [one]}}
    press("json", step="check", json=json.dumps(raw))
    base = {"name.en": "Check", "owner.strategy": "pull", "next": "end"}
    press("save", step="check", **base, more="_page", **{
        "form.count": "1", "form.0.label.en": "A", "form.0.kind": "text"})  # fmt: skip
    assert [(page["key"], len(page["fields"])) for page in steps()["check"]["form"]["pages"]] == [
        ("page_1", 1), ("page_2", 0),
    ]  # fmt: skip
    first = {"_page.0.title.en": "Who", "_page.0.fields.count": "1", "_page.0.fields.0.label.en": "A",
             "_page.0.fields.0.kind": "text"}  # fmt: skip
    second = {"_page.1.title.en": "What", "_page.1.fields.count": "1", "_page.1.fields.0.label.en": "B",
              "_page.1.fields.0.kind": "date"}  # fmt: skip
    press("save", step="check", **base, **first, **second)
    pages = steps()["check"]["form"]["pages"]
    assert [(page["title"]["en"], [field["key"] for field in page["fields"]]) for page in pages] == [
        ("Who", ["a"]), ("What", ["b"]),
    ]  # fmt: skip
    second |= {"_page.1.fields.count": "2", "_page.1.fields.1.label.en": "C", "_page.1.fields.1.kind": "text"}
    press("save", step="check", **base, **first, **second, lift="_page.1.fields.1")
    assert [field["key"] for field in steps()["check"]["form"]["pages"][1]["fields"]] == ["c", "b"]
    text = press("save", step="check", **base, **first, **{
        "_page.1.title.en": "What", "_page.1.fields.count": "2", "_page.1.fields.0.label.en": "C",
        "_page.1.fields.0.kind": "text", "_page.1.fields.0._page": "0", "_page.1.fields.1.label.en": "B",
        "_page.1.fields.1.kind": "date"}).content.decode()  # fmt: skip
    assert [[field["key"] for field in page["fields"]] for page in steps()["check"]["form"]["pages"]] == [
        ["a", "c"], ["b"],
    ]  # fmt: skip
    assert "Title of page 2" in text and "Fields on page 2" in text
    press("save", step="check", **base, drop="_page.0", **{
        "_page.0.fields.count": "0", "_page.1.title.en": "What", "_page.1.fields.count": "1",
        "_page.1.fields.0.label.en": "B", "_page.1.fields.0.kind": "date"})  # fmt: skip
    assert [page["title"] for page in steps()["check"]["form"]["pages"]] == [{"en": "What"}]
    assert not [one for one in validate(draft().draft) if one.is_error]


def test_who_else_is_here(client, ada, lea, workflow):
    presence = reverse("workflows:edit_presence", args=["test"])
    for person, status in ((lea, 200), (ada, 409)):
        client.force_login(person)
        answer = client.post(presence, {"step": "check"}, HTTP_X_REQUESTED_WITH="fetch")
        assert answer.status_code == status
    assert f"{lea.name} is editing, you are reading: Check" in answer.content.decode()
    client.force_login(lea)
    assert f"{ada.name} is reading: Check" in client.get(reverse("workflows:edit", args=["test"])).content.decode()


def test_the_test_in_the_editor_uses_the_draft_as_it_is(client, ada, press):
    press("save", **{"name.en": "Look closely", "owner.strategy": "pull", "next": "check"})
    url = reverse("workflows:try", args=["test"])
    assert 'value="made"' in client.get(f"{url}?dock=1", **HTMX).content.decode()
    text = client.post(url, {"act": "begin", "data": "made", "go": "next", "dock": "1"}, **HTMX).content.decode()
    assert 'data-step="work" data-state="done"' in text and 'data-step="check" data-state="cur"' in text
    assert 'data-way="work check"' in text and "<html" not in text
    from workflows.models import TestRun

    run = TestRun.objects.get()
    press("remove", step="check")
    act = reverse("workflows:try_act", args=["test", run.key, "end"]).removesuffix("end")
    assert "The draft has changed" in client.post(f"{act}back", {"dock": "1"}, **HTMX).content.decode()
    text = client.post(f"{act}renew", {"dock": "1"}, **HTMX).content.decode()
    assert "The draft has changed" not in text
    text = client.post(f"{act}end", {"dock": "1"}, **HTMX).content.decode()
    assert "The workflow has ended" in text and 'data-step="check"' not in text
    assert client.post(url, {"act": "begin", "ticket": "FT-1", "dock": "1"}, **HTMX).status_code == 422


def test_every_approver_has_fields_of_their_own(press):
    """They are written in the inspector; those of others stay, also when somebody in front of them goes."""
    press("add", kind="approval", after="work", **{"name.en": "Check"})
    key = next(name for name, step in steps().items() if step["kind"] == "approval")
    two = {"approvers.count": "2", "approvers.0.who": "field:requester.manager", "approvers.1.who": "role:admin"}
    press("save", step=key, **two)
    asked = {"_asks.1.form.count": "1", "_asks.1.form.0.label.en": "Budget", "_asks.1.form.0.kind": "text"}
    page = press("save", step=key, **two, **asked).content.decode()
    first, second = steps()[key]["approvers"]
    assert "form" not in first and second["form"]["fields"][0]["label"] == {"en": "Budget"}
    assert "_asks" not in steps()[key]
    assert "Fields that approver 2 fills in" in page and 'name="_asks.1.form.0.label.en" ' in page
    press("save", step=key, **two, **asked, drop="approvers.0")
    assert steps()[key]["approvers"] == [second]
    one = {"approvers.count": "1", "approvers.0.who": "role:admin", "_asks.0.form.count": "1"}
    press("save", step=key, **one, drop="_asks.0.form.0")
    assert steps()[key]["approvers"] == [{"role": "admin"}]
