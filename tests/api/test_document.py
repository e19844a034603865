"""The OpenAPI document and its page."""

import pytest
from django.test import Client

from desk.models import RequestType
from tests.api.conftest import PREFIX
from tests.factories import PASSWORD


def parameters(body):
    return {item["name"]: item["schema"] for item in body["paths"][f"{PREFIX}/tickets"]["get"]["parameters"]}


def test_the_general_document_is_public_and_names_nothing_of_the_desk(client, it):
    body = client.get(f"{PREFIX}/openapi.json").json()
    assert body["openapi"].startswith("3.1")
    assert "enum" not in parameters(body)["department"]["items"]
    assert "x-desk" not in str(body)
    assert "IT operations" not in str(body)
    assert set(body["paths"]) >= {
        f"{PREFIX}/{path}"
        for path in (
            *("tickets", "tickets/{number}", "tickets/{number}/comments", "tickets/{number}/assignment"),
            *("tickets/{number}/status", "tickets/{number}/events", "tickets/{number}/attachments"),
            *("tickets/{number}/attachments/{key}", "tickets/{number}/attachments/{key}/content"),
            *("tickets/{number}/watchers", "tickets/{number}/watchers/{person}", "tickets/{number}/links"),
            *(
                "tickets/{number}/links/{id}",
                "tickets/{number}/merge",
                "tickets/{number}/split",
                "tickets/{number}/reopen",
            ),
            *("statuses", "priorities", "tags", "request-types", "request-types/{key}", "people", "people/{id}"),
            *("departments", "departments/{key}", "me"),
        )
    }


def test_with_a_token_it_names_the_desks_words_and_forms(rest, rita, it, hr):
    schema = {"fields": [{"key": "room", "required": True}, {"key": "size", "kind": "choice", "choices": ["S", "L"]}]}
    RequestType.objects.create(key="move", name_de="Umzug", name_en="Move", schema=schema)
    RequestType.objects.create(key="old", name_de="Alt", name_en="Old", active=False)
    body = rest(rita).get("/openapi.json").json()

    assert set(parameters(body)["department"]["items"]["enum"]) >= {"it", "hr"}
    assert "in_progress" in parameters(body)["status"]["items"]["enum"]
    plain, move = body["components"]["schemas"]["TicketIn"]["anyOf"]
    assert "fields" not in plain["properties"]
    assert move["properties"]["request_type"]["const"] == "move"
    assert set(move["required"]) == {"subject", "description", "request_type", "fields"}
    assert move["properties"]["fields"]["properties"]["size"]["enum"] == ["S", "L"]


def test_errors_scopes_and_headers_are_documented(client, db):
    body = client.get(f"{PREFIX}/openapi.json").json()
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            statuses = {int(status) for status in operation["responses"]}
            assert {400, 401, 403, 429} <= statuses, path
            if "{" in path:
                assert 404 in statuses, path
            if "requestBody" in operation:
                assert {413, 415, 422} <= statuses, (path, method)
            for status, response in operation["responses"].items():
                if int(status) >= 400 and status != "414":  # which the web server says, in its own form
                    assert list(response["content"]) == ["application/problem+json"]
            assert "Scope: `" in operation["description"] or path.endswith("/me")
            assert operation["security"] == [{"BearerToken": []}]
            assert operation["summary"]
    assert body["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"


def test_no_answer_field_is_undocumented(rest, sven, rita, it, ticket):
    """Answers are built by hand; the document's shapes must know every field of them."""
    schemas = rest(sven).get("/openapi.json").json()["components"]["schemas"]
    base = f"/tickets/{ticket.number}"
    comment = rest(sven).post(f"{base}/comments", {"body": "x"}).json()
    for found, name in (
        (rest(sven).get(base).json(), "TicketOut"),
        (rest(sven).get("/tickets").json()["results"][0], "TicketRow"),
        (comment, "CommentOut"),
        (rest(sven).get(f"{base}/events").json()["results"][0], "EventOut"),
        (rest(sven).get("/statuses").json()["results"][0], "StatusOut"),
        (rest(sven).get("/me").json(), "MeOut"),
    ):
        assert set(found) <= set(schemas[name]["properties"]), name
        assert set(schemas[name]["required"]) <= set(found), name


def test_the_page_needs_a_login_and_loads_nothing_from_elsewhere(client, rita):
    assert client.get(f"{PREFIX}/docs").status_code == 302
    client.login(username=rita.email, password=PASSWORD)
    page = client.get(f"{PREFIX}/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text
    assert "https://" not in text
    assert "/static/ninja/swagger-ui" in text


@pytest.mark.parametrize("state", ["pending", "suspended"])
def test_people_who_are_not_active_see_the_general_document(rita, token, it, state):
    client = Client(headers={"Authorization": f"Bearer {token(rita)}"})
    type(rita).objects.update(state=state)
    assert "enum" not in parameters(client.get(f"{PREFIX}/openapi.json").json())["department"]["items"]
