"""What the agents' list shows: typed results, no logic left for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from desk.models import Priority, Status, Ticket
from desk.ticket_filters import filter_tickets, given_filters, sort_named
from flowtic.core.actor import Actor
from flowtic.core.paging import Page, page

# Parameters of the address that are no filters.
PAGE_PARAMETERS = ("sort", "cursor", "view", "part")
PAGE_SIZE = 25
DEFAULT_FILTERS = {"open": "true"}

VIEWS: list[tuple[str, str | Promise, dict[str, str]]] = [
    ("open", gettext_lazy("All open"), {}),
    ("mine", gettext_lazy("Assigned to me"), {"assignee": "me", "open": "true"}),
    ("free", gettext_lazy("Unassigned"), {"assignee": "none", "open": "true"}),
    ("waiting", gettext_lazy("Waiting"), {"category": "waiting"}),
    ("done", gettext_lazy("Resolved and closed"), {"open": "false"}),
    ("all", gettext_lazy("All tickets"), {"view": "all"}),
]
FILTER_LABELS = {
    "status": gettext_lazy("Status"),
    "category": gettext_lazy("Status"),
    "open": gettext_lazy("Status"),
    "department": gettext_lazy("Department"),
    "assignee": gettext_lazy("Assignee"),
    "requester": gettext_lazy("Requester"),
    "priority": gettext_lazy("Priority"),
    "tag": gettext_lazy("Tag"),
    "request_type": gettext_lazy("Request type"),
    "created_after": gettext_lazy("Created since"),
    "created_before": gettext_lazy("Created before"),
    "updated_after": gettext_lazy("Changed since"),
    "q": gettext_lazy("Search"),
}


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class View:
    """A predefined view of the side bar."""

    key: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class TicketList:
    """The list page: rows, where it goes on, what is filtered and how it is sorted."""

    page: Page[Ticket]
    chips: list[Chip]
    views: list[View]
    title: str
    sort: str
    query: str  # the address' parameters without the place in the list
    q: str


def effective(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The filters of an address; without any, only open tickets are meant."""
    given = given_filters(params, ignore=PAGE_PARAMETERS)
    if not given and params.get("view") != "all":
        return {name: [value] for name, value in DEFAULT_FILTERS.items()}
    return given


def ticket_list(actor: Actor, params: Mapping[str, Any]) -> TicketList:
    """The list for an address. Raises BadRequest for unknown filters, sort orders and page marks."""
    sort, given = sort_named(params.get("sort", "")), effective(params)
    rows = filter_tickets(actor, given, sort=sort).for_list()
    found = page(rows, sort, cursor=params.get("cursor", ""), limit=PAGE_SIZE)
    views = [_view(key, str(label), filters, given, params) for key, label, filters in VIEWS]
    current = next((view.label for view in views if view.current), _("Tickets"))
    return TicketList(
        page=found,
        chips=_chips(given, params),
        views=views,
        title=current,
        sort=params.get("sort", "") or "-updated",
        query=_address(given_filters(params, ignore=PAGE_PARAMETERS), params, drop=()),
        q=given.get("q", [""])[0],
    )


def _view(
    key: str, label: str, filters: dict[str, str], given: dict[str, list[str]], params: Mapping[str, Any]
) -> View:
    wanted = {name: [value] for name, value in (filters or DEFAULT_FILTERS).items() if name != "view"}
    current = wanted == given and (key == "all") == (params.get("view") == "all")
    return View(key, label, f"?{urlencode(filters)}" if filters else "?", current)


def _address(given: dict[str, list[str]], params: Mapping[str, Any], drop: tuple[str, ...]) -> str:
    kept = [(name, value) for name, values in given.items() if name not in drop for value in values]
    kept += [(name, params[name]) for name in ("sort",) if params.get(name)]
    if not any(name != "sort" for name, _value in kept):
        kept.append(("view", "all"))
    return urlencode(kept)


def _chips(given: dict[str, list[str]], params: Mapping[str, Any]) -> list[Chip]:
    names = _Names(given)
    return [
        Chip(
            str(FILTER_LABELS[name]),
            ", ".join(names.of(name, value) for value in values),
            f"?{_address(given, params, drop=(name,))}",
        )
        for name, values in given.items()
    ]


class _Names:
    """What the values of filters are called, in at most three queries."""

    def __init__(self, given: dict[str, list[str]]) -> None:
        self.found: dict[tuple[str, str], str] = {
            ("open", "true"): _("is open"),
            ("open", "false"): _("is done"),
            ("assignee", "me"): _("me"),
            ("requester", "me"): _("me"),
            ("assignee", "none"): _("nobody"),
        }
        self.found |= {("category", key): str(label) for key, label in Status.Category.choices}
        for name, model in (("status", Status), ("department", Department), ("priority", Priority)):
            if name in given:
                self.found |= {(name, row.key): row.name for row in model.objects.filter(key__in=given[name])}

    def of(self, name: str, value: str) -> str:
        return self.found.get((name, value), value)
