"""Statuses, priorities, tags, request types."""

import pytest

from desk.models import RequestType, Tag
from flowtic.core.models import Event
from tests.api.conftest import fields_of, problem
from tests.desk.form_schemas import PURCHASE

NEW = {"key": "laptop", "name_de": "Laptop", "name_en": "Laptop"}


def test_the_desks_words_in_both_languages(rest, rita):
    client = rest(rita)
    german = client.get("/statuses", Accept_Language="de").json()["results"]
    assert [row["key"] for row in german][:3] == ["new", "pending_assignment", "assigned"]
    assert german[0]["name"] == "Neu"
    assert [row["name"] for row in client.get("/priorities").json()["results"]] == ["Low", "Normal", "High", "Urgent"]


def test_tags_are_for_those_who_work(rest, alan, rita, ticket):
    Tag.objects.bulk_create(Tag(name=name) for name in ("vpn", "vps", "drucker"))
    assert [row["name"] for row in rest(alan).get("/tags?q=VP").json()["results"]] == ["vpn", "vps"]
    assert len(rest(alan).get("/tags?limit=2").json()["results"]) == 2
    problem(rest(rita).get("/tags"), 403, "forbidden")
    problem(rest(alan).get("/tags?q="), 400)
    ticket.tags.add(Tag.objects.get(name="vpn"))
    assert rest(alan).get(f"/tickets/{ticket.number}").json()["tags"] == ["vpn"]
    assert rest(alan).get("/tickets").json()["results"][0]["tags"] == ["vpn"]
    assert rest(rita).get(f"/tickets/{ticket.number}").json()["tags"] == []
    assert rest(rita).get("/tickets").json()["results"][0]["tags"] == []
    assert rest(rita).get("/tickets?tag=vpn").json()["results"] == []


def test_an_admin_makes_and_changes_request_types(rest, ada, rita, it):
    body = {**NEW, "department": "it", "fields": [{"key": "model", "required": True, "label_de": "Modell"}]}
    made = rest(ada).post("/request-types", body)

    assert (made.status_code, made["Location"]) == (201, "/api/v1/request-types/laptop")
    assert made.json()["fields"] == [{"key": "model", "kind": "text", "required": True, "label_de": "Modell"}]
    changed = rest(ada).patch("/request-types/laptop", {"name_en": "Notebook", "department": None}).json()
    assert (changed["name_en"], changed["department"]) == ("Notebook", None)
    assert [row["key"] for row in rest(rita).get("/request-types").json()["results"]] == ["laptop"]
    rest(ada).patch("/request-types/laptop", {"active": False})
    assert rest(rita).get("/request-types").json()["results"] == []
    assert len(rest(ada).get("/request-types").json()["results"]) == 1
    assert fields_of(
        problem(rest(rita).post("/tickets", {"subject": "x", "description": "y", "request_type": "laptop"}), 409)
    ) == {"request_type"}
    assert Event.objects.filter(name="configuration.changed", actor=ada, via="api").count() == 3


def test_a_retired_departments_request_type_goes_to_the_default(rest, ada, rita, it, hr):
    rest(ada).post("/request-types", {**NEW, "department": "hr"})
    rest(ada).patch("/departments/hr", {"active": False})
    made = rest(rita).post("/tickets", {"subject": "x", "description": "y", "request_type": "laptop"})
    assert made.status_code == 201
    assert made.json()["department"]["key"] != "hr"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**NEW, "key": "Laptop"}, 422, "key"),
        ({**NEW, "key": "x" * 41}, 422, "key"),
        ({**NEW, "name_de": ""}, 422, "name_de"),
        ({**NEW, "department": "nowhere"}, 422, "department"),
        ({**NEW, "fields": [{"key": "a b"}]}, 422, "fields.0.key"),
        ({**NEW, "fields": [{"key": "a", "kind": "script"}]}, 422, "fields.0.kind"),
        ({**NEW, "fields": [{"key": "a", "onclick": "x"}]}, 422, "fields.0.onclick"),
        ({**NEW, "fields": [{"key": "a", "kind": "number", "default": "x"}]}, 409, "form.fields.0.default"),
        ({**NEW, "fields": [{"key": "a", "pattern": "("}]}, 409, "form.fields.0.pattern"),
        ({**NEW, "form": {"pages": []}}, 409, "form.pages"),
        ({**NEW, "form": {"pages": []}, "fields": []}, 409, "form"),
        ({**NEW, "public_link": True, "form": {"fields": [{"key": "a", "kind": "person"}]}}, 422, "public_link"),
        ({**NEW, "fields": [{"key": "a"}, {"key": "a"}]}, 409, "fields"),
        ({**NEW, "fields": [{"key": "a", "kind": "choice"}]}, 409, "fields"),
        ({**NEW, "schema": {}}, 422, "schema"),
    ],
)
def test_bad_request_types(rest, ada, body, status, field):
    assert field in fields_of(problem(rest(ada).post("/request-types", body), status))
    assert not RequestType.objects.exists()


