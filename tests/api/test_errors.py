"""One form for every refusal, whatever went wrong, and nothing of the inside in it (LEAK-11)."""

import json

import pytest
from django.db import OperationalError
from django.test import Client

from tests.api.conftest import PREFIX, fields_of, problem

NEW = {"subject": "x", "description": "y"}


def raw(rest, person, method, path, data=b"", content_type="application/json"):
    return rest(person).client.generic(method, f"{PREFIX}{path}", data, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"subject": NaN}',
        b'{"subject": Infinity}',
        b'{"subject": "\\ud800", "description": "x"}',
        b'{"subject": "a\\u0000b", "description": "x"}',
        b'{"subject": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
)
def test_bodies_that_are_no_json(rest, rita, it, body):
    problem(raw(rest, rita, "POST", "/tickets", body), 400, "bad_request")


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b""])
def test_bodies_that_are_no_object(rest, rita, it, body):
    problem(raw(rest, rita, "POST", "/tickets", body), 422, "invalid")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "multipart/form-data"]
)
def test_other_media(rest, rita, it, kind):
    problem(raw(rest, rita, "POST", "/tickets", json.dumps(NEW).encode(), kind), 415, "unsupported_media_type")


def test_a_charset_is_no_other_medium(rest, rita, it):
    kind = "application/json; charset=utf-8"
    assert raw(rest, rita, "POST", "/tickets", json.dumps(NEW).encode(), kind).status_code == 201


def test_broken_forms(rest, rita, ticket):
    path = f"/tickets/{ticket.number}/comments"
    problem(raw(rest, rita, "POST", path, b"garbage", "multipart/form-data"), 400)
    problem(raw(rest, rita, "POST", path, b"garbage", "multipart/form-data; boundary=x"), 422)
    many = b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nv\r\n' % n for n in range(600))
    problem(raw(rest, rita, "POST", path, many + b"--x--\r\n", "multipart/form-data; boundary=x"), 400)


def test_too_much(rest, rita, it, settings):
    problem(raw(rest, rita, "POST", "/tickets", b" " * 2_600_000), 413, "body_too_large")
    settings.FLOWTIC_MAX_BODY = 1000
    problem(raw(rest, rita, "POST", "/tickets", b" " * 1001), 413, "body_too_large")


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/tickets/", "/Tickets", "/tickets/x/y/z", "/../admin/", "/ü", "/%00"]
)
def test_addresses_that_do_not_exist(rest, rita, path):
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        problem(raw(rest, rita, method, path), 404, "not_found")
    problem(Client().get(f"{PREFIX}{path}"), 404, "not_found")


def test_methods_that_do_not_exist(rest, rita, ticket):
    for method, path, allowed in (
        ("DELETE", "/tickets", "GET, HEAD, OPTIONS, POST"),
        ("POST", f"/tickets/{ticket.number}", "GET, HEAD, OPTIONS, PATCH"),
        ("GET", f"/tickets/{ticket.number}/merge", "DELETE, OPTIONS, POST"),
        ("TRACE", "/me", "GET, HEAD, OPTIONS"),
        ("PATCH", "/openapi.json", "GET, HEAD, OPTIONS"),
    ):
        answer = raw(rest, rita, method, path)
        problem(answer, 405, "method_not_allowed")
        assert answer["Allow"] == allowed


def test_head_and_options(rest, rita, ticket):
    whole = rest(rita).get(f"/tickets/{ticket.number}")
    head = rest(rita)("head", f"/tickets/{ticket.number}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])
    assert head["Content-Length"] == str(len(whole.content))
    assert rest(rita)("head", "/tickets/none").status_code == 404
    options = rest(rita)("options", f"/tickets/{ticket.number}")
    assert (options.status_code, options["Allow"], options.content) == (204, "GET, HEAD, OPTIONS, PATCH", b"")


def test_an_error_inside_says_nothing_of_the_inside(rest, rita, monkeypatch):
    def fail(*args, **values):
        raise RuntimeError("secret path /srv/flowtic SELECT password")

    monkeypatch.setattr("desk.api.tickets.filter_tickets", fail)
    client = rest(rita)
    client.client.raise_request_exception = False
    body = problem(client.get("/tickets"), 500, "internal_error")
    assert "secret" not in str(body)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError(1205, "Lock wait timeout exceeded"), 503),
        (OperationalError("database is locked"), 503),
        (OperationalError(2006, "Server has gone away"), 503),
        (OperationalError("database or disk is full"), 503),
        (OperationalError(1054, "Unknown column 'x'"), 500),
    ],
)
def test_a_database_that_is_away_or_busy(rest, rita, monkeypatch, error, status):
    def fail(*args, **values):
        raise error

    monkeypatch.setattr("desk.api.tickets.filter_tickets", fail)
    client = rest(rita)
    client.client.raise_request_exception = False
    answer = client.get("/tickets")
    body = problem(answer, status)
    assert str(error.args[-1]) not in str(body)
    assert answer.has_header("Retry-After") == (status == 503)


def test_messages_come_in_the_readers_language(rest, rita, it):
    english = problem(rest(rita).post("/tickets", {"subject": "x"}, Accept_Language="en"), 422)
    assert english["errors"] == [{"field": "description", "message": "This field is required."}]


def test_hosts_that_are_not_ours(rest, rita):
    answer = rest(rita).get("/me", Host="evil.example")
    assert problem(answer, 400)["code"] == "bad_request"


def test_a_thousand_wrong_fields_are_not_all_repeated(rest, rita, it):
    body = problem(rest(rita).post("/tickets", {f"field{n}": 1 for n in range(1000)}), 422)
    assert len(body["errors"]) <= 50


def test_answers_are_never_kept_in_caches(rest, rita, ticket):
    for path in ("/tickets", f"/tickets/{ticket.number}", "/nothing", "/me", "/openapi.json"):
        assert "no-store" in rest(rita).get(path)["Cache-Control"]
    old = rest(rita).get(f"/tickets/{ticket.number}")
    assert rest(rita).get(f"/tickets/{ticket.number}", If_None_Match=old["ETag"]).status_code == 200


def test_names_of_wrong_parameters_are_repeated_harmlessly(rest, rita):
    body = problem(rest(rita).get("/tickets?%00%1b[31m<script>=1&" + "x" * 500 + "=1"), 400)
    assert all(len(name) <= 60 and name.isprintable() for name in fields_of(body))
