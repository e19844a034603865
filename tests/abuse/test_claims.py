"""What a request claims: whom it comes from, where to go on, which lines a mail has (AUTH-14, -15, MAIL-01, XSS-10)."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.factories import PASSWORD

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
    "http://testserver@evil.example/",
]
HEADERS = [
    "REMOTE_USER",
    "X-Remote-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Auth-Request-Email",
    "X-Flowtic-Role",
]


@pytest.mark.parametrize("target", EVIL)
def test_auth_14_every_way_on_stays_here(web, rita, client, target):
    """Language, admin login, portal and htmx; login, logout and preferences are tested with the accounts."""
    for headers in ({}, {"HX-Request": "true"}):
        asked = [
            client.post("/language", {"language": "de", "next": target}, headers=headers),
            client.get("/language", {"next": target}, headers={**headers, "Referer": "https://evil.example/"}),
            web(rita).post("/language", {"language": "de", "next": target}, headers=headers),
            web(rita).get("/accounts/login/", {"next": target}, headers=headers),
            web(rita).post("/me/preferences", {"theme": "dark", "next": target}, headers=headers),
            Client().get("/admin/", {"next": target}, headers=headers),
            Client().get("/admin/login/", {"next": target}, headers=headers),
        ]
        for answer in asked:
            for name in ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"):
                # As browsers read it: backslashes are slashes, tabs and line breaks are not there.
                value = re.sub(r"[\t\r\n]", "", answer.get(name, "/")).strip().replace("\\", "/")
                found = urlsplit(urljoin("http://testserver/language", value))
                assert (found.scheme, found.netloc) == ("http", "testserver"), (name, value)
    after = Client().post("/accounts/login/", {"login": rita.email, "password": PASSWORD, "next": target})
    assert after["Location"] == "/"


def test_auth_14_the_way_on_works_inside(web, rita):
    """The control."""
    assert web(rita).post("/language", {"language": "de", "next": "/portal"})["Location"] == "/portal"


@pytest.mark.parametrize("name", HEADERS)
def test_auth_15_headers_make_nobody_somebody(web, rest, ada, rita, name):
    headers = {name: ada.email}
    assert "/accounts/login/" in Client(headers=headers).get("/settings/people")["Location"]
    assert Client(headers=headers).get("/api/v1/me").status_code == 401
    assert web(rita, headers=headers).get("/settings/people").status_code == 403
    assert rest(rita).get("/me", **{name.replace("-", "_"): ada.email}).json()["id"] == rita.pk
    assert web(ada).get("/settings/people").status_code == 200


def test_auth_15_made_up_addresses_do_not_escape_the_login_limit(rita):
    """Without a proxy that is trusted, X-Forwarded-For is only a word."""
    for turn in range(6):
        answer = Client().post(
            "/accounts/login/",
            {"login": rita.email, "password": "not the password"},
            headers={"X-Forwarded-For": f"10.0.0.{turn}", "X-Real-IP": f"10.0.1.{turn}"},
        )
    assert "five minutes" in answer.content.decode()
    right = Client().post("/accounts/login/", {"login": rita.email, "password": PASSWORD})
    assert right.status_code == 200


NASTY = [
    "x\r\nBcc: victim@evil.example",
    "x\nBcc: victim@evil.example\n\nbody",
    "x\x00y",
    "x\u2028Bcc: victim@evil.example",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_mail_01_no_door_lets_a_line_into_a_header(rest, web, rita, alan, it, deliver, text):
    web(rita).post("/me/profile", {"name": text, "theme": "dark", "density": "compact"})
    web(rita).post("/portal/new", {"subject": text, "description": "D", "kind": "request"})
    api = rest(rita).post("/tickets", {"subject": text, "description": "D"})
    assert api.status_code in (201, 400, 422)
    assert rest(alan).post(
        "/tickets", {"subject": "S", "description": "D", "requester_email": f"a@b.example{text}"}
    ).status_code in (400, 422)
    made = rest(rita).post("/tickets", {"subject": "honest", "description": "D"}).json()["number"]
    file = SimpleUploadedFile("x", b"x")
    file.__dict__["_name"] = f"{text}.txt"
    rest(rita).form(f"/tickets/{made}/comments", {"body": "x", "files": [file]})
    sent = deliver()
    assert sent
    for message in sent:
        built = message.message()
        assert message.recipients() in ([rita.email], [alan.email])
        assert built["Bcc"] is None
        head = built.as_string().partition("\n\n")[0]
        assert not [line for line in head.splitlines() if line.lower().startswith("bcc")]


def test_xss_10_what_a_browser_calls_itself_reaches_no_mail(worker, rita):
    """Notices name what happened; user agent and forged addresses stay out of them."""
    html = "<a href=//evil.example>Reset</a>"
    User.objects.filter(pk=rita.pk).update(name=html)
    with worker():
        Client().post(
            "/accounts/password/reset/",
            {"email": rita.email},
            headers={"User-Agent": html, "X-Forwarded-For": html, "Referer": html},
        )
    (message,) = mail.outbox
    parts = [str(content) for content, _kind in message.alternatives]
    assert parts
    assert not [part for part in parts if "<a href=//evil" in part]
    assert html not in "".join(parts)
