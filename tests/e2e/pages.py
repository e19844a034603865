"""Every page that somebody can open, found in the URL map and filled with what the demo desk holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from accounts.models import User
from desk.formschema import pages_of
from desk.models import RequestType, Ticket

# Who is asked first: the one with the fewest rights that opens the page; in the portal who asks.
ROLES = ("", "pia", "alan", "lea", "sven", "ada", "rita")
FOREIGN = ("api/", "admin/", "health/", "avatars/", "^", "undo/")
NO_PAGE = (".csv", "/count", "/counts", "attachments/", "<str:form>", "confirm-email", "password/reset/key")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
# What `pk` and `key` mean behind this beginning of an address: (app.Model, column).
MEANT: dict[str, tuple[str, str]] = {
    "people/<int:pk>": ("accounts.User", "pk"),
    "settings/people/<int:pk>": ("accounts.User", "pk"),
    "settings/departments/<int:pk>": ("accounts.Department", "pk"),
    "settings/domains/<int:pk>": ("accounts.ApprovedDomain", "pk"),
    "settings/calendars/<int:pk>": ("accounts.Calendar", "pk"),
    "settings/skills/<int:pk>": ("accounts.Skill", "pk"),
    "settings/statuses/<int:pk>": ("desk.Status", "pk"),
    "settings/tags/<int:pk>": ("desk.Tag", "pk"),
    "settings/templates/<int:pk>": ("desk.TicketTemplate", "pk"),
    "settings/macros/<int:pk>": ("desk.Macro", "pk"),
    "settings/replies/<int:pk>": ("desk.CannedReply", "pk"),
    "settings/sla/<int:pk>": ("desk.SlaPolicy", "pk"),
    "settings/assistant/models/providers/<int:pk>": ("ai_assist.Provider", "pk"),
    "settings/assistant/models/departments/<int:pk>": ("accounts.Department", "pk"),
    "settings/assistant/models/calls/<int:pk>": ("ai_assist.ModelCall", "pk"),
    "knowledge/articles/<int:pk>": ("knowledge.Article", "pk"),
    "knowledge/categories/<int:pk>": ("knowledge.Category", "pk"),
    "steps/<int:pk>": ("workflows.WorkItem", "pk"),
    "runs/<int:pk>": ("workflows.Instance", "pk"),
    "workflows/rules/automation/<int:pk>": ("workflows.AutomationRule", "pk"),
    "workflows/rules/<int:pk>": ("workflows.WorkflowRule", "pk"),
    "workflows/<str:key>": ("workflows.Workflow", "key"),
    "tickets/new/<str:key>": ("desk.RequestType", "key"),
    "portal/new/<str:key>": ("desk.RequestType", "key"),
    "tickets/<str:number>/macros/<int:pk>": ("desk.Macro", "pk"),
}


@dataclass(frozen=True)
class Page:
    """An address and the person of the demo who opens it ("" for nobody)."""

    route: str
    path: str
    who: str


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes(entry, route)
        elif not route.startswith(FOREIGN) and not any(part in route for part in NO_PAGE):
            yield route


def find_pages() -> tuple[list[Page], list[str]]:
    """(pages, routes that nobody opens as a page with this data: verbs, fragments, what the demo has none of)."""
    people = {key: User.objects.filter(email=f"{key}@flowtic.example").first() for key in ROLES if key}
    clients = {key: _client(person) for key, person in people.items() if person} | {"": Client(SERVER_NAME="127.0.0.1")}
    found, left = [], []
    for route in sorted(set(routes())):
        hit = next((page for path in paths(route) for page in _opened(route, path, clients)), None)
        if hit:
            found.append(hit)
        else:
            left.append(route)
    return found, left


def _client(person: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def _opened(route: str, path: str, clients: dict[str, Client]) -> Iterator[Page]:
    for who in ("rita", *ROLES) if route.startswith("portal") else ROLES:
        if who not in clients:
            continue
        answer = clients[who].get(path)
        is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
        if is_page and b"<html" in answer.content[:200]:
            yield Page(route, path, who)


def paths(route: str) -> Iterator[str]:
    """The route with its parameters filled in; several where one object may not show it."""
    names = PARAMETER.findall(route)
    if not names:
        yield f"/{route}"
        return
    meant = next((row for start, row in sorted(MEANT.items(), reverse=True) if route.startswith(start)), None)
    for number in _numbers():
        for value in _values(meant) if meant else [""]:
            given = {"number": number, "pk": value, "key": value, "page": "1", "name": "status"}
            if meant and meant[0] == "desk.RequestType":
                given["page"] = _first_page(value)
            path = PARAMETER.sub(lambda hit, given=given: str(given.get(hit[1], "")), route)
            if "<" not in path and "//" not in path and not path.endswith("/"):
                yield f"/{path}"
        if "number" not in names:
            return


def _numbers() -> list[str]:
    """Rita's tickets that are worked on first: they show most."""
    rows = Ticket.objects.filter(requester__email="rita@flowtic.example")
    return list(rows.order_by("-is_open", "pk").values_list("number", flat=True)[:4])


def _values(meant: tuple[str, str]) -> list[Any]:
    model, column = meant
    try:
        rows = apps.get_model(model)._default_manager.order_by("-pk")
    except LookupError:
        return []
    return list(rows.values_list(column, flat=True)[:6])


def _first_page(key: Any) -> str:
    kind = RequestType.objects.filter(key=key).first()
    pages = pages_of(kind.schema) if kind else []
    return pages[0].key if pages else ""
