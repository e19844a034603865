"""What the agents' list shows: typed results, no logic left for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.field_filters import PREFIX, Known, is_field, is_sortable, known_fields
from desk.formschema import label_of
from desk.list_columns import Control, columns_of, controls, fitting, label_of_filter, said, with_columns
from desk.list_rows import Face, Row, for_rows, people_of, rows
from desk.models import RequestType, Status, Ticket
from desk.people_search import address_in, meant_ids
from desk.ticket_filters import DEFAULT_SORT, filter_tickets, given_filters, sort_named, types_in
from desk.words import Words
from flowtic.core.actor import Actor
from flowtic.core.paging import Page, page

# Parameters of the address that are no filters.
PAGE_PARAMETERS = ("sort", "cursor", "view", "columns")
PAGE_SIZE = 25
COLUMNS = 9  # without those of custom fields
DEFAULT_FILTERS = {"open": ["true"]}
PEOPLE = ("assignee", "requester")
MANY = 2  # values that a chip spells out
NOBODY = str(2**62)
MINE = {"assignee": ["me"], "open": ["true"]}
FREE = {"assignee": ["none"], "open": ["true"]}

# key, name, filters; none of them means: whatever the state.
VIEWS: list[tuple[str, str | Promise, dict[str, list[str]]]] = [
    ("open", gettext_lazy("All open"), DEFAULT_FILTERS),
    ("mine", gettext_lazy("Assigned to me"), MINE),
    ("free", gettext_lazy("Unassigned"), FREE),
    ("waiting", gettext_lazy("Waiting"), {"category": ["waiting"]}),
    ("all", gettext_lazy("All tickets"), {}),
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
    "created_after": gettext_lazy("Created from"),
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
class Heading:
    """A column that sorts: its state for `aria-sort` ('' when the list is sorted otherwise) and the next click."""

    name: str
    state: str
    url: str


@dataclass(frozen=True)
class Headings:
    """Those that every list has."""

    priority: Heading
    created: Heading
    due: Heading
    updated: Heading


@dataclass(frozen=True)
class FieldHead:
    """A column of a custom field; `heading` when the list can be sorted by it."""

    label: str
    heading: Heading | None


class TicketList:
    """The list for an address. Raises BadRequest for unknown filters, sort orders and page marks."""

    def __init__(self, actor: Actor, params: Mapping[str, Any]) -> None:
        self.actor, self.words = actor, Words(actor)
        self.sort = sort_named(params.get("sort", ""), actor, params)
        self.cursor = params.get("cursor", "")
        types = types_in(params)
        typed = fitting(actor, given_filters(params, ignore=PAGE_PARAMETERS), types)
        self.given = typed if typed or params.get("view") == "all" else dict(DEFAULT_FILTERS)
        self.columns = columns_of(actor, params, types)

    @cached_property
    def tickets(self) -> QuerySet[Ticket]:
        """The tickets that the filters find, in order."""
        filters = {name: self._ids(values) if name in PEOPLE else values for name, values in self.given.items()}
        return for_rows(filter_tickets(self.actor, filters, sort=self.sort))

    @cached_property
    def page(self) -> Page[Ticket]:
        return page(self.tickets, self.sort, cursor=self.cursor, limit=PAGE_SIZE)

    @cached_property
    def people(self) -> dict[int, Face]:
        """Everybody on this page and in its filters."""
        return people_of(self.page.rows, self._named_ids)

    @cached_property
    def rows(self) -> list[Row]:
        return with_columns(self.actor, rows(self.page.rows, self.words, self.people), self.columns)

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return COLUMNS + len(self.columns)

    @cached_property
    def field_heads(self) -> list[FieldHead]:
        """The heads of the columns of custom fields."""
        found = []
        for field in self.columns:
            label, name = label_of(field.spec), f"{PREFIX}{field.key}"
            found.append(FieldHead(label, self._heading(name, name) if is_sortable(field) else None))
        return found

    @cached_property
    def field_controls(self) -> list[Control]:
        """What the filter form offers of the one request type it is set to."""
        return controls(self.actor, self.given, self.columns)

    @cached_property
    def request_types(self) -> list[RequestType]:
        return list(RequestType.objects.all())

    @cached_property
    def _known(self) -> dict[str, Known]:
        return known_fields(self.actor, self.given.get("request_type", ())) if any(map(is_field, self.given)) else {}

    @property
    def q(self) -> str:
        return self._typed("q")

    @property
    def open_state(self) -> str:
        return self._typed("open")

    @property
    def created_after(self) -> str:
        return self._typed("created_after")[:10]

    @property
    def created_before(self) -> str:
        return self._typed("created_before")[:10]

    @property
    def tags(self) -> str:
        return self._typed("tag")

    @property
    def requesters(self) -> str:
        return self._typed("requester")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters besides the search text, for a form that does not show them yet."""
        found = [(name, value) for name, values in self.given.items() if name != "q" for value in values]
        return [*found, ("columns", self.column_names)] if self.columns else found

    @property
    def other_assignees(self) -> str:
        return ", ".join(value for value in self.given.get("assignee", []) if value not in ("me", "none"))

    @property
    def is_default(self) -> bool:
        return self.given == DEFAULT_FILTERS

    @property
    def is_mine(self) -> bool:
        return self.given == MINE

    @property
    def free_url(self) -> str:
        return _address(FREE)

    @cached_property
    def views(self) -> list[View]:
        return [View(key, str(label), _address(filters), filters == self.given) for key, label, filters in VIEWS]

    @property
    def title(self) -> str:
        return next((view.label for view in self.views if view.current), _("Tickets"))

    @property
    def query(self) -> str:
        """This list's address: filters and sort order, without the place in the list."""
        return self._at(self.given, self.sort.name)

    @property
    def column_names(self) -> str:
        """As the address names them."""
        return ",".join(f"{PREFIX}{field.key}" for field in self.columns)

    def _at(self, given: Mapping[str, list[str]], sort: str) -> str:
        """An address with this list's columns."""
        address = _address(given, sort)
        extra = urlencode({"columns": self.column_names}, safe=",") if self.columns else ""
        return f"{address}{'&' if len(address) > 1 and extra else ''}{extra}"

    @property
    def everywhere(self) -> str:
        """The same words in all tickets, for a search that found nothing among the open ones."""
        return _address({"q": self.given["q"]} if self.q else {})

    @property
    def more(self) -> str:
        """Where the next page is; '' on the last one."""
        mark = urlencode({"cursor": self.page.next})
        return f"{self.query}{'&' if len(self.query) > 1 else ''}{mark}" if self.page.next else ""

    @cached_property
    def headings(self) -> Headings:
        return Headings(**{name: self._heading(name, first) for name, first in FIRST_CLICK.items()})

    @property
    def chips(self) -> list[Chip]:
        return [Chip(self._label(name), self._said(name), self._without(name)) for name in self.given]

    def _label(self, name: str) -> str:
        return label_of_filter(self._known, name) if is_field(name) else str(FILTER_LABELS[name])

    def free_count(self) -> int:
        """How many tickets the actor could claim; for the empty list of who has done everything."""
        free = Ticket.objects.visible_to(self.actor).open().filter(assignee=None)
        if not self.actor.works_in_every_department:
            free = free.filter(department__in=self.actor.department_ids)
        return free[:100].count()

    def _typed(self, name: str) -> str:
        return ", ".join(self.given.get(name, []))

    def _heading(self, name: str, first: str) -> Heading:
        other = name if first.startswith("-") else f"-{name}"
        current = self.sort.name if self.sort.name in (first, other) else ""
        state = ("descending" if current.startswith("-") else "ascending") if current else ""
        return Heading(name, state, self._at(self.given, other if current == first else first))

    def _without(self, name: str) -> str:
        # A field's filters mean nothing any more without the request type they belong to.
        fields = name == "request_type"
        left = {k: v for k, v in self.given.items() if k != name and not (fields and is_field(k))}
        return self._at(left, self.sort.name) if not fields else _address(left)

    def _ids(self, values: list[str]) -> list[str]:
        """People named freely, as the filters take them: `me`, `none`, an id or an address."""
        found: list[str] = []
        for value in values:
            if value in ("me", "none") or _is_id(value):
                found.append(value)
            elif address := address_in(value):
                found.append(address)
            else:
                found += [str(pk) for pk in meant_ids(self.actor, value)] or [NOBODY]
        return found

    @property
    def _named_ids(self) -> list[int]:
        return [int(value) for name in PEOPLE for value in self.given.get(name, []) if _is_id(value)]

    def _said(self, name: str) -> str:
        names = [self._name(name, value) for value in self.given[name]]
        more = len(names) - MANY
        return ", ".join(names[:MANY]) + (f" +{more}" if more > 0 else "")

    def _name(self, name: str, value: str) -> str:
        if is_field(name):
            return said(self._known, name, value)
        if name in PEOPLE:
            return self._person(value)
        if name == "open":
            return _("is open") if value == "true" else _("is done")
        if name == "category":
            return str(dict(Status.Category.choices).get(value, value))
        if name == "request_type":
            return str(RequestType.objects.filter(key=value).first() or value)
        rows: dict[str, Any] = {
            "status": self.words.status_rows,
            "priority": self.words.priority_rows,
            "department": self.words.department_rows,
        }
        return next((row.name for row in rows[name].values() if row.key == value), value) if name in rows else value

    def _person(self, value: str) -> str:
        if value in ("me", "none"):
            return _("me") if value == "me" else _("nobody")
        person = self.people.get(int(value)) if _is_id(value) else None
        return person.name if person else value


# The order of the first click on a column; the second one turns it round.
FIRST_CLICK = {"priority": "-priority", "created": "-created", "due": "due", "updated": "-updated"}


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19


def _address(given: Mapping[str, list[str]], sort: str = DEFAULT_SORT) -> str:
    """The query of an address, '?' included; the default list and the default order go without words."""
    pairs = [] if given == DEFAULT_FILTERS else [(name, value) for name, values in given.items() for value in values]
    if not given:
        pairs.append(("view", "all"))
    if sort != DEFAULT_SORT:
        pairs.append(("sort", sort))
    return f"?{urlencode(pairs)}"