def test_keys_are_given_once(rest, ada):
    rest(ada).post("/request-types", NEW)
    assert fields_of(problem(rest(ada).post("/request-types", NEW), 409)) == {"key"}
    assert fields_of(problem(rest(ada).patch("/request-types/laptop", {"key": "other"}), 422)) == {"key"}
    problem(rest(ada).patch("/request-types/none", {"active": True}), 404)


def test_only_admins_with_the_scope(rest, ada, sven, alan):
    problem(rest(ada, "tickets:read", "tickets:write").post("/request-types", NEW), 403)
    for person in (sven, alan):
        problem(rest(person).post("/request-types", NEW), 403)
        problem(rest(person).patch("/request-types/none", {}), 403)


def test_a_form_of_pages_with_its_version_and_its_internal_fields(rest, ada, alan, rita, it):
    made = rest(ada).post("/request-types", {**NEW, "form": PURCHASE, "note": "First", "category": "Hardware"})
    assert made.status_code == 201
    assert (made.json()["form"], made.json()["version"]) == (PURCHASE, 1)
    changed = rest(ada).patch("/request-types/laptop", {"form": {"pages": PURCHASE["pages"][:1]}}).json()
    assert (changed["version"], [spec["key"] for spec in changed["fields"]]) == (2, ["item", "amount"])
    rest(ada).patch("/request-types/laptop", {"form": PURCHASE})
    assert "cost_centre" in str(rest(alan).get("/request-types").json())
    assert "cost_centre" not in str(rest(rita).get("/request-types").json())


def test_answers_by_rest_follow_the_form(rest, ada, alan, rita, lea, it):
    rest(ada).post("/request-types", {**NEW, "department": "it", "form": PURCHASE})
    new = {"subject": "x", "description": "y", "request_type": "laptop"}
    fields = {"item": "Server", "amount": {"amount": "900", "currency": "EUR"}}
    missing = problem(rest(rita).post("/tickets", {**new, "fields": fields}), 422)
    assert fields_of(missing) == {"fields.reason"}
    smuggled = {**fields, "amount": "9", "reason": "x", "cost_centre": "1"}
    assert fields_of(problem(rest(rita).post("/tickets", {**new, "fields": smuggled}), 422)) == {
        "fields.reason",
        "fields.cost_centre",
    }
    more = {**fields, "reason": "It broke", "cost_centre": "4711", "boss": lea.email}
    made = rest(alan).post("/tickets", {**new, "fields": more, "requester_email": rita.email}).json()
    assert (made["fields"]["boss"], made["fields"]["cost_centre"]) == (lea.pk, "4711")
    seen = rest(rita).get(f"/tickets/{made['number']}").json()["fields"]
    assert "cost_centre" not in seen
    assert seen["reason"] == "It broke"


def test_a_public_address_is_the_admins_and_new_each_time(rest, ada, alan):
    made = rest(ada).post("/request-types", {**NEW, "public_link": True}).json()
    assert made["public_url"].startswith("http")
    assert rest(alan).get("/request-types").json()["results"][0]["public_url"] is None
    assert rest(ada).patch("/request-types/laptop", {"public_link": False}).json()["public_url"] is None
    again = rest(ada).patch("/request-types/laptop", {"public_link": True}).json()
    assert again["public_url"] != made["public_url"]
