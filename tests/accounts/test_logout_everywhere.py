"""Ending all logins of a person: on their page, in Django admin, over REST."""

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings

from accounts.commands import log_out_everywhere
from flowtic.core.errors import Forbidden
from flowtic.core.models import Event
from tests.api.conftest import problem, rest  # noqa: F401  (a fixture)

ENDED = "person.logged_out_everywhere"


def inside(client):
    return client.get("/me/profile").status_code == 200


@pytest.fixture
def two(logged_in, alan):
    return logged_in(alan), logged_in(alan)


def test_every_browser_is_logged_out_and_nobody_else(logged_in, ada, alan, lea, two, api):
    admin, colleague, script = logged_in(ada), logged_in(lea), api(alan)
    assert "Log out everywhere" in admin.get(f"/settings/people/{alan.pk}").content.decode()
    assert admin.post(f"/settings/people/{alan.pk}/logout", {}).status_code == 302
    assert [inside(client) for client in (*two, colleague, admin)] == [False, False, True, True]
    assert script.get("/api/v1/me").status_code == 200
    event = Event.objects.get(name=ENDED)
    assert (event.actor, event.via, event.data) == (ada, "web", {"ended_sessions": 2, "ended_tokens": 0})
    assert inside(logged_in(alan))  # it is no suspension


def test_the_tokens_too_if_asked_for(logged_in, ada, alan, two, api):
    script = api(alan)
    logged_in(ada).post(f"/settings/people/{alan.pk}/logout", {"tokens": "on"})
    assert not any(map(inside, two))
    assert script.get("/api/v1/me").status_code == 401
    assert Event.objects.get(name=ENDED).data == {"ended_sessions": 2, "ended_tokens": 1}


def test_nothing_to_end_is_no_event(ada, alan, as_web):
    log_out_everywhere(as_web(ada), alan, tokens=True)
    assert not Event.objects.filter(name=ENDED).exists()


@pytest.mark.parametrize("who", ["rita", "alan", "lea", "sven"])
def test_only_admins(who, request, logged_in, two, alan, as_web):
    person = request.getfixturevalue(who)
    with pytest.raises(Forbidden):
        log_out_everywhere(as_web(person), alan)
    assert logged_in(person).post(f"/settings/people/{alan.pk}/logout", {}).status_code == 403
    assert all(map(inside, two))


def test_ones_own_logins_end_here_too(logged_in, ada):
    admin = logged_in(ada)
    assert admin.post(f"/settings/people/{ada.pk}/logout", {}).status_code == 302
    assert not inside(admin)


def test_in_django_admin(logged_in, ada, alan, lea, two):
    other = logged_in(lea)
    action = {"action": "log_out", "_selected_action": [alan.pk, lea.pk]}
    assert "Logged out. (2)" in logged_in(ada).post("/admin/accounts/user/", action, follow=True).content.decode()
    assert not any(map(inside, (*two, other)))


def test_over_rest(rest, ada, alan, lea, two):  # noqa: F811
    problem(rest(lea).post(f"/people/{alan.pk}/logout", {}), 403)
    problem(rest(ada, "people:read").post(f"/people/{alan.pk}/logout", {}), 403)
    problem(rest(ada).post("/people/999999/logout", {}), 404)
    problem(rest(ada).post(f"/people/{alan.pk}/logout", {"tokens": "perhaps"}), 422)
    assert all(map(inside, two))
    assert rest(ada).post(f"/people/{alan.pk}/logout", {"tokens": False}).json()["id"] == alan.pk
    assert not any(map(inside, two))


def test_sessions_kept_in_a_cache_end_too(logged_in, ada, alan, django_capture_on_commit_callbacks):
    """With Redis the rows are copied into the cache: a deleted row alone would let the browser go on."""
    with override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cached_db"):
        browser, admin = logged_in(alan), logged_in(ada)
        assert inside(browser)
        with django_capture_on_commit_callbacks(execute=True):
            admin.post(f"/settings/people/{alan.pk}/logout", {})
        assert not inside(browser)
    assert not any(row.get_decoded().get("_auth_user_id") == str(alan.pk) for row in Session.objects.all())
