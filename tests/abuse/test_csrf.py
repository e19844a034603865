"""CSRF-01 to -05 and the headers of every answer. The addresses come from the URL map."""

import itertools

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from desk.commands import attach_files
from desk.models import Ticket
from flowtic.core.models import Event
from tests.abuse.doors import addresses
from tests.factories import PASSWORD

# Headers and tokens are made before and after the database is asked.
pytestmark = pytest.mark.once

EVIL = (
    "https://evil.example",
    "null",
    "http://testserver.evil.example",
    "http://eviltestserver",
    "http://testserver:81",
)


@pytest.fixture
def doors(ticket, rita, alan, as_web):
    """Every address of the pages, with objects that exist."""
    file = attach_files(as_web(rita), ticket, files=[SimpleUploadedFile("a.txt", b"x")], internal=False)[0]
    numbers = {"number": [ticket.number], "key": [file.key], "pk": [rita.pk], "token_pk": [1], "kind": ["job"]}
    numbers |= {"absence_pk": [1], "day_pk": [1], "version": [1]}
    return addresses({**numbers, "object_id": [rita.pk], "app_label": ["desk"], "url": ["zzz"]}, api=False)


@pytest.fixture
def token_of(web):
    """`token_of(client)` is the CSRF token of the browser's forms."""
    return lambda client: str(client.get("/accounts/password/change/").context["csrf_token"])


def changes():
    events = Event.objects.values_list("name", flat=True)
    return (
        list(Ticket.objects.values()),
        list(User.objects.values("pk", "name", "role", "theme", "state")),
        list(events),
    )


@pytest.mark.parametrize(
    "headers", [{}, {"HX-Request": "true"}, {"X-HTTP-Method-Override": "GET"}], ids=["plain", "htmx", "override"]
)
def test_csrf_01_02_no_address_takes_a_post_without_the_token(doors, web, ada, headers):
    before, client = changes(), web(ada, enforce_csrf_checks=True, headers=headers)
    assert len(doors) > 100
    for path in doors:
        answer = client.post(path, {"name": "forged", "theme": "dark", "role": "admin"})
        assert answer.status_code == 403, path
    assert changes() == before


def test_csrf_01_only_the_own_token_in_the_form_or_header_counts(web, rita, otto, token_of):
    client, other = web(rita, enforce_csrf_checks=True), web(otto, enforce_csrf_checks=True)
    own, foreign = token_of(client), token_of(other)
    cookie = client.cookies[settings.CSRF_COOKIE_NAME].value

    def post(data=None, **headers):
        status = client.post("/me/preferences", {"theme": "dark", **(data or {})}, headers=headers).status_code
        return status, User.objects.get(pk=rita.pk).theme

    assert post() == (403, "system")  # the token in the cookie only, as a forged form sends it
    assert post({"csrfmiddlewaretoken": foreign}) == (403, "system")
    assert post({"csrfmiddlewaretoken": cookie[:-1] + "x"}) == (403, "system")
    assert post({"csrfmiddlewaretoken": own}, Origin="https://evil.example") == (403, "system")
    json = client.post("/me/preferences", '{"theme": "dark"}', content_type="text/plain")
    assert json.status_code == 403
    assert post(**{"X-CSRFToken": own, "HX-Request": "true"})[1] == "dark"


def test_csrf_01_reading_changes_nothing(doors, web, ada, rita):
    """GET and HEAD of every address, with parameters that a form would post."""
    before, sessions = changes(), Session.objects.count()
    for person in (ada, rita):
        client = web(person)
        for path in doors:
            for method in (client.get, client.head):
                method(path, {"name": "forged", "theme": "dark", "role": "admin", "remove": "1", "action": "suspend"})
    assert changes() == before
    assert Session.objects.count() == sessions + 2  # nobody was logged out


