"""Definitions over REST: make, change, draft, check, publish, restore, export, import."""

import json

import pytest
import yaml

from tests.api.conftest import fields_of, problem
from tests.workflows.factories import document, make_run, make_workflow, task
from workflows.models import Workflow

NEW = {"key": "buy", "name_de": "Einkauf", "name_en": "Purchase"}


@pytest.fixture
def workflow(it):
    return make_workflow(document(task()), "buy", department=it)


def test_a_workflow_from_nothing_to_published(work, ada, it):
    client = work(ada)
    made = client.post("/workflows", {**NEW, "department": "it"})
    assert (made.status_code, made["Location"]) == (201, "/api/v1/workflows/buy")
    assert (made.json()["live"], made.json()["has_draft"], made.json()["department"]) == (None, True, "it")
    draft = client.get("/workflows/buy/draft")
    doc = draft.json()["document"]
    doc["steps"][0]["public"] = True
    saved = client.put("/workflows/buy/draft", {"document": doc}, If_Match=draft["ETag"])
    assert (saved.status_code, saved.json()["valid"]) == (200, True)
    problem(client.put("/workflows/buy/draft", doc, If_Match=draft["ETag"]), 412, "stale_version")
    published = client.post("/workflows/buy/publish", {"note": "Erste Fassung"}, If_Match=saved["ETag"])
    assert (published.status_code, published.json()["number"], published.json()["document"]) == (201, 1, doc)
    assert client.get("/workflows/buy").json()["live"] == 1
    (row,) = client.get("/workflows/buy/versions").json()["results"]
    assert (row["note"], row["live"], row["running"]) == ("Erste Fassung", True, 0)
    assert client.get("/workflows/buy/versions/1").json()["document"] == doc
    problem(client.get("/workflows/buy/versions/2"), 404)
    problem(client.post("/workflows/buy/publish", {}), 409)


def test_a_bare_document_is_a_draft_too(work, ada, workflow):
    doc = document(task("check"))
    found = work(ada).put("/workflows/buy/draft", doc).json()
    assert (found["document"], found["exists"], found["based_on"]) == (doc, True, 1)
    assert work(ada).post("/workflows/buy/restore", {"number": 1}).json()["document"] != doc
    assert fields_of(problem(work(ada).post("/workflows/buy/restore", {"number": 9}), 409)) == {"number"}


def test_mistakes_are_named_with_path_and_sentence_in_the_readers_language(work, ada, workflow):
    broken = document(task("check", "nowhere"))
    found = work(ada).post("/workflows/buy/validate", {"document": broken}).json()
    assert not found["valid"]
    assert {one["path"] for one in found["findings"] if one["severity"] == "error"} >= {"steps/0/next"}
    assert work(ada).post("/workflows/buy/validate").json()["valid"], "the draft or what is published"
    saved = work(ada).put("/workflows/buy/draft", broken).json()
    assert not saved["valid"]
    refused = problem(work(ada).post("/workflows/buy/publish", {"note": ""}), 409, "broken_definition")
    assert "steps/0/next" in fields_of(refused)
    assert Workflow.objects.get().live.number == 1


def test_names_and_owner_change_with_if_match(work, ada, workflow):
    client = work(ada)
    before = client.get("/workflows/buy")
    changed = client.patch("/workflows/buy", {"name_en": "Purchasing", "department": None}, If_Match=before["ETag"])
    assert (changed.json()["name_en"], changed.json()["department"]) == ("Purchasing", None)
    problem(client.patch("/workflows/buy", {"active": False}, If_Match=before["ETag"]), 412)
    problem(client.patch("/workflows/buy", {"key": "x"}), 422)
    assert client.patch("/workflows/buy", {"active": False}).json()["active"] is False


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_what_is_exported_is_imported_again(work, ada, workflow, kind):
    client = work(ada)
    file = client.get(f"/workflows/buy/export?format={kind}")
    assert file["Content-Disposition"] == f'attachment; filename="buy.{kind}"'
    text = file.content.decode()
    assert (json.loads(text) if kind == "json" else yaml.safe_load(text)) == workflow.live.document
    made = client.post("/workflows/import", {"key": "copy", "text": text})
    assert (made.status_code, made.json()["valid"], made.json()["name_de"]) == (201, True, "Test")
    assert client.get("/workflows/copy/draft").json()["document"] == workflow.live.document
    assert client.post("/workflows/import", {"key": "copy", "text": text}).status_code == 200
    assert client.get("/workflows/copy/export?format=json").content.decode().startswith("{")
    problem(client.get("/workflows/buy/export?version=7"), 404)
    for query in ("format=pdf", "version=x", "version=0"):
        problem(client.get(f"/workflows/buy/export?{query}"), 400)


def test_bpmn(work, ada, workflow):
    text = work(ada).get("/workflows/buy/export?format=bpmn")
    assert text["Content-Type"].startswith("application/xml")
    assert b"definitions" in text.content


def test_texts_that_are_no_documents(work, ada):
    for text in ("{", "steps: [", "- a\n- b", "just words", "a: &x 1\nb: *x", "[" * 3000, '{"a":' * 3000, "\u0000"):
        answer = work(ada).post("/workflows/import", {"key": "x", "text": text})
        assert answer.status_code in (400, 409), text[:20]
        assert answer.json()["detail"]
    assert not Workflow.objects.exists()


def test_documents_that_are_too_much(work, ada, workflow):
    deep = inner = {}
    for _n in range(60):
        inner["a"] = {}
        inner = inner["a"]
    for path, body in (
        ("/workflows/buy/draft", {"document": deep}),
        ("/workflows/buy/draft", {"document": {"x": "y" * 1_000_001}}),
        ("/workflows/buy/draft", {"document": 5}),
    ):
        assert "document" in fields_of(problem(work(ada).put(path, body), 422))
    problem(work(ada).post("/workflows", {**NEW, "key": "other", "document": deep}), 422)
    problem(work(ada).put("/workflows/buy/draft", [1]), 422)


def test_who_may_what(work, workflow, alan, lea, hanna, rita, sven, ada):
    for person in (alan, lea, hanna, sven):
        assert work(person).get("/workflows").json()["results"][0]["key"] == "buy"
        assert work(person).get("/workflows/buy/versions/1").status_code == 200
        problem(work(person).post("/workflows", {**NEW, "key": "x"}), 403)
        problem(work(person).patch("/workflows/buy", {"active": False}), 403)
        problem(work(person).post("/workflows/buy/publish", {}), 403)
    for person in (alan, hanna, sven):
        problem(work(person).get("/workflows/buy/draft"), 403)
        problem(work(person).put("/workflows/buy/draft", document(task())), 403)
    assert work(lea).put("/workflows/buy/draft", document(task("check"))).status_code == 200
    for path in ("/workflows", "/workflows/buy", "/workflows/buy/draft", "/workflows/buy/versions/1"):
        problem(work(rita).get(path), 403)
    problem(work(ada, "work:read", "admin").get("/workflows"), 403)
    assert work(rita, "work:read").get("/workflows/schema.json").json()["title"]
    problem(work(ada).get("/workflows/none"), 404)
    problem(work(ada).post("/workflows", NEW), 409)
    problem(work(ada).post("/workflows", {**NEW, "key": "import"}), 409)


def test_running_tickets_are_counted(work, rita, it, ada):
    run = make_run(document(task()), rita, it)
    (row,) = work(ada).get(f"/workflows/{run.version.workflow.key}/versions").json()["results"]
    assert row["running"] == 1
