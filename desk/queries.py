"""What the agents' list shows: typed results, no logic left for the template."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from hashlib import blake2s
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from desk.field_filters import FieldSort, Known, is_field, known_fields
from desk.list_addresses import ListAddresses
from desk.list_chips import PEOPLE, Chip, Editor, FilterWords, editor_of, is_id
from desk.list_columns import Columns, Control, Heading, controls, fitting, with_columns
from desk.list_filter import Filter, few_of_status
from desk.list_groups import MAX_SORTED, NAMES, Groups, GroupSort, Head
from desk.list_rows import Face, Row, for_rows, people_of, rows
from desk.list_state import LAYOUTS, ListState, base_of, encoded, state_of
from desk.list_views import ListView, offered, saved_view
from desk.models import RequestType, Ticket
from desk.people_search import address_in, meant_ids
from desk.ticket_filters import DEFAULT_SORT, NOT, positive, read_filter, sort_named
from desk.words import Words
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest
from flowtic.core.paging import Page, Sort, cut, page
from flowtic.core.prepared import rows_known_by

PAGE_SIZE = 25
NOBODY = str(2**62)
MINE = {"assignee": ["me"], "open": ["true"]}
FREE = {"assignee": ["none"], "open": ["true"]}
DEFAULT_FILTERS = {"open": ["true"]}
# Where the first click on a head sorts by; the second one turns it round.
PRIORITY = "-priority"
# Changes by which a ticket may come into a list that filters by this.
ENTERS = {
    "assignee": ("ticket.assigned", "ticket.claimed", "ticket.released", "ticket.returned"),
    "department": ("ticket.department_changed",),
    "status": ("ticket.status_changed", "ticket.reopened"),
    "category": ("ticket.status_changed", "ticket.reopened"),
    "open": ("ticket.reopened",),
    "priority": ("ticket.changed",),
}


class TicketList(ListAddresses):
    """The list for an address. Raises BadRequest for unknown filters, sort orders and page marks, and NotFound for a
    view that the actor does not have. A view whose own filters became invalid is `broken`: it shows why, and nothing.
    """

    def __init__(self, actor: Actor, params: Mapping[str, Any]) -> None:
        self.actor, self.words, self.params = actor, Words(actor), params
        self.cursor, self.part = params.get("cursor", ""), params.get("part", "")
        self.offered, self.hidden_views = offered(actor)
        self.base = self._base()
        self.broken = ""
        self.filter: Filter | None = None
        self.notice = ""
        try:
            self._read(state_of(params, self.base))
        except BadRequest as error:
            if self.base is None or self.base.is_built_in or ListState.of(params).filters:
                raise
            self._break(error)

    def _read(self, state: ListState) -> None:
        types = state.filters.get("request_type", [])
        filters = fitting(self.actor, dict(state.filters), types)
        self.columns = Columns(self.actor, state.columns, types)
        self.group = state.group if state.group in NAMES else ""
        self.layout = state.layout if state.layout in LAYOUTS else ""
        self.state = replace(state, filters=filters, columns=self.columns.address, group=self.group, layout=self.layout)
        self.given: dict[str, list[str]] = filters
        self.sort = self._sort(self.state.plain_sort)
        self.filter = self._filter()

    def _break(self, error: BadRequest) -> None:
        sentences = [message for messages in error.fields.values() for message in messages]
        self.columns, self.group, self.layout = Columns(self.actor, "", []), "", ""
        self.state, self.given = ListState(), {}
        self.sort, self.filter, self.tickets = sort_named(DEFAULT_SORT), None, Ticket.objects.none()
        self.broken = " ".join([error.message, *sentences])

    def _base(self) -> ListView | None:
        views = [*self.offered, *self.hidden_views]
        found = base_of(self.params, views)
        key = str(self.params.get("view", ""))
        if found is None and key and key != "all":
            row = saved_view(self.actor, key)
            found = ListView(row.key, row.name, row.query, row.colour, row.icon, row.pk, row.owner_id is not None)
        return found

    # ---- the rows ---------------------------------------------------------------------

    def _sort(self, name: str) -> Sort:
        keys = [key for key in name.split(",") if key][:2]
        found = [sort_named(key, self.actor, self.params) for key in keys] or [sort_named(DEFAULT_SORT)]
        if len(found) == 1 or any(isinstance(one, FieldSort) for one in found):
            return found[0]  # a custom field brings its own way through the index
        columns: list[str] = []
        for column in [found[0].columns[0], *found[1].columns, "pk"]:
            if column.lstrip("-") not in [one.lstrip("-") for one in columns]:
                columns.append(column)
        return GroupSort(",".join(keys), tuple(columns))

    def _filter(self) -> Filter:
        filters = {
            name: self._ids(values) if positive(name) in PEOPLE else values for name, values in self.given.items()
        }
        return read_filter(self.actor, filters, sort=self.sort)

    @cached_property
    def tickets(self) -> QuerySet[Ticket]:
        """The tickets that the filters find; in order, unless they are grouped."""
        found = self.filter.rows() if self.filter else Ticket.objects.none()
        return for_rows(found, self.actor, self.columns.model_fields)

    @cached_property
    def number(self) -> int:
        """How many tickets the filters find; MAX_SORTED + 1 where there are more."""
        return self.filter.count(MAX_SORTED) if self.filter else 0

    @property
    def is_large(self) -> bool:
        """Whether there are more rows than the database should sort for one page."""
        return self.number > MAX_SORTED

    @cached_property
    def groups(self) -> Groups | None:
        return Groups(self.group, self.words) if self.group else None

    @property
    def _is_arranged(self) -> bool:
        """Whether rows come in the order of the filter itself."""
        grouped = self.groups is not None and not self.groups.follows(self.sort)
        return not grouped and not isinstance(self.sort, GroupSort)

    @cached_property
    def _arranged(self) -> tuple[QuerySet[Ticket], Sort]:
        """Rows and their whole order: groups first. Too many rows are neither grouped nor sorted by two keys."""
        several = isinstance(self.sort, GroupSort)
        grouped = self.groups is not None and not self.groups.follows(self.sort)
        if not (several or grouped):
            return self.tickets, self.sort
        if self.is_large:
            self.notice = _(
                "More than %(n)d tickets: they are sorted by the first key only. Filter the list to group it."
            ) % {"n": MAX_SORTED}
            return self.tickets, sort_named(self.sort.name.partition(",")[0], self.actor, self.params)
        if self.groups is None or not grouped:
            return self.tickets, self.sort
        return self.groups.prepare(self.tickets), self.groups.sort(self.sort)

    @cached_property
    def page(self) -> Page[Ticket]:
        if self._is_arranged and not self.cursor and self.filter and (key := self.filter.key):
            known = ("list", key, PAGE_SIZE, *self.columns.model_fields)
            return cut(rows_known_by(known, lambda: self.tickets[: PAGE_SIZE + 1]), self.sort, PAGE_SIZE)
        found, sort = self._arranged
        return page(found, sort, cursor=self.cursor, limit=PAGE_SIZE)

    def page_of(self, status: int, cursor: str, limit: int) -> Page[Ticket]:
        """The tickets of one status alone. Where it has few, those are looked at instead of the whole list's order."""
        few = few_of_status(status)
        if few is not None:
            found = self.tickets.filter(pk__in=few, status=status) if few else Ticket.objects.none()
            return page(found, self.sort, cursor=cursor, limit=limit)
        if not cursor and self.filter and (key := self.filter.key) and not isinstance(self.sort, GroupSort):
            known = ("list of a status", key, status, limit, *self.columns.model_fields)
            rows = rows_known_by(known, lambda: self.tickets.filter(status=status)[: limit + 1])
            return cut(rows, self.sort, limit)
        return page(self.tickets.filter(status=status), self.sort, cursor=cursor, limit=limit)

    @property
    def is_grouped(self) -> bool:
        return self.groups is not None and not (self.page and self.notice)

    @cached_property
    def people(self) -> dict[int, Face]:
        """Everybody on this page and in its filters."""
        return people_of(self.page.rows, self._named_ids)

    @cached_property
    def rows(self) -> list[Row]:
        found = rows(self.page.rows, self.words, self.people)
        return self._headed(with_columns(self.actor, found, self.columns))

    def _headed(self, found: list[Row]) -> list[Row]:
        if not self.is_grouped or self.groups is None:
            return found
        before, headed = self.part, []
        for row in found:
            head = self.groups.head_of(row.ticket, self.people)
            headed.append(replace(row, head=head) if head.key != before else row)
            before = head.key
        return headed

    @property
    def last_group(self) -> Head | None:
        if not self.page.rows or not self.is_grouped or self.groups is None:
            return None
        return self.groups.head_of(self.page.rows[-1], self.people)

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.columns.names) + 2

    @property
    def enters(self) -> str:
        """Events by which a ticket that is not shown may have come into this list."""
        names = {kind for name in self.given for kind in ENTERS.get(positive(name), ())}
        return " ".join(["ticket.created", *sorted(names)])

    # ---- heads ------------------------------------------------------------------------

    @cached_property
    def headings(self) -> list[Heading]:
        return [self._heading(column.name, column.label, column.classes, column.width, column.sort, column.hint)
                for column in self.columns.shown()]  # fmt: skip

    @cached_property
    def priority(self) -> Heading:
        return self._heading("priority", _("Priority"), "c-pr", "col-pr", PRIORITY, "")

    def _heading(self, name: str, label: str, classes: str, width: str, first: str, hint: str) -> Heading:
        if not first:
            return Heading(name, label, classes, width)
        other = first[1:] if first.startswith("-") else f"-{first}"
        current = self.sort.name if self.sort.name in (first, other) else ""
        state = ("descending" if current.startswith("-") else "ascending") if current else ""
        url = self.at(replace(self.state, sort=other if current == first else first))
        return Heading(first.lstrip("-"), label, classes, width, state, url, hint)

    @property
    def frame(self) -> str:
        """What the head of the table is drawn from, besides the filters: a browser that names it has that head already.
        '' where more than rows may change."""
        if self.broken or self.layout == "board" or self.notice:
            return ""
        usual = replace(self.state, sort="").plain_sort
        parts = (self.base and self.base.key, self.title, self.columns.address, self.sort.name, usual, self.group)
        return blake2s(repr(parts).encode(), digest_size=4).hexdigest()

    # ---- filters ----------------------------------------------------------------------

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

    @cached_property
    def filter_words(self) -> FilterWords:
        return FilterWords(self.words, self._known, self.people)

    @property
    def chips(self) -> list[Chip]:
        words = self.filter_words
        return [
            Chip(name, words.label(name), words.values(name, values), self._without(name), self._edit(name))
            for name, values in self.given.items()
        ]

    def _edit(self, name: str) -> str:
        free = is_field(name) or name in ("q", "created_after", "created_before", "updated_after")
        return "" if free else self.at(self.state, ("edit", positive(name)))

    @property
    def options(self) -> dict[str, list[tuple[str, str]]]:
        return {name: self.filter_words.options(name) for name in ("due", "created", "for_me", "kind")}

    def editor(self, name: str) -> Editor:
        return editor_of(name, self.given, self.filter_words, self.form_pairs)

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        """This list's address for forms that change a part of it."""
        view = self.base.key if self.base else "all"
        return [("view", view), *self.state.pairs]

    @cached_property
    def board(self) -> Any:
        from desk.list_board import Board

        return Board(self)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters besides the search text, for a form that does not show them yet."""
        return [(name, value) for name, values in self.given.items() if name != "q" for value in values]

    @property
    def arrangement(self) -> list[tuple[str, str]]:
        """What the address says besides filters, for the filter form."""
        return [("view", self.base.key if self.base else "all"), *replace(self.state, filters={}).pairs]

    def _typed(self, name: str) -> str:
        return ", ".join(self.given.get(name, []))

    @property
    def open_state(self) -> str:
        return self._typed("open")

    @property
    def other_assignees(self) -> str:
        return ", ".join(value for value in self.given.get("assignee", []) if value not in ("me", "none"))

    @property
    def typed(self) -> dict[str, str]:
        """The filters of one text each, as the form shows them."""
        dates = ("created_after", "created_before")
        return {name: self._typed(name)[: 10 if name in dates else None] for name in self.given}

    @property
    def besides(self) -> list[tuple[str, str]]:
        """Filters that the form with all fields does not show."""
        shown = ("q", "status", "department", "priority", "assignee", "open", "tag", "requester", "created_after",
                 "created_before", "request_type", "created", "due", "kind", "for_me")  # fmt: skip
        return [pair for pair in self.kept if pair[0] not in shown and not is_field(pair[0])]

    # ---- addresses --------------------------------------------------------------------

    @property
    def is_default(self) -> bool:
        return self.given == DEFAULT_FILTERS

    @property
    def is_mine(self) -> bool:
        return self.given == MINE

    @property
    def free_url(self) -> str:
        return f"?{encoded(ListState(FREE).pairs)}"

    @property
    def more(self) -> str:
        """Where the next page is; '' on the last one."""
        last = self.last_group
        part = [("part", last.key)] if last else []
        return self.at(self.state, *part, ("cursor", self.page.next)) if self.page.next else ""

    def _without(self, name: str) -> str:
        # A field's filters mean nothing any more without the request type they belong to.
        gone = [key for key in self.given if key == name or (name == "request_type" and is_field(key))]
        state = self.state.without(*gone)
        return self.at(replace(state, columns="") if name == "request_type" else state)

    def free_count(self) -> int:
        """How many tickets the actor could claim; for the empty list of who has done everything."""
        free = Ticket.objects.visible_to(self.actor).open().filter(assignee=None)
        if not self.actor.works_in_every_department:
            free = free.filter(department__in=self.actor.department_ids)
        return free[:100].count()

    def _ids(self, values: list[str]) -> list[str]:
        """People named freely, as the filters take them: `me`, `none`, an id or an address."""
        found: list[str] = []
        for value in values:
            if value in ("me", "none") or is_id(value):
                found.append(value)
            elif named := address_in(value):
                found.append(named)
            else:
                found += [str(pk) for pk in meant_ids(self.actor, value)] or [NOBODY]
        return found

    @property
    def _named_ids(self) -> list[int]:
        names = [*PEOPLE, *(f"{name}{NOT}" for name in PEOPLE)]
        return [int(value) for name in names for value in self.given.get(name, []) if is_id(value)]


def columns_shown(actor: Actor, params: Mapping[str, Any]) -> Columns:
    """The columns of the list at this address, for rows that are fetched alone."""
    state = ListState.of(params)
    key = str(params.get("view", ""))
    if not state.columns and key.startswith("v"):
        state = ListState.of_query(saved_view(actor, key).query)
    return Columns(actor, state.columns, state.filters.get("request_type", []))