def test_csrf_03_login_and_logout_need_the_token(client, rita, token_of):
    forged = Client(enforce_csrf_checks=True)
    data = {"login": rita.email, "password": PASSWORD}
    assert forged.post("/accounts/login/", data).status_code == 403
    assert settings.SESSION_COOKIE_NAME not in forged.cookies
    page = forged.get("/accounts/login/")
    assert (
        forged.post("/accounts/login/", {**data, "csrfmiddlewaretoken": str(page.context["csrf_token"])}).status_code
        == 302
    )
    assert forged.get("/accounts/logout/").status_code == 200
    assert forged.post("/accounts/logout/").status_code == 403
    assert forged.get("/me/profile").status_code == 200
    assert forged.post("/accounts/logout/", {"csrfmiddlewaretoken": token_of(forged)}).status_code == 302
    assert forged.get("/me/profile").status_code == 302


def test_csrf_04_no_page_is_shared_with_other_sites(doors, web, ada):
    """Every address is asked from one of the sites, some from all of them."""
    client, sites = web(ada), itertools.cycle(EVIL)
    paths = [(path, next(sites)) for path in doors]
    paths += [(path, site) for path in ("/tickets", "/api/v1/me", "/api/v1/openapi.json") for site in EVIL]
    for path, site in paths:
        for answer in (client.get(path, headers={"Origin": site}), client.options(path, headers={"Origin": site})):
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")], (path, site)


# ---- headers -------------------------------------------------------------------------


def directives(answer):
    parts = (part.strip().split(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {part[0]: part[1:] for part in parts}


def check_headers(answer, path):
    policy = directives(answer)
    # Uploads have a policy of their own without frame-ancestors; there browsers obey the older header.
    if "frame-ancestors" in policy or "sandbox" not in policy:
        assert policy["frame-ancestors"] == ["'none'"], path
    assert answer["X-Frame-Options"] == "DENY", path
    assert policy["default-src"] in (["'self'"], ["'none'"]), path
    assert "unsafe" not in answer["Content-Security-Policy"], path
    assert "*" not in answer["Content-Security-Policy"], path
    if "sandbox" not in policy:
        assert policy["object-src"] == policy["base-uri"] == ["'none'"], path
        assert policy["form-action"] == policy["connect-src"] == ["'self'"], path
    assert answer["X-Content-Type-Options"] == "nosniff", path
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer"), path
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin", path
    assert "Server" not in answer
    assert "X-Powered-By" not in answer


@pytest.mark.parametrize("who", ["nobody", "pia", "rita", "alan", "ada"])
def test_csrf_05_no_answer_can_be_framed_or_run_foreign_scripts(request, doors, web, who):
    """Pages, fragments, redirects, refusals, files and what does not exist."""
    client, seen = web(None if who == "nobody" else request.getfixturevalue(who), raise_request_exception=False), set()
    for path in [*doors, "/no/such/page", "/tickets?sort=zzz", "/api/v1/me", "/api/v1/openapi.json", "/api/v1/nothing"]:
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(path, headers=headers)
            seen.add(answer.status_code)
            check_headers(answer, f"{answer.status_code} {path}")
            if who != "nobody" and not path.startswith(("/health/", "/api/", "/avatars/", "/admin/jsi18n")):
                assert "no-store" in answer.get("Cache-Control", ""), path
    assert {302, 404} <= seen
    check_headers(client.post("/tickets", {}), "405")
    assert client.get("/accounts/login/", HTTP_HOST="evil.example").status_code == 400


def test_csrf_05_files_and_pictures_too(web, rest, rita, ticket, as_web):
    file = attach_files(as_web(rita), ticket, files=[SimpleUploadedFile("a.txt", b"x")], internal=False)[0]
    check_headers(web(rita).get(file.get_absolute_url()), "attachment")
    check_headers(rest(rita).get(f"/tickets/{ticket.number}/attachments/{file.key}/content"), "attachment of the API")


def test_csrf_05_each_page_has_a_nonce_of_its_own(web, rita):
    found = {tuple(directives(web(rita).get("/portal"))["script-src"]) for _n in range(5)}
    assert len(found) == 5
    assert all(sources[0] == "'self'" and sources[1].startswith("'nonce-") for sources in found)


def test_csrf_05_cookies_are_kept_from_scripts_and_other_sites(web, rita, client):
    client.post("/accounts/login/", {"login": rita.email, "password": PASSWORD})
    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME], client.cookies[settings.CSRF_COOKIE_NAME]
    for cookie in (session, csrf):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["domain"] == ""
        assert cookie["path"] == "/"
