"""API tokens on the page: made, shown once, revoked."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.commands import create_token
from accounts.models import ApiToken
from accounts.tokens import authenticate
from flowtic.core.actor import Actor

FORM = {"name": "Monitoring", "scopes": ["tickets:read", "people:read"], "expires": "30"}


def text_of(answer):
    return re.search(r'id="token-text">(flt_[^<]+)<', answer.content.decode()).group(1)


def test_a_token_is_shown_once_and_works(logged_in, alan):
    client = logged_in(alan)
    made = client.post("/me/tokens", FORM)
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    text = text_of(made)
    actor = authenticate(text)
    assert (actor.user, actor.scopes) == (alan, {"tickets:read", "people:read"})
    token = ApiToken.objects.get()
    assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
    listed = client.get("/me/tokens").content.decode()
    assert "Monitoring" in listed
    assert token.key in listed
    assert text.split("_", 2)[2] not in listed


def test_only_a_hash_is_kept(logged_in, alan, tmp_path):
    """TOK-02: a dump of the database does not hold the token, in no table."""
    text = text_of(logged_in(alan).post("/me/tokens", FORM))
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "--output", str(dump), verbosity=0)
    content = dump.read_text()
    key, secret = text.split("_", 2)[1:]
    assert key in content  # the control: the dump has the token's row
    assert secret not in content


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["admin"]}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires": "date"}, "expires_on"),
        ({"expires": "date", "expires_on": "2001-01-01"}, "expires_on"),
        ({"expires": "1000000"}, "expires"),
    ],
)
def test_what_a_token_must_not_be(logged_in, alan, change, field):
    answer = logged_in(alan).post("/me/tokens", {**FORM, **change})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert ApiToken.objects.count() == 0


def test_admins_may_choose_the_scope_admin(logged_in, ada):
    assert logged_in(ada).post("/me/tokens", {**FORM, "scopes": ["admin"]}).status_code == 201


def test_a_token_ends_with_its_day(logged_in, alan, settings):
    day = timezone.localdate() + timedelta(days=3)
    logged_in(alan).post("/me/tokens", {**FORM, "expires": "date", "expires_on": day.isoformat()})
    ends = timezone.localtime(ApiToken.objects.get().expires_at)
    assert (ends.date(), ends.hour, ends.minute) == (day, 23, 59)
    logged_in(alan).post("/me/tokens", {**FORM, "expires": "never"})
    assert ApiToken.objects.order_by("-pk").first().expires_at is None


def test_revoking_ends_a_token_at_once(logged_in, alan):
    client = logged_in(alan)
    text = text_of(client.post("/me/tokens", FORM))
    token = ApiToken.objects.get()
    assert authenticate(text)
    row = client.post(f"/me/tokens/{token.pk}/revoke", headers={"HX-Request": "true"})
    assert f'id="token-{token.pk}"' in row.content.decode()
    assert "revoked" in row.content.decode()
    assert authenticate(text) is None
    assert client.post(f"/me/tokens/{token.pk}/revoke")["Location"] == "/me/tokens"


def test_tokens_of_others_are_out_of_reach(logged_in, rita, otto, ada):
    token, text = create_token(Actor(rita, "web"), rita, name="Rita's", scopes=["tickets:read"], expires_at=None)
    assert logged_in(otto).post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    assert "Rita&#x27;s" not in logged_in(otto).get("/me/tokens").content.decode()
    assert logged_in(ada).post(f"/me/tokens/{token.pk}/revoke").status_code == 404
    assert authenticate(text)
    assert logged_in(ada).post(f"/settings/people/{rita.pk}/tokens/{token.pk}/revoke").status_code == 302
    assert authenticate(text) is None


def test_a_token_opens_no_pages(db, alan, token):
    bearer = {"Authorization": f"Bearer {token(alan)}"}
    assert Client(headers=bearer).get("/api/v1/me").status_code == 200
    assert Client(headers=bearer).get("/me/profile")["Location"].startswith("/accounts/login/")


def test_a_session_opens_no_interface(logged_in, alan):
    """And a token in the address is none (TOK-01)."""
    client = logged_in(alan)
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me", {"token": "flt_a_b", "access_token": "flt_a_b"}).status_code == 401
