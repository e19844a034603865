"""Navigation by rights, and frames that render for everybody."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from flowtic.core import shell
from flowtic.core.actor import Actor
from flowtic.core.shell import Shell, nav_item, shell_context

pytestmark = pytest.mark.urls("tests.core.front_urls")


def someone(role: str, state: str = "active") -> Any:
    return SimpleNamespace(
        pk=5, name="Ada Example", email="ada@example.test", role=role, state=state, theme="dark", density="comfortable",
        initials="AE", hue=1, avatar_url="", is_authenticated=True, lead_department_ids=set,
    )  # fmt: skip


def at(path: str, user: Any = None, **cookies: str) -> Any:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    request.user = user or AnonymousUser()
    request.actor = Actor(user, "web")  # type: ignore[attr-defined]
    return request


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty registry for the time of one test."""
    monkeypatch.setattr(shell, "_registry", {})
    return nav_item


@pytest.mark.django_db
def test_each_role_sees_its_own_menu() -> None:
    admin = Shell(at("/tickets", someone("admin")))
    agent = Shell(at("/tickets", someone("agent")))
    user = Shell(at("/portal", someone("user")))
    assert "settings" in [link.key for link in admin.main]
    assert [link.key for link in agent.main] == ["tickets"]
    assert agent.settings == []
    assert (user.main, [link.key for link in user.portal]) == ([], ["portal", "portal_tickets", "portal_new"])


@pytest.mark.parametrize("state", ["pending", "suspended", "unverified"])
def test_who_is_not_active_gets_no_navigation(state: str) -> None:
    frame = Shell(at("/pending", someone("admin", state)))
    assert (frame.main, frame.me, frame.settings, frame.layout) == ([], [], [], "layouts/auth.html")


def test_frame_follows_the_role() -> None:
    assert Shell(at("/", someone("agent"))).layout == "layouts/desk.html"
    assert Shell(at("/", someone("user"))).layout == "layouts/portal.html"
    assert Shell(at("/")).layout == "layouts/auth.html"


@pytest.mark.django_db
def test_longest_address_is_the_current_one() -> None:
    current = [link.key for link in Shell(at("/portal/tickets/FT-1", someone("user"))).portal if link.current]
    assert current == ["portal_tickets"]


def test_place_without_an_address_is_left_out(places: Any) -> None:
    places("ghost", "Ghost", "x", "nowhere:at_all", lambda actor: True)
    assert Shell(at("/", someone("agent"))).main == []


def test_count_is_asked_only_when_printed(places: Any) -> None:
    asked = []
    places(
        "t", "Tickets", "ticket", "desk:ticket_list", lambda actor: True, count=lambda actor: asked.append(actor) or 3
    )
    (link,) = Shell(at("/", someone("agent"))).main
    assert asked == []
    assert link.count == 3


@pytest.mark.django_db
def test_visitor_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        request = at("/accounts/login", theme="dark")
        html = render_to_string("layouts/auth.html", {"request": request, **shell_context(request)}, request=request)
    assert 'data-theme="dark"' in html


def test_nobody_at_all_is_tolerated() -> None:
    frame = Shell(RequestFactory().get("/"))
    assert (frame.person, frame.main, frame.theme) == (None, [], "")
    assert Shell(None).layout == "layouts/auth.html"


def test_foreign_theme_cookie_is_ignored() -> None:
    assert Shell(at("/", theme='"><script>')).theme == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("layout", "role"),
    [("desk", "agent"), ("rail", "agent"), ("settings", "admin"), ("me", "user"), ("me", "agent"), ("portal", "user")],
)
def test_every_frame_renders_with_one_main_and_the_persons_choices(layout: str, role: str) -> None:
    request = at("/me/profile", someone(role))
    html = render_to_string(f"layouts/{layout}.html", shell_context(request), request=request)
    assert html.count("<main") == 1
    assert 'data-theme="dark" data-density="comfortable"' in html
    assert 'data-person="5"' in html
    assert html.count('id="user-menu"') == 1


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "refused"])
def test_error_pages_render_without_anything(name: str) -> None:
    html = render_to_string(f"{name}.html", {"request_id": "req-12345678"})
    assert "<h1" in html
    assert "req-12345678" in html
