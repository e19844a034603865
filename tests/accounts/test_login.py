"""Logging in and out, sessions that end, passwords, the change of the address."""

import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.commands import set_role, suspend_person
from accounts.tokens import authenticate
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import PASSWORD, make_person

NEW = "another fine password 7"
LOGIN = "/accounts/login/"
EVIL = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http://127.0.0.1:1/",
    "%2f%2fevil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "///evil.example",
    " //evil.example",
    "http:///evil.example",
    "evil.example",
]


def log_in(client, person, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": person.email, "password": password, **more})


def names(person):
    return list(Event.objects.filter(subject_id=person.pk).order_by("pk").values_list("name", flat=True))


def test_login_and_logout(client, rita):
    before = client.get(LOGIN) and client.session.session_key
    assert log_in(client, rita)["Location"] == "/"
    assert client.session.session_key != before
    page = client.get("/me/profile")
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post("/accounts/logout/")["Location"] == "/"
    # AUTH-06: the old cookie is worth nothing.
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert thief.get("/me/profile")["Location"].startswith(LOGIN)


def test_upper_case_addresses_log_in(client, rita):
    assert client.post(LOGIN, {"login": rita.email.upper(), "password": PASSWORD}).status_code == 302


def test_logins_are_written_down_without_the_password(client, rita):
    log_in(client, rita, password="wrong but secret 1")
    log_in(client, rita)
    Client().post(LOGIN, {"login": "nobody@example.test", "password": "wrong but secret 1"})
    assert names(rita) == ["person.login_failed", "person.logged_in"]
    assert Event.objects.filter(name="person.login_failed", subject_id=None).count() == 1
    for event in Event.objects.all():
        assert "secret" not in f"{event.data}{event.changes}"


def test_a_wrong_password_and_an_unknown_address_sound_the_same(client, rita):
    wrong = log_in(client, rita, password="not the password")
    unknown = client.post(LOGIN, {"login": "nobody@example.test", "password": "not the password"})
    assert _without_address(wrong) == _without_address(unknown)
    assert "The e-mail address or the password is not correct." in wrong.content.decode()
    assert rita.email in wrong.content.decode()


def test_suspended_people_and_contacts_hear_what_a_wrong_password_hears(client, rita, otto, ada):
    wrong = log_in(client, otto, password="not the password")
    suspend_person(Actor(ada, "web"), rita, reason="left")
    assert _without_address(log_in(Client(), rita)) == _without_address(wrong)
    contact = make_person("Cora Contact", state="contact")
    assert _without_address(log_in(Client(), contact)) == _without_address(wrong)


def _without_address(answer):
    text = re.sub(r'value="[^"]*"|content="[^"]*"|nonce="[^"]*"', "", answer.content.decode())
    return answer.status_code, text


def test_too_many_wrong_passwords_name_the_wait(client, rita):
    for _ in range(5):
        log_in(client, rita, password="not the password")
    answer = log_in(client, rita).content.decode()
    assert "five minutes" in answer
    assert names(rita).count("person.logged_in") == 0


def test_five_right_passwords_of_a_suspended_person_count_as_wrong_ones(client, rita, ada):
    suspend_person(Actor(ada, "web"), rita, reason="")
    for _ in range(5):
        log_in(client, rita)
    assert "five minutes" in log_in(client, rita).content.decode()


@pytest.mark.parametrize("target", EVIL)
def test_next_stays_on_this_host(client, rita, target):
    """AUTH-14"""
    assert log_in(client, rita, next=target)["Location"] == "/"
    assert client.get(LOGIN, {"next": target})["Location"] == "/"
    assert client.post("/me/preferences", {"theme": "dark", "next": target})["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": target})["Location"] == "/"


def test_next_leads_on_inside(client, rita):
    assert log_in(client, rita, next="/me/tokens?x=1")["Location"] == "/me/tokens?x=1"


@pytest.mark.parametrize(
    "header", ["REMOTE_USER", "HTTP_X_REMOTE_USER", "HTTP_X_FORWARDED_USER", "HTTP_X_FORWARDED_EMAIL"]
)
def test_headers_log_nobody_in(client, ada, header):
    """AUTH-15"""
    assert client.get("/me/profile", **{header: ada.email})["Location"].startswith(LOGIN)


# ---- suspension (AUTH-05) -----------------------------------------------------------------------
def test_suspension_ends_sessions_and_tokens_at_once(logged_in, rita, ada, token, worker, mails):
    session, bearer = logged_in(rita), token(rita)
    assert session.get("/me/profile").status_code == 200
    assert authenticate(bearer).user == rita
    with worker():
        suspend_person(Actor(ada, "web"), rita, reason="Left the company")
    assert session.get("/me/profile")["Location"].startswith(LOGIN)
    assert session.get("/me/profile", headers={"HX-Request": "true"}).status_code == 401
    assert authenticate(bearer) is None
    assert "Left the company" in mails(rita.email)[0].body


def test_a_changed_role_counts_at_the_next_request(logged_in, alan, ada):
    session = logged_in(alan)
    assert session.get("/settings/people").status_code == 403
    set_role(Actor(ada, "web"), alan, role="admin")
    assert session.get("/settings/people").status_code == 200
    set_role(Actor(ada, "web"), alan, role="user")
    assert session.get("/settings/people").status_code == 403


@pytest.mark.parametrize("sign", [{"HX-Request": "true"}, {"X-Requested-With": "fetch"}])
def test_the_request_of_a_page_without_a_session_gets_401(client, db, sign):
    """A script would take the login page for its answer."""
    answer = client.get("/me/profile", headers=sign)
    assert (answer.status_code, answer.content) == (401, b"")
    assert client.get("/me/profile").status_code == 302
