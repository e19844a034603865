"""What the page frames need: navigation by rights, theme, density. Read by the templates in layouts/ as `shell`.

An app adds a place with `nav_item(...)` in its AppConfig.ready(). An item whose URL name does not exist is left out,
so that a smaller installation shows a smaller menu.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

THEMES = ("light", "dark")
DENSITIES = ("compact", "comfortable")


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in a menu. `area` is main, settings, me or portal; `tab` puts it into the bottom bar of a phone."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    visible: Callable[[Any], bool]
    area: str = "main"
    order: int = 100
    count: Callable[[Any], int | None] | None = None
    tab: bool = False
    shortcut: str = ""


_registry: dict[str, NavItem] = {}


def nav_item(
    key: str,
    label: str | Promise,
    icon: str,
    url_name: str,
    visible: Callable[[Any], bool],
    *,
    area: str = "main",
    order: int = 100,
    count: Callable[[Any], int | None] | None = None,
    tab: bool = False,
    shortcut: str = "",
) -> NavItem:
    """Register a place; the same key again replaces it. `visible` and `count` take the actor."""
    item = NavItem(key, label, icon, url_name, visible, area, order, count, tab, shortcut)
    _registry[key] = item
    return item


@dataclass(frozen=True, slots=True)
class Place:
    """A link of a menu with all its texts worked out: equal when it looks the same."""

    label: str
    icon: str
    url: str
    tab: bool
    shortcut: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Face:
    """What a frame shows of the person who is signed in."""

    pk: int
    name: str
    email: str | None
    initials: str
    hue: int
    avatar_url: str


@dataclass(frozen=True, slots=True)
class Menu:
    """What the menu of the signed-in person shows."""

    person: Face | None
    places: tuple[Place, ...]
    me_places: tuple[Place, ...]
    is_desk: bool
    theme: str


class NavLink:
    """A place as the template sees it: address known, counting put off until it is printed."""

    def __init__(self, item: NavItem, url: str, actor: Any) -> None:
        self.key, self.label, self.icon = item.key, item.label, item.icon
        self.tab, self.shortcut = item.tab, item.shortcut
        self.url = url
        self.current = False
        self._count, self._actor = item.count, actor

    @cached_property
    def count(self) -> int | None:
        return self._count(self._actor) if self._count else None

    def place(self, *, counted: bool = False) -> Place:
        count = self.count if counted else None
        return Place(str(self.label), self.icon, self.url, self.tab, self.shortcut, self.current, count)


class Shell:
    """Everything a frame shows about the person and the place. Nothing is looked up before a template asks."""

    def __init__(self, request: HttpRequest | None, path: str = "") -> None:
        """`path`: of the page it is for, where that is not the one that is asked for."""
        self._request = request
        self._path = path or (request.path if request is not None else "")
        self._actor = getattr(request, "actor", None)

    @cached_property
    def person(self) -> Any:
        """The signed-in person, or None."""
        user = getattr(self._actor, "user", None) or getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def is_desk(self) -> bool:
        return self._takes_part and bool(getattr(self._actor, "can_work", False))

    @cached_property
    def layout(self) -> str:
        """The frame for pages that every role opens: {% extends shell.layout %}."""
        if not self._takes_part:
            return "layouts/auth.html"
        return "layouts/desk.html" if self.is_desk else "layouts/portal.html"

    @cached_property
    def theme(self) -> str:
        """light, dark, or "" to follow the device."""
        chosen = self.person.theme if self.person else self._cookie("theme")
        return chosen if chosen in THEMES else ""

    @cached_property
    def density(self) -> str:
        chosen = getattr(self.person, "density", "")
        return chosen if chosen in DENSITIES else DENSITIES[0]

    @cached_property
    def key_mode(self) -> str:
        """When single keys work: on, alt or off."""
        return str((getattr(self.person, "shortcuts", None) or {}).get("mode", "on"))

    @cached_property
    def keymap(self) -> str:
        """{usual key: the person's own} as JSON, or ''."""
        keys = (getattr(self.person, "shortcuts", None) or {}).get("keys")
        return json.dumps(keys, separators=(",", ":"), ensure_ascii=False) if keys else ""

    @cached_property
    def main(self) -> list[NavLink]:
        return self._links("main")

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """`main` without the counts, for frames that are kept."""
        return tuple(link.place() for link in self.main)

    @cached_property
    def counted_places(self) -> tuple[Place, ...]:
        return tuple(link.place(counted=True) for link in self.main)

    @cached_property
    def tab_places(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.tab)

    @cached_property
    def me_places(self) -> tuple[Place, ...]:
        return tuple(link.place() for link in self.me)

    @cached_property
    def face(self) -> Face | None:
        person = self.person
        if person is None:
            return None
        return Face(person.pk, person.name, person.email, person.initials, person.hue, person.avatar_url)

    @cached_property
    def menu(self) -> Menu:
        return Menu(self.face, self.places, self.me_places, self.is_desk, self.theme)

    @cached_property
    def tabs(self) -> list[NavLink]:
        return [link for link in self.main if link.tab]

    @cached_property
    def settings(self) -> list[NavLink]:
        return self._links("settings")

    @cached_property
    def me(self) -> list[NavLink]:
        return self._links("me")

    @cached_property
    def portal(self) -> list[NavLink]:
        return self._links("portal")

    @property
    def _takes_part(self) -> bool:
        """Signed in and approved: a pending person gets no navigation."""
        return self.person is not None and getattr(self.person, "state", "active") == "active"

    def _cookie(self, name: str) -> str:
        return self._request.COOKIES.get(name, "") if self._request is not None else ""

    def _links(self, area: str) -> list[NavLink]:
        if not self._takes_part or self._actor is None:
            return []
        links = [
            NavLink(item, url, self._actor)
            for item in sorted(_registry.values(), key=lambda item: item.order)
            if item.area == area and item.visible(self._actor) and (url := _url(item.url_name))
        ]
        self._mark_current(links)
        return links

    def _mark_current(self, links: list[NavLink]) -> None:
        """The longest address that leads to this page wins: /portal/tickets, not /portal."""
        path = self._path
        hits = [link for link in links if path == link.url or path.startswith(link.url.rstrip("/") + "/")]
        if hits:
            max(hits, key=lambda link: len(link.url)).current = True


def shell_context(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: puts `shell` into every template."""
    return {"shell": Shell(request)}


def _url(name: str) -> str:
    return _address(name, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _address(name: str, _prefix: str, _urlconf: Any) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _works(actor: Any) -> bool:
    return bool(actor.can_work)


def _hands_out(actor: Any) -> bool:
    return bool(actor.works_in_every_department or actor.lead_department_ids)


def _administers(actor: Any) -> bool:
    return bool(actor.is_admin)


def _everybody(actor: Any) -> bool:
    return True


# The order of the menus in one place. Apps that come later stand here by URL name only.
nav_item("work", _("My work"), "work", "desk:work", _works, order=10, tab=True, shortcut="g w")
nav_item("search", _("Search"), "search", "desk:search", _works, order=5, shortcut="g s")
nav_item("tickets", _("Tickets"), "ticket", "desk:ticket_list", _works, order=20, tab=True, shortcut="g t")
nav_item("dispatch", _("Dispatch"), "route", "desk:dispatch", _hands_out, order=30, shortcut="g d")
nav_item("workflows", _("Workflows"), "flow", "workflows:list", _works, order=50, shortcut="g f")
nav_item("reports", _("Reports"), "chart", "reporting:home", _works, order=60, shortcut="g r")
nav_item("settings", _("Administration"), "gear", "accounts:people_pending", _administers, order=90)

nav_item(
    "people_pending", _("Pending people"), "users", "accounts:people_pending", _administers, area="settings", order=10
)
nav_item("outbox", _("Deliveries"), "send", "core:outbox", _administers, area="settings", order=80)
nav_item("system", _("System"), "gear", "core:system", _administers, area="settings", order=85)
nav_item("admin", _("Data administration"), "server", "admin:index", _administers, area="settings", order=90)

nav_item("profile", _("Profile"), "user", "accounts:profile", _everybody, area="me", order=10)
nav_item("shortcuts", _("Keyboard shortcuts"), "keyboard", "accounts:shortcuts", _works, area="me", order=15)
nav_item("tokens", _("API tokens"), "key", "accounts:tokens", _everybody, area="me", order=20)

nav_item("portal", _("Overview"), "inbox", "desk:portal", _everybody, area="portal", order=10)
nav_item("portal_tickets", _("My tickets"), "ticket", "desk:portal_tickets", _everybody, area="portal", order=20)
nav_item("portal_new", _("New request"), "plus", "desk:portal_new", _everybody, area="portal", order=30)
