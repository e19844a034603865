"""Tools that other apps add to the composer of the agents' ticket page: a template each, drawn with the page."""

from collections.abc import Iterable
from dataclasses import dataclass

from desk.panels import Panel


@dataclass(frozen=True)
class Tool:
    """`template` needs nothing but `ticket`; it is drawn where the panel of that key is offered."""

    key: str
    template: str
    panel: str
    order: int = 100


_tools: dict[str, Tool] = {}


def composer_tool(key: str, template: str, panel: str, *, order: int = 100) -> Tool:
    """Adds a tool in AppConfig.ready(); the same key again replaces it."""
    _tools[key] = Tool(key, template, panel, order)
    return _tools[key]


def tools_beside(panels: Iterable[Panel]) -> list[Tool]:
    """The tools that go with the panels of a ticket page, in order: who gets those has been asked already."""
    offered = {panel.key for panel in panels}
    return sorted((row for row in _tools.values() if row.panel in offered), key=lambda row: (row.order, row.key))
