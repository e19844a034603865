"""What is open to people who wait for a decision, and that there is no way around it (AUTH-16)."""

import pytest

from tests.factories import PASSWORD, make_person

ADDRESS = "nora.neu@example.test"


def log_in(client, password=PASSWORD):
    return client.post("/accounts/login/", {"login": ADDRESS, "password": password})


@pytest.fixture
def confirmed(db):
    return make_person("Nora Neu", email=ADDRESS, state="pending")


CLOSED = [
    "/me/profile",
    "/me/tokens",
    "/settings/people",
    "/settings/people/pending",
    "/settings/outbox",
    "/people/1",
    "/accounts/email/",
    "/admin/",
    "/avatars/0123456789abcdef0123456789abcdef.webp",
]


@pytest.mark.parametrize("path", CLOSED)
def test_people_who_wait_reach_nothing_else(client, confirmed, path):
    log_in(client)
    assert client.get(path)["Location"] == "/pending"
    assert client.post(path, {"name": "x", "scopes": "tickets:read"})["Location"] == "/pending"


@pytest.mark.parametrize("path", ["/pending", "/accounts/password/change/", "/accounts/logout/"])
def test_what_people_who_wait_may_open(client, confirmed, path):
    log_in(client)
    assert client.get(path).status_code == 200


def test_an_htmx_request_of_somebody_who_waits_is_sent_to_the_page(client, confirmed):
    log_in(client)
    answer = client.get("/me/profile", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (200, "/pending", b"")


def test_a_password_reset_lets_nobody_in_who_waits(client, confirmed, worker, link, mails):
    with worker():
        client.post("/accounts/password/reset/", {"email": ADDRESS})
    form = client.get(link(mails(ADDRESS)[-1]), follow=True)
    new = "another fine password 7"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert log_in(client, password=new).status_code == 302
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/pending"
    confirmed.refresh_from_db()
    assert confirmed.state == "pending"


def test_name_and_reason_may_be_corrected(client, confirmed):
    log_in(client)
    assert client.post("/pending", {"name": "Nora Newman", "reason": "Typo", "role": "admin"}).status_code == 302
    confirmed.refresh_from_db()
    assert (confirmed.name, confirmed.reason, confirmed.role, confirmed.state) == (
        "Nora Newman",
        "Typo",
        "user",
        "pending",
    )
    refused = client.post("/pending", {"name": " ", "reason": "kept text"})
    assert refused.status_code == 422
    assert "kept text" in refused.content.decode()


def test_theme_and_language_work_while_waiting(client, confirmed):
    log_in(client)
    assert client.post("/me/preferences", {"theme": "dark", "language": "de"}).status_code == 302
    confirmed.refresh_from_db()
    assert (confirmed.theme, confirmed.language) == ("dark", "de")
