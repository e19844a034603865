"""TOK-01, -02, -03: what a token opens, and that no secret is kept or logged anywhere."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.commands import create_token
from accounts.models import ApiToken, User
from flowtic.core.actor import Actor
from tests.factories import PASSWORD

NEW = "another fine password 7"


def test_tok_01_a_reading_token_reads_and_nothing_else(rest, alan, ticket):
    reading = rest(alan, "tickets:read")
    assert reading.get(f"/tickets/{ticket.number}").status_code == 200
    for method, path, body in (
        ("patch", f"/tickets/{ticket.number}", {"subject": "x"}),
        ("post", f"/tickets/{ticket.number}/comments", {"body": "x"}),
        ("post", "/people", {"email": "x@example.test", "name": "x", "role": "user"}),
        ("post", "/departments", {"key": "x", "name_de": "x", "name_en": "x"}),
        ("get", "/people", None),
    ):
        assert reading(method, path, body).status_code == 403, (method, path)
    ticket.refresh_from_db()
    assert (ticket.version, ticket.comments.count()) == (1, 0)


def test_tok_01_a_token_is_no_key_to_the_pages(rest, token, alan, ticket):
    text = token(alan)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    assert client.get("/api/v1/me").status_code == 200
    for path in (f"/tickets/{ticket.number}", "/me/tokens", f"/tickets?token={text}", "/admin/"):
        assert "/login/?next=" in client.get(path)["Location"]


def test_tok_02_the_database_holds_only_hashes(stored, web, alan, rita, rest, it):
    """After making a token in the page, using it, and logging in: neither the secret nor a password is in any table."""
    page = web(alan).post(
        "/me/tokens", {"name": "script", "scopes": ["tickets:read", "tickets:write"], "expires": "30"}
    )
    text = re.search(r"flt_[0-9a-f]{12}_[\w-]{43}", page.content.decode()).group(0)
    _prefix, key, secret = text.split("_", 2)
    client = Client(headers={"Authorization": f"Bearer {text}", "Idempotency-Key": "k"})
    made = client.post("/api/v1/tickets", {"subject": "S", "description": "D"}, content_type="application/json")
    assert made.status_code == 201
    Client().post("/accounts/login/", {"login": rita.email, "password": PASSWORD})
    found = {table: str(rows) for table, rows in stored().items()}
    assert [table for table, rows in found.items() if secret in rows or PASSWORD in rows] == []
    assert key in found["accounts_apitoken"]  # the control: the dump does hold what is stored
    row = ApiToken.objects.get(key=key)
    assert re.fullmatch(r"[0-9a-f]{64}", row.secret_hash)


def test_tok_02_a_token_is_shown_once(web, rest, alan, token, ada):
    text = token(alan)
    secret = text.split("_", 2)[2]
    row = ApiToken.objects.get()
    for person in (alan, ada):
        for path in ("/me/tokens", f"/settings/people/{alan.pk}", "/me/profile", "/admin/accounts/user/"):
            page = web(person).get(path).content.decode()
            assert secret not in page
            assert row.secret_hash not in page
    assert row.key in web(alan).get("/me/tokens").content.decode()


def test_tok_02_two_wrong_secrets_cost_the_same_comparison(token, alan):
    """By hmac.compare_digest on hashes; what a thief sends never meets the database."""
    text = token(alan)
    for wrong in (text[:-1], text[:-1] + "~", text.replace("flt_", "flt_0"), f"{text} ", text.rpartition("_")[0] + "_"):
        assert Client(headers={"Authorization": f"Bearer {wrong}"}).get("/api/v1/me").status_code == 401


@pytest.fixture
def secrets_used(worker, link, mails):
    """Does everything in which a secret travels; returns the secrets by name."""

    def run(person):
        client = Client()
        with worker():
            client.post("/accounts/login/", {"login": person.email, "password": "CANARY wrong password 1"})
            client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
        session = client.cookies["flowtic_session"].value
        page = client.post("/me/tokens", {"name": "script", "scopes": ["tickets:read"], "expires": "30"})
        text = re.search(r"flt_[0-9a-f]{12}_[\w-]{43}", page.content.decode()).group(0)
        for header in (f"Bearer {text}", f"Bearer {text}x", f"Basic {text}"):
            Client(headers={"Authorization": header}).get("/api/v1/me")
        Client().get(f"/api/v1/me?token={text}")
        Client().get(f"/tickets?token={text}")
        stranger = Client()
        with worker():
            stranger.post("/accounts/password/reset/", {"email": person.email})
        reset = link(mails(person.email)[-1])
        opened = stranger.get(reset, follow=True)
        stranger.post(opened.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
        with worker():
            stranger.post(
                "/accounts/signup/",
                {
                    "name": "Nora Neu",
                    "email": "nora@example.test",
                    "reason": "x",
                    "password1": "CANARY fine password 8",
                    "password2": "CANARY fine password 8",
                },
            )
        confirm = link(mails("nora@example.test")[-1])
        stranger.get(confirm)
        stranger.post(confirm)
        return {
            "password": PASSWORD,
            "wrong password": "CANARY wrong password 1",
            "new password": NEW,
            "sign-up password": "CANARY fine password 8",
            "token": text.split("_", 2)[2],
            "session": session,
            "reset link": reset.rstrip("/").rpartition("-")[2],
            "confirmation link": confirm.rstrip("/").rpartition("/")[2].partition(":")[2] or "missing",
        }

    return run


@pytest.mark.parametrize("form", ["json", "console"])
def test_tok_03_no_secret_is_ever_logged(secrets_used, log_of, rita, form):
    """Passwords, tokens, sessions, and links that are as good as a password."""
    with log_of(form, "DEBUG") as log:
        used = secrets_used(rita)
        text = log()
    assert User.objects.get(email="nora@example.test").state == "pending"  # the links worked
    assert "/accounts/login/" in text  # the log was written
    assert text.count("/accounts/password/reset/key/") >= 1
    assert {name for name, value in used.items() if value in text} == set()


def test_tok_03_mails_hold_the_links_and_no_password(secrets_used, rita):
    used = secrets_used(rita)
    text = "".join(message.message().as_string() + message.body for message in mail.outbox)
    assert used["reset link"] in text
    for name in ("password", "wrong password", "new password", "sign-up password", "token", "session"):
        assert used[name] not in text, name


def test_tok_03_the_history_of_a_person_holds_no_secret(secrets_used, stored, rita):
    used = secrets_used(rita)
    tables = stored()
    history = "".join(str(rows) for table, rows in tables.items() if table.startswith("core_"))
    assert "person.logged_in" in history
    assert {name for name, value in used.items() if value in history} == set()
    assert create_token(Actor(rita, "web"), rita, name="x", scopes=["tickets:read"], expires_at=None)
