"""AUTH-01, -02, -03, -16, -17: nobody gives themselves what only others may give."""

import pytest
from django.core.checks import run_checks
from django.test import Client

from accounts.commands import create_token, set_role
from accounts.models import ApprovedDomain, User
from desk.models import Ticket
from flowtic import environment
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Conflict, Forbidden
from tests.factories import PASSWORD

GRASPING = {
    "role": "admin",
    "state": "active",
    "status": "approved",
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "1",
    "email": "taken@example.test",
    "email_verified": "1",
    "verified": "1",
    "password": "another fine password 7",
    "id": "1",
    "pk": "1",
    "user": "1",
    "owner": "1",
    "departments": "1",
    "leads": "1",
    "groups[]": "1",
    "avatar_key": "0" * 32,
    "decision_reason": "approved",
}
PROFILE = {"name": "Changed", "theme": "dark", "density": "compact", "language": "en", "time_zone": ""}


def row(person):
    """What the account is, without when it was used."""
    values = User.objects.filter(pk=person.pk).values().get() | {"memberships": list(person.memberships.values())}
    return {name: value for name, value in values.items() if name not in ("last_login", "last_active_at")}


@pytest.mark.parametrize("path", ["/me/profile", "/me/profile/validate?field=name", "/me/preferences"])
def test_auth_01_the_profile_takes_its_own_fields_only(web, rita, it, path):
    before = row(rita)
    web(rita).post(path, {**GRASPING, **PROFILE})
    after = row(rita)
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"name", "theme", "language"}
    if path == "/me/profile":
        assert after["name"] == "Changed"


def test_auth_01_repeated_and_nested_fields_change_nothing_else(web, rest, rita, pia):
    before = row(rita)
    body = "name=Changed&theme=dark&density=compact&role=user&role=admin&user[role]=admin&user.role=admin&__role=admin"
    web(rita).post("/me/profile", body, content_type="application/x-www-form-urlencoded")
    assert {name for name, value in row(rita).items() if value != before[name]} <= {"name", "theme"}
    web(pia).post("/pending", {**GRASPING, "name": "Pia", "reason": "x"})
    assert (row(pia)["role"], row(pia)["state"]) == ("user", "pending")
    for method, path in (("patch", "/me"), ("patch", f"/people/{rita.pk}"), ("put", "/me"), ("post", "/people")):
        answer = rest(rita)(method, path, {"role": "admin", "user": {"role": "admin"}})
        assert answer.status_code in (403, 404, 405)
    assert row(rita)["role"] == "user"


def test_auth_02_a_request_in_the_portal_sets_subject_text_and_place_only(web, rita, otto, it, sven, rest):
    grasping = {
        "requester": otto.pk,
        "assignee": rita.pk,
        "priority": "urgent",
        "status": "closed",
        "number": "FT-1",
        "created_at": "2001-01-01",
        "due_at": "2001-01-01T00:00",
        "tags": "vip",
        "internal": "false",
        "version": "99",
    }
    web(rita).post("/portal/new", {**grasping, "subject": "S", "description": "D", "kind": "request"})
    made = Ticket.objects.get()
    assert (made.requester, made.assignee, made.priority.key, made.is_open) == (rita, None, "normal", True)
    assert (made.number != "FT-1", made.created_at.year > 2001, made.due_at, made.version) == (True, True, None, 1)
    assert not made.tags.exists()
    assert rest(sven).post("/tickets", {"subject": "S", "description": "D", "priority": "urgent"}).status_code == 201


# ---- AUTH-03 -----------------------------------------------------------------------------


def doors_of_administration(pk):
    base = f"/settings/people/{pk}"
    return {
        f"{base}/role": {"role": "admin"},
        f"{base}/profile": {"name": "x", "theme": "dark", "density": "compact"},
        f"{base}/departments": {},
        f"{base}/suspend": {"reason": "x"},
        f"{base}/approve": {"role": "admin"},
        f"{base}/picture": {},
        "/settings/domains": {"domain": "evil.example", "role": "support"},
        "/settings/departments/new": {"key": "x", "name_de": "x", "name_en": "x"},
        f"/admin/accounts/user/{pk}/change/": {"role": "admin", "name": "x"},
        "/admin/accounts/user/add/": {"email": "x@example.test", "name": "x", "role": "admin"},
    }


@pytest.mark.parametrize("who", ["rita", "alan", "lea", "sven"])
def test_auth_03_nobody_below_admin_decides_about_people(request, web, rest, ada, sven, pia, who):
    person = request.getfixturevalue(who)
    everybody = [row(other) for other in User.objects.order_by("pk")]
    for target in (person, ada, pia):
        for path, body in doors_of_administration(target.pk).items():
            assert web(person).post(path, body).status_code in (302, 403, 404), path
        for body in ({"role": "admin"}, {"state": "active"}, {"name": "x"}):
            assert rest(person).patch(f"/people/{target.pk}", body).status_code in (403, 404)
    assert [row(other) for other in User.objects.order_by("pk")] == everybody
    assert not ApprovedDomain.objects.exists()


