"""Where a list leads: its views, groupings and layouts as addresses."""

from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _

from desk.list_groups import NAMES
from desk.list_state import ListState, address, encoded
from desk.list_views import ListView, SideView, saved_view
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest
from flowtic.core.policy import allows


class ListAddresses:
    """Part of desk.queries.TicketList, which sets these."""

    actor: Actor
    base: ListView | None
    offered: list[ListView]
    state: ListState
    group: str
    layout: str
    broken: str

    @property
    def q(self) -> str:
        """The search text."""
        return ", ".join(self.state.filters.get("q", []))

    @cached_property
    def views(self) -> list[SideView]:
        current = self.base.key if self.base else ""
        return [
            SideView(view.key, view.label, view.url, view.colour, view.icon, view.key == current)
            for view in self.offered
        ]

    @property
    def title(self) -> str:
        return self.base.label if self.base else _("Tickets")

    @property
    def is_changed(self) -> bool:
        """Whether the list differs from the view it started from."""
        if self.broken or self.base is None:
            return False
        try:
            return not self.state.same_as(ListState.of_query(self.base.query))
        except BadRequest:
            return True

    @property
    def may_save(self) -> bool:
        """Whether the view itself may take this list over."""
        if self.base is None or self.base.is_built_in:
            return False
        return allows(self.actor, "view.edit", saved_view(self.actor, self.base.key))

    @cached_property
    def query(self) -> str:
        """This list's address: everything but the place in the list."""
        return self.at(self.state)

    def at(self, state: ListState, *more: tuple[str, str]) -> str:
        """The address of another state of this list."""
        return address(state, self.base, *more)

    def grouped_by(self, name: str) -> str:
        return self.at(replace(self.state, group=name))

    @property
    def group_choices(self) -> list[tuple[str, str, bool]]:
        """(name, address, current) of all groupings, none first."""
        found = [(_("Not grouped"), self.grouped_by(""), not self.group)]
        return [*found, *((str(label), self.grouped_by(key), key == self.group) for key, label in NAMES.items())]

    @property
    def group_name(self) -> str:
        return str(NAMES[self.group]) if self.group else ""

    @property
    def other_layout(self) -> str:
        """The same tickets as a board, or as a list again."""
        return self.at(replace(self.state, layout="" if self.layout == "board" else "board"))

    @property
    def everywhere(self) -> str:
        """The same words in all tickets, for a search that found nothing among the open ones."""
        return f"?{encoded([('q', self.q)] if self.q else [])}"
