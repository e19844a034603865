"""Passwords that are changed or forgotten, and the change of the address."""

import time

import pytest
import time_machine
from allauth.account.utils import user_pk_to_url_str
from django.core.cache import cache
from django.test import Client

from accounts.commands import create_token
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import PASSWORD, make_person

NEW = "another fine password 7"
LOGIN = "/accounts/login/"


def log_in(client, person, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": person.email, "password": password, **more})


def names(person):
    return list(Event.objects.filter(subject_id=person.pk).order_by("pk").values_list("name", flat=True))


# ---- passwords -------------------------------------------------------------------------------------
def change(client, old=PASSWORD, **more):
    return client.post("/accounts/password/change/", {"oldpassword": old, "password1": NEW, "password2": NEW, **more})


def test_a_new_password_keeps_this_session_and_ends_the_others(logged_in, rita, worker, mails):
    here, there = logged_in(rita), logged_in(rita)
    assert change(here, old="not the password").status_code == 200
    assert there.get("/me/profile").status_code == 200
    with worker():
        assert change(here).status_code == 302
    assert here.get("/me/profile").status_code == 200
    assert there.get("/me/profile")["Location"].startswith(LOGIN)
    assert "password was changed" in mails(rita.email)[0].subject
    assert NEW not in mails(rita.email)[0].body
    assert names(rita)[-1] == "person.password_changed"


def test_api_tokens_end_with_the_password_unless_they_are_kept(logged_in, rita):
    client = logged_in(rita)
    create_token(Actor(rita, "web"), rita, name="kept", scopes=["tickets:read"], expires_at=None)
    assert "keep_tokens" in client.get("/accounts/password/change/").content.decode()
    change(client, keep_tokens="on")
    assert rita.api_tokens.usable().count() == 1
    change(client, old=NEW)
    assert rita.api_tokens.usable().count() == 0


def test_passwords_are_never_printed_back(logged_in, rita):
    page = logged_in(rita).post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": "different"}
    )
    assert NEW not in page.content.decode()


@pytest.fixture
def reset_link(client, rita, worker, link, mails):
    with worker():
        client.post("/accounts/password/reset/", {"email": rita.email})
    return link(mails(rita.email)[-1])


def use(client, path):
    """Opens the link and saves NEW; the answer of the last step."""
    opened = client.get(path, follow=True)
    if not opened.redirect_chain:
        return opened
    return client.post(opened.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})


def test_a_reset_link_sets_a_password_and_ends_sessions(client, logged_in, rita, worker, link, mails):
    session = logged_in(rita)
    with worker():
        client.post("/accounts/password/reset/", {"email": rita.email})
    reset_link = link(mails(rita.email)[-1])
    create_token(Actor(rita, "web"), rita, name="x", scopes=["tickets:read"], expires_at=None)
    assert use(client, reset_link)["Location"] == "/accounts/password/reset/key/done/"
    assert log_in(Client(), rita, password=NEW).status_code == 302
    assert session.get("/me/profile")["Location"].startswith(LOGIN)
    assert rita.api_tokens.usable().count() == 0


def test_the_token_of_a_reset_does_not_stay_in_the_address(client, reset_link):
    opened = client.get(reset_link, follow=True)
    assert opened.redirect_chain[-1][0].endswith("-set-password/")
    assert opened["Referrer-Policy"] == "same-origin"


def test_reset_links_that_must_not_work(client, rita, otto, reset_link):
    """AUTH-10: used, changed, of somebody else, empty, too old."""
    prefix, key = reset_link.rstrip("/").rsplit("/", 1)
    uid, token = key.split("-", 1)
    other = user_pk_to_url_str(otto)
    for wrong in (f"{other}-{token}", f"{uid}-{token.upper()}", f"{uid}-%20", f"{uid}-x-y", f"{uid}-{token}x"):
        assert "works no longer" in use(Client(), f"{prefix}/{wrong}/").content.decode(), wrong
    assert Client().get(f"{prefix}/{uid}-/").status_code == 404
    with time_machine.travel(time.time() + 3661):
        assert "works no longer" in use(Client(), reset_link).content.decode()
    assert use(client, reset_link).status_code == 302
    assert "works no longer" in use(Client(), reset_link).content.decode()
    rita.refresh_from_db()
    assert rita.check_password(NEW)


def test_a_look_alike_address_gets_no_link_of_somebody_else(client, db, worker, mails):
    make_person("Mike Example", email="mike@example.test")
    with worker():
        client.post("/accounts/password/reset/", {"email": "mıke@example.test"})
    assert mails("mike@example.test") == []


def test_links_in_mails_name_the_installation_whatever_the_request_says(client, rita, worker, mails, settings):
    """AUTH-09"""
    settings.BASE_URL = "https://desk.example.test"
    assert client.post("/accounts/password/reset/", {"email": rita.email}, HTTP_HOST="evil.example").status_code == 400
    with worker():
        answer = client.post(
            "/accounts/password/reset/",
            {"email": rita.email},
            HTTP_X_FORWARDED_HOST="evil.example",
            HTTP_HOST="localhost",
        )
    assert answer.status_code == 302
    body = mails(rita.email)[0].body
    assert "https://desk.example.test/accounts/password/reset/key/" in body
    assert "evil" not in body
    assert "localhost/" not in body


# ---- another address ----------------------------------------------------------------------------------
def ask_for(client, address, worker):
    """Enters the new address; allauth asks for the password before it takes it."""
    with worker():
        first = client.post("/accounts/email/", {"email": address, "action_add": ""})
        assert first["Location"].startswith("/accounts/reauthenticate/")
        return client.post(first["Location"], {"password": PASSWORD})


def test_a_new_address_replaces_the_old_one_when_it_is_confirmed(logged_in, rita, worker, link, mails):
    client, old = logged_in(rita), rita.email
    ask_for(client, "rita.new@example.test", worker)
    rita.refresh_from_db()
    assert rita.email == old
    with worker():
        client.post(link(mails("rita.new@example.test")[0]))
    rita.refresh_from_db()
    assert rita.email == "rita.new@example.test"
    assert [(row.email, row.verified, row.primary) for row in rita.emailaddress_set.all()] == [(rita.email, True, True)]
    assert "address was changed" in mails(old)[-1].subject
    assert log_in(Client(), rita).status_code == 302
    assert Client().post(LOGIN, {"login": old, "password": PASSWORD}).status_code == 200


def test_an_address_of_somebody_else_is_not_taken(logged_in, rita, otto, worker, link, mails):
    client = logged_in(rita)
    ask_for(client, otto.email, worker)
    confirm = [message for message in mails(otto.email) if "confirm" in message.subject]
    if confirm:
        client.post(link(confirm[0]))
    rita.refresh_from_db()
    assert rita.email != otto.email
    assert User.objects.filter(email=otto.email).get() == otto


def test_an_address_that_somebody_else_only_entered_is_free(logged_in, rita, worker, link, mails):
    """Nobody keeps an address from its owner by typing it into their own account."""
    ask_for(logged_in(rita), "nora@example.test", worker)
    cache.clear()  # one mail to one address in three minutes
    form = {"name": "Nora", "email": "nora@example.test", "reason": "x", "password1": NEW, "password2": NEW}
    with worker():
        Client().post("/accounts/signup/", form)
    nora = User.objects.get(email="nora@example.test")
    with worker():
        Client().post(link(mails(nora.email)[-1]))
    nora.refresh_from_db()
    assert nora.state == "pending"
    assert log_in(Client(), nora, password=NEW).status_code == 302
