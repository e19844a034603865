"""Who gets in (TOK-01): a living person's living token with the right scope, in the header; nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken
from accounts.models.token import SCOPES
from tests.api.conftest import PREFIX, problem
from tests.factories import PASSWORD

NEW = {"subject": "x", "description": "y"}


def operations():
    """(method, path) of every operation of the document."""
    from flowtic.api import api
    from flowtic.core.openapi import document

    values = {"number": "FT-2026-000001", "key": "x", "id": "1", "person": "1", "absence": "1", "date": "2026-01-01"}
    values["role"] = "agent"
    for path, methods in document(api, None)["paths"].items():
        for method in methods:
            yield method, path.removeprefix(PREFIX).format(**values)


def test_every_operation_wants_a_token(db):
    found = list(operations())
    assert len(found) >= 37
    for method, path in found:
        answer = getattr(Client(), method)(f"{PREFIX}{path}")
        problem(answer, 401, "unauthorized")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_every_operation_wants_its_scope(rest, ada, ticket):
    # A scope that opens none of these operations, another one for those that it does open.
    usual, articles = rest(ada, "articles:read"), rest(ada, "people:read")
    for method, path in operations():
        # The search asks for the scope of each kind of thing (test_search.py).
        if path in ("/me", "/workflows/schema.json", "/search"):
            continue
        client = articles if path.startswith(("/articles", "/categories")) else usual
        problem(client(method, path, {} if method != "get" else None), 403, "forbidden")


def test_no_operation_takes_an_unknown_parameter(rest, ada, ticket):
    client = rest(ada, *SCOPES)
    for method, path in operations():
        problem(client(method, f"{path}?zzz=1", {} if method != "get" else None), 400, "bad_request")


def test_a_reading_token_does_not_write(rest, alan, ticket):
    client, base = rest(alan, "tickets:read"), f"/tickets/{ticket.number}"
    assert client.get(base).status_code == 200
    for method, path, body in (
        ("post", "/tickets", NEW),
        ("patch", base, {"subject": "x"}),
        ("put", f"{base}/status", {"status": "closed"}),
        ("put", f"{base}/assignment", {"assignee": "me"}),
        ("post", f"{base}/comments", {"body": "x"}),
        ("delete", f"{base}/watchers/me", None),
        ("get", "/people", None),
        ("post", "/people", {}),
    ):
        problem(client(method, path, body), 403, "forbidden")
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_a_writing_token_does_not_read(rest, rita, it):
    client = rest(rita, "tickets:write")
    made = client.post("/tickets", NEW)
    assert made.status_code == 201
    problem(client.get("/tickets"), 403)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer []",
        "Bearer null",
        "Bearer flt_",
        "Bearer flt__",
        "Bearer flt_abc_def_ghi",
        "Bearer \u00fcmlaut",
        "Basic cml0YTpzZWNyZXQ=",
        "Token {token}",
        "{token}",
        "Bearer {TOKEN}",
        "Bearer {token}x",
        "Bearer  {token}",
    ],
)
def test_headers_that_let_nobody_in(token, rita, header):
    text = token(rita)
    header = header.format(token=text, TOKEN=text.upper())
    problem(Client(headers={"Authorization": header}).get(f"{PREFIX}/me"), 401, "unauthorized")
    assert Client(headers={"Authorization": f"Bearer {text}"}).get(f"{PREFIX}/me").status_code == 200
    assert Client(headers={"Authorization": f"bearer {text}"}).get(f"{PREFIX}/me").status_code == 200


def test_a_token_in_the_address_or_body_is_none(token, rita):
    text = token(rita)
    for name in ("token", "access_token", "api_key", "Authorization"):
        problem(Client().get(f"{PREFIX}/me?{name}={text}"), 401)
        problem(Client().post(f"{PREFIX}/tickets", {**NEW, name: text}, content_type="application/json"), 401)


def test_expired_revoked_and_dead_peoples_tokens(token, rita):
    text = token(rita)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get(f"{PREFIX}/me").status_code == 200
    row = ApiToken.objects.get()
    for field, value in (("expires_at", timezone.now() - timedelta(seconds=1)), ("revoked_at", timezone.now())):
        ApiToken.objects.update(**{field: value})
        problem(client.get(f"{PREFIX}/me"), 401, "unauthorized")
        ApiToken.objects.update(**{field: getattr(row, field)})
    for state in ("suspended", "rejected", "pending", "unverified", "contact"):
        type(rita).objects.update(state=state)
        problem(client.get(f"{PREFIX}/me"), 401, "unauthorized")
    type(rita).objects.update(state="active")
    assert client.get(f"{PREFIX}/me").status_code == 200


def test_rights_end_with_the_next_request(rest, alan, ticket):
    client = rest(alan)
    assert client.get(f"/tickets/{ticket.number}").status_code == 200
    alan.memberships.all().delete()
    problem(client.get(f"/tickets/{ticket.number}"), 404)
    type(alan).objects.filter(pk=alan.pk).update(role="user")
    problem(client.get("/tags"), 403)


def test_a_session_is_no_key_to_the_api(client, rita, ticket):
    client.login(username=rita.email, password=PASSWORD)
    problem(client.get(f"{PREFIX}/tickets/{ticket.number}"), 401, "unauthorized")
    problem(client.post(f"{PREFIX}/tickets", NEW, content_type="application/json"), 401)


def test_other_sites_get_nothing(rest, rita, ticket):
    for origin in ("https://evil.example", "null", "http://127.0.0.1:8000.evil.example"):
        answer = rest(rita).get("/tickets", Origin=origin)
        preflight = rest(rita)("options", "/tickets", Origin=origin, Access_Control_Request_Method="GET")
        for found in (answer, preflight):
            assert not [name for name in found.headers if name.lower().startswith("access-control-")]


def test_calls_per_minute_are_limited(rest, rita, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "api": (3, 60)}
    client = rest(rita)
    statuses = [client.get("/me").status_code for _n in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = client.get("/me")
    problem(answer, 429, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_requesters_cannot_flood_the_desk(rest, rita, sven, it, settings):
    settings.FLOWTIC_RATE_LIMITS = {**settings.FLOWTIC_RATE_LIMITS, "create_ticket": (2, 3600)}
    assert [rest(rita).post("/tickets", NEW).status_code for _n in range(3)] == [201, 201, 429]
    assert [rest(sven).post("/tickets", NEW).status_code for _n in range(3)] == [201, 201, 201]


def test_method_override_is_ignored(rest, rita, ticket):
    answer = rest(rita).post("/tickets", NEW, X_HTTP_Method_Override="DELETE")
    assert answer.status_code == 201