def test_auth_03_an_admin_may(web, ada, alan):
    """The control."""
    assert web(ada).post(f"/settings/people/{alan.pk}/role", {"role": "support"}).status_code == 302
    assert row(alan)["role"] == "support"


def test_auth_03_nobody_makes_tokens_for_others_or_stronger_ones(web, as_web, sven, ada, alan):
    for actor in (as_web(sven), as_web(ada)):
        with pytest.raises(Forbidden):
            create_token(actor, alan, name="x", scopes=["tickets:read"], expires_at=None)
    with pytest.raises(CommandError):
        create_token(as_web(sven), sven, name="x", scopes=["admin"], expires_at=None)
    page = web(sven).post("/me/tokens", {"name": "x", "scopes": ["admin"], "expires": "30", "user": ada.pk})
    assert page.status_code == 422
    assert not ada.api_tokens.exists()
    assert not sven.api_tokens.exists()
    assert web(ada).post("/me/tokens", {"name": "x", "scopes": ["admin"], "expires": "30"}).status_code == 201


def test_auth_03_a_token_is_never_stronger_than_its_person(rest, as_web, ada, sven, alan):
    second = User.objects.create(email="second@example.test", name="Second", role="admin", state="active")
    client = rest(second, "admin", "people:read")
    assert client.patch(f"/people/{alan.pk}", {"role": "support"}).status_code == 200
    set_role(as_web(ada), second, role="support")
    assert client.patch(f"/people/{alan.pk}", {"role": "admin"}).status_code == 403
    assert rest(ada, "people:read").patch(f"/people/{alan.pk}", {"role": "admin"}).status_code == 403
    assert row(alan)["role"] == "support"


def test_auth_03_the_last_admin_stays(as_web, rest, ada):
    with pytest.raises(Conflict):
        set_role(Actor.system("test"), ada, role="user")
    for body in ({"role": "user"}, {"state": "suspended"}):
        assert rest(ada).patch(f"/people/{ada.pk}", body).status_code in (403, 409)
    assert row(ada)["role"] == "admin"


# ---- AUTH-16, AUTH-17 --------------------------------------------------------------------


def test_auth_16_no_side_door_lets_in_who_waits(web, as_web, pia, ada, ticket, rest):
    """Tokens, the API and what others do for the person; the other doors are tested with the sign-up."""
    for actor in (as_web(pia), Actor.system("test")):
        with pytest.raises(CommandError):
            create_token(actor, pia, name="x", scopes=["tickets:read"], expires_at=None)
    assert rest(ada).post("/people", {"email": pia.email, "name": "x", "role": "user"}).status_code == 409
    # An agent notes the address down as a requester: it stays the pending account's.
    rest(ada).post("/tickets", {"subject": "S", "description": "D", "requester_email": pia.email})
    assert web(pia).get("/portal/tickets", follow=True).redirect_chain[-1][0] == "/pending"
    assert row(pia)["state"] == "pending"
    rest(ada).patch(f"/people/{pia.pk}", {"state": "active", "role": "user"})
    assert web(pia).get("/portal/tickets").status_code == 200


def test_auth_17_a_fresh_installation_has_no_accounts(db):
    assert not User.objects.exists()
    for login, password in (("admin", "admin"), ("admin@example.com", "admin"), ("ada@flowtic.example", "demo")):
        answer = Client().post("/accounts/login/", {"login": login, "password": password})
        assert answer.status_code == 200
        assert "_auth_user_id" not in answer.wsgi_request.session


def test_auth_17_each_installation_makes_a_key_of_its_own(tmp_path, monkeypatch):
    monkeypatch.delenv("FLOWTIC_SECRET_KEY", raising=False)
    keys = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        keys.append(environment.secret_key(tmp_path / name))
        assert (tmp_path / name / "secret_key").stat().st_mode & 0o777 == 0o600
        assert environment.secret_key(tmp_path / name) == keys[-1]
    assert len(set(keys)) == 2
    assert min(len(key) for key in keys) >= 64


@pytest.mark.parametrize(
    "key", ["changeme", "secret" * 10, "x" * 64, "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz"]
)
def test_auth_17_a_known_key_is_refused_at_the_start(settings, key):
    assert not [found for found in run_checks() if found.id == "flowtic.E005"]
    settings.SECRET_KEY = key
    assert [found.id for found in run_checks() if found.is_serious()] == ["flowtic.E005"]


def test_auth_17_the_passwords_of_tests_are_none_of_the_product():
    from pathlib import Path

    root = Path(environment.__file__).resolve().parents[1]
    for folder in ("flowtic", "accounts", "desk"):
        for path in (root / folder).rglob("*.py"):
            assert PASSWORD not in path.read_text(encoding="utf-8"), path
