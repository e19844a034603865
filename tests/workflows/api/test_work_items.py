"""Work items over REST: finding, claiming, handing on, completing."""

import pytest

from desk.models import Participant, RequestType
from tests.api.conftest import fields_of, problem
from tests.factories import make_person
from tests.workflows.factories import document, make_run, open_item, task
from workflows.models import WorkItem

FORM = {
    "pages": [
        {
            "key": "p",
            "fields": [
                {"key": "cost", "kind": "number", "required": True, "label": {"de": "Preis", "en": "Price"}},
                {"key": "margin", "kind": "number", "internal": True},
                {"key": "why", "show_when": {"field": "cost", "op": "gt", "value": 100}},
            ],
        }
    ]
}
HELP = {"de": "Bitte prüfen", "en": "Please check"}
OUTCOMES = [
    {"key": "ok", "label": {"de": "Passt", "en": "Fine"}, "next": "end"},
    {"key": "no", "label": "No", "next": "end", "reason": True},
]


@pytest.fixture
def run(rita, it, alan):
    return make_run(document(task("check", "end", help=HELP, outcomes=OUTCOMES)), rita, it)


@pytest.fixture
def path(run):
    return f"/work-items/{open_item(run).pk}"


def test_finding(work, run, alan, lea, hanna, rita, otto, it, hr, ada):
    item = open_item(run)
    (row,) = work(alan).get("/work-items").json()["results"]
    assert (row["id"], row["state"], row["kind"], row["ticket"]["number"]) == (
        item.pk,
        "ready",
        "form",
        run.ticket.number,
    )
    assert (row["step"], row["department"]) == ({"key": "check", "name": "Check", "kind": "form"}, "it")
    assert "claim" in row["may"]
    for query, number in (
        ("state=ready", 1),
        ("state=ready,claimed&kind=form", 1),
        ("state=completed", 0),
        ("mine=true", 0),
        ("department=it", 1),
        ("skill=welding", 0),
        ("kind=approval", 0),
        (f"ticket={run.ticket.number}", 1),
        ("ticket=FT-1", 0),
        ("sort=created&count=true", 1),
        ("sort=-created", 1),
    ):
        assert len(work(alan).get(f"/work-items?{query}").json()["results"]) == number, query
    for person in (hanna, rita, otto):
        assert work(person).get("/work-items").json()["results"] == []
    for query in ("state=open", "kind=x", "sort=name", "mine=yes", "department=zz", "skill=", "skill=a,b", "x=1"):
        problem(work(ada).get(f"/work-items?{query}"), 400)


def test_pages_of_a_long_list(work, rita, it, alan):
    made = [open_item(make_run(document(task()), rita, it)).pk for _n in range(5)]
    first = work(alan).get("/work-items?limit=3&sort=created").json()
    second = work(alan).get(f"/work-items?limit=3&sort=created&cursor={first['next']}").json()
    assert [row["id"] for row in first["results"] + second["results"]] == made
    assert second["next"] is None


def test_a_list_costs_the_same_for_any_length(work, rita, it, alan, django_assert_max_num_queries):
    for _n in range(8):
        make_run(document(task()), rita, it)
    client = work(alan)
    client.get("/work-items")
    with django_assert_max_num_queries(6):
        assert len(client.get("/work-items").json()["results"]) == 8


def test_one_item_has_all_that_is_needed_to_do_it(work, path, alan, it, rita):
    body = work(alan).get(path, Accept_Language="de")
    found = body.json()
    assert body["ETag"] == f'"{found["version"]}"'
    assert (found["instruction"], found["form"], found["data"]) == ("Bitte prüfen", {}, {})
    assert found["outcomes"] == [
        {"key": "ok", "label": "Passt", "needs_reason": False},
        {"key": "no", "label": "No", "needs_reason": True},
    ]
    assert found["request"]["requester"]["name"] == rita.name


def test_the_request_is_told_in_words_and_internal_fields_to_insiders_only(work, rita, it, alan, otto):
    fields = [
        {"key": "item", "label": {"de": "Was", "en": "What"}},
        {"key": "limit", "kind": "number", "internal": True},
    ]
    kind = RequestType.objects.create(key="buy", name_de="x", name_en="x", department=it, schema={"fields": fields})
    approval = {
        "key": "ok",
        "kind": "approval",
        "approve": "end",
        "reject": "end",
        "approvers": [{"person": otto.email, "form": FORM}],
    }
    run = make_run(document(approval), rita, it, request_type=kind, fields={"item": "Laptop", "limit": 5})
    path = f"/work-items/{open_item(run).pk}"
    seen = work(otto).get(path).json()
    assert [(one["label"], one["text"]) for one in seen["request"]["fields"]] == [("What", "Laptop")]
    assert [spec["key"] for spec in seen["form"]["pages"][0]["fields"]] == ["cost", "why"]
    inside = work(alan).get(path).json()
    assert [one["key"] for one in inside["request"]["fields"]] == ["item", "limit"]
    assert [spec["key"] for spec in inside["form"]["pages"][0]["fields"]] == ["cost", "margin", "why"]


