"""What an address asks of the list: a view, filters, order, groups, columns, layout. Canonical in both directions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from desk.list_views import BUILT_IN, ListView
from desk.models import Status
from desk.ticket_filters import DEFAULT_SORT, NEGATABLE, NOT, given_filters
from flowtic.core.errors import BadRequest

# Parameters of the address that are no filters.
OTHERS = ("sort", "cursor", "view", "columns", "group", "layout", "peek", "part", "edit", "ids", "maybe", "cards", "by")
SLACK = "due"  # the order of work: least time left first
MAX_ADDRESS = 4000
LAYOUTS = ("list", "board")
OPEN = {"open": ["true"]}
IS = ".is"
NO_FILTERS = ("q", "")  # says that the view's filters were all taken away

Filters = Mapping[str, list[str]]


@dataclass(frozen=True)
class ListState:
    """`sort`, `group`, `columns` and `layout` are '' where the list has its own default."""

    filters: Filters = field(default_factory=dict)
    sort: str = ""
    group: str = ""
    columns: str = ""
    layout: str = ""

    @classmethod
    def of_query(cls, text: str) -> "ListState":
        """Of a stored query. Raises BadRequest when it names what no longer exists."""
        return _of_query(text)

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "ListState":
        several = params.getlist("columns") if hasattr(params, "getlist") else [params.get("columns", "")]
        return cls(
            _turned(params),
            params.get("sort", ""),
            params.get("group", ""),
            ",".join(name for text in several for name in text.split(",") if name),
            params.get("layout", ""),
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """As an address names it."""
        found = [(name, value) for name, values in self.filters.items() for value in values]
        sort = "" if self.sort == replace(self, sort="").plain_sort else self.sort
        rest = (("sort", sort), ("group", self.group), ("columns", self.columns), ("layout", self.layout))
        return [*found, *((name, value) for name, value in rest if value)]

    @property
    def query(self) -> str:
        return encoded(self.pairs)

    @property
    def plain_sort(self) -> str:
        """The order that is meant: open tickets by slack, everything else by what happened last."""
        return self.sort or (SLACK if self.is_open_only else DEFAULT_SORT)

    @property
    def is_open_only(self) -> bool:
        return self.filters.get("open") == ["true"] or bool(
            set(self.filters.get("category", ())) and set(self.filters["category"]) <= set(Status.OPEN_CATEGORIES)
        )

    def same_as(self, other: "ListState") -> bool:
        return self._compared() == other._compared()  # noqa: SLF001  (its own kind)

    def _compared(self) -> tuple[Any, ...]:
        filters = {name: sorted(values) for name, values in self.filters.items()}
        group = "" if self.group == "none" else self.group
        layout = "" if self.layout == "list" else self.layout
        return filters, self.plain_sort, group, self.columns, layout

    def without(self, *names: str) -> "ListState":
        return replace(self, filters={name: values for name, values in self.filters.items() if name not in names})


@lru_cache(maxsize=512)
def _of_query(text: str) -> ListState:
    """Nobody writes into a state: an address reads the same every time."""
    return ListState.of(QueryDict(text))


def _turned(params: Mapping[str, Any]) -> dict[str, list[str]]:
    """The filters; a form says "is not" with a field of its own: status=new&status.is=not."""
    asked = {name.removesuffix(IS): value for name, value in params.items() if name.endswith(IS)}
    found = given_filters(params, ignore=(*OTHERS, *(f"{name}{IS}" for name in asked)))
    turned = {name for name, value in asked.items() if value == "not" and name in NEGATABLE}
    return {f"{name}{NOT}" if name in turned else name: values for name, values in found.items()}


def encoded(pairs: list[tuple[str, str]]) -> str:
    return urlencode(pairs, safe=",:@")


def state_of(params: Mapping[str, Any], base: ListView | None) -> ListState:
    """The list that an address means: the view's, with everything that the address names in its place.

    Filters replace the view's filters all together (so one can be taken away); order, groups, columns and layout each
    replace their own.
    """
    asked = ListState.of(params)
    if base is None:
        return asked
    named = bool(asked.filters) or ("view" in params and any(name not in OTHERS for name in params))
    try:
        own = ListState.of_query(base.query)
    except BadRequest:
        if not named:
            raise
        own = ListState()
    return ListState(
        asked.filters if named else own.filters,
        asked.sort or own.sort,
        asked.group or own.group,
        asked.columns or own.columns,
        asked.layout or own.layout,
    )


def address(state: ListState, base: ListView | None, *more: tuple[str, str]) -> str:
    """The shortest query, '?' included, that gives this state from that view."""
    if base is None or (base.key == "open" and not state.filters):
        # Without filters it is the view of all tickets, in whose order the slack of open ones means nothing.
        given = [("view", "all"), *replace(state, sort="", group="").pairs] if not state.filters else state.pairs
        return f"?{encoded([*given, *more])}"
    try:
        own = ListState.of_query(base.query)
    except BadRequest:  # of a view that broke: its address is all there is
        return f"?{encoded([('view', base.key), *state.pairs, *more])}"
    pairs = [] if base.key == "open" else [("view", base.key)]
    if dict(own.filters) != dict(state.filters):
        filters = ListState(state.filters).pairs or [NO_FILTERS]
        pairs = [("view", base.key), *filters]
    if state.plain_sort != own.plain_sort:
        pairs.append(("sort", state.plain_sort))
    if state.group != own.group:
        pairs.append(("group", state.group or "none"))
    if state.columns != own.columns:
        pairs.append(("columns", state.columns or "standard"))
    if state.layout != own.layout:
        pairs.append(("layout", state.layout or "list"))
    return f"?{encoded([*pairs, *more])}"


def base_of(params: Mapping[str, Any], views: list[ListView]) -> ListView | None:
    """The view that an address starts from; None for filters of their own. The first of equal ones."""
    key = params.get("view", "")
    asked = {name: sorted(values) for name, values in _turned(params).items()}
    if key and not (key == "all" and asked):
        return next((view for view in views if view.key == key), None)
    if not asked:
        return next((view for view in views if view.key == "open"), None)
    for key, _name, _query, _colour in BUILT_IN:
        if asked == _SORTED[key]:
            return next((view for view in views if view.key == key), None)
    return None


_SORTED = {
    key: {name: sorted(value.split(",")) for name, value in parse_qsl(query) if name not in OTHERS}
    for key, _name, query, _colour in BUILT_IN
}
