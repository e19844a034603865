"""Side panels that other apps add to the ticket page: a tab each, fetched when somebody opens it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.functional import Promise

from desk.models import Ticket
from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Panel:
    """`url_name` takes the ticket's number and answers with the panel's content, under the permissions of its own.

    `count` says how much waits behind the tab; `waiting` is what it said, 0 before it was asked.
    """

    key: str
    label: str | Promise
    url_name: str
    visible: Callable[[Actor, Ticket], bool]
    order: int = 100
    icon: str = ""
    count: Callable[[Actor, Ticket], int] | None = None
    waiting: int = 0


_panels: dict[str, Panel] = {}
# Keys of the panels that the ticket page has itself.
OWN = ("details", "history")


def panel(
    key: str,
    label: str | Promise,
    url_name: str,
    visible: Callable[[Actor, Ticket], bool],
    *,
    order: int = 100,
    icon: str = "",
    count: Callable[[Actor, Ticket], int] | None = None,
) -> Panel:
    """Adds a panel in AppConfig.ready(); the same key again replaces it."""
    if key in OWN:
        raise ValueError(f"{key} is a panel of the ticket page itself")
    _panels[key] = Panel(key, label, url_name, visible, order, icon, count)
    return _panels[key]


def panels_for(actor: Actor, ticket: Ticket) -> list[Panel]:
    """The panels that the actor may open on this ticket, in order."""
    rows = (row for row in _panels.values() if row.visible(actor, ticket))
    counted = (replace(row, waiting=row.count(actor, ticket)) if row.count else row for row in rows)
    return sorted(counted, key=lambda row: (row.order, row.key))