def test_claim_release_assign_and_their_versions(work, run, path, alan, lea, sven):
    taken = work(alan).post(f"{path}/claim")
    body = taken.json()
    assert (taken.status_code, body["state"], body["assignee"]["id"]) == (200, "claimed", alan.pk)
    assert taken["ETag"] == f'"{body["version"]}"'
    assert alan.name in problem(work(lea).post(f"{path}/claim"), 409, "already_taken")["detail"]
    assert work(alan).post(f"{path}/release").json()["state"] == "ready"
    assert work(lea).post(f"{path}/assign", {"assignee": alan.email}).json()["assignee"]["id"] == alan.pk
    assert work(alan).post(f"{path}/assign", {"assignee": sven.email}).json()["assignee"]["id"] == sven.pk
    problem(work(alan).post(f"{path}/assign", {"assignee": "me"}), 403)
    assert work(sven).get("/work-items?mine=true").json()["results"][0]["id"] == body["id"]
    now = WorkItem.objects.get(pk=body["id"]).version
    for action, more in (("release", {}), ("assign", {"assignee": alan.email}), ("complete", {"outcome": "ok"})):
        problem(work(sven).post(f"{path}/{action}", more, If_Match=f'"{now - 1}"'), 412, "stale_version")
    assert work(sven).post(f"{path}/release", If_Match=f'"{now}"').status_code == 200


def test_who_cannot_take_it_is_named(work, path, lea, rita):
    assert fields_of(problem(work(lea).post(f"{path}/assign", {"assignee": rita.email}), 409)) == {"assignee"}
    assert fields_of(problem(work(lea).post(f"{path}/assign", {"assignee": "no@body.example"}), 409)) == {"assignee"}
    assert fields_of(problem(work(lea).post(f"{path}/assign", {"assignee": "nobody"}), 422)) != set()


def test_completing_once_and_too_late(work, run, path, alan, lea):
    work(alan).post(f"{path}/claim")
    assert fields_of(problem(work(alan).post(f"{path}/complete", {"outcome": "maybe"}), 422)) == {"outcome"}
    assert fields_of(problem(work(alan).post(f"{path}/complete", {"outcome": "no"}), 422)) == {"note"}
    first = work(alan).post(f"{path}/complete", {"outcome": "no", "note": "Too dear"}, Idempotency_Key="k1")
    assert (first.status_code, first.json()["state"], first.json()["note"]) == (200, "completed", "Too dear")
    again = work(alan).post(f"{path}/complete", {"outcome": "no", "note": "Too dear"}, Idempotency_Key="k1")
    assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
    late = problem(work(lea).post(f"{path}/complete", {"outcome": "ok"}), 409, "already_done")
    assert alan.name in late["detail"]
    run.refresh_from_db()
    assert (run.status, run.ticket.work_items.count()) == ("finished", 1)


def test_forms_of_steps_are_checked_field_by_field(work, rita, it, alan):
    doc = document(task("check", form=FORM), fields=[{"key": "cost", "kind": "number"}])
    path = f"/work-items/{open_item(make_run(doc, rita, it)).pk}"
    client = work(alan)
    client.post(f"{path}/claim")
    for data, wrong in (
        ({}, "data.cost"),
        ({"cost": "much"}, "data.cost"),
        ({"cost": 5, "why": "x"}, "data.why"),
        ({"cost": 5, "evil": "x"}, "data.evil"),
    ):
        assert wrong in fields_of(problem(client.post(f"{path}/complete", {"data": data}), 422))
    body = client.post(f"{path}/complete", {"data": {"cost": 150, "margin": 3, "why": "urgent"}}).json()
    assert body["data"] == {"cost": 150, "margin": 3, "why": "urgent"}


def test_strangers_find_nothing_and_users_only_what_is_theirs(work, path, hanna, otto, rita):
    for person in (hanna, otto, rita):
        problem(work(person).get(path), 404)
        for action, body in (("claim", {}), ("release", {}), ("assign", {"assignee": "me"}), ("complete", {})):
            problem(work(person).post(f"{path}/{action}", body), 404)
    for wrong in ("0", "x", "9" * 30, "-1"):
        problem(work(hanna).get(f"/work-items/{wrong}"), 404)


def test_scopes(work, path, alan):
    problem(work(alan, "tickets:read", "tickets:write").get("/work-items"), 403)
    problem(work(alan, "work:read").post(f"{path}/claim"), 403)
    assert work(alan, "work:read").get(path).json()["may"] == []


def test_another_agent_of_the_department_completes_nothing(work, path, alan, it):
    bob = make_person("Bob Beistand", "agent", departments=(it,))
    work(alan).post(f"{path}/claim")
    problem(work(bob).post(f"{path}/complete", {"outcome": "ok"}), 403)
    problem(work(bob).post(f"{path}/release"), 403)
    assert not Participant.objects.filter(person=bob).exists()
