"""Strips that other apps add to the ticket page: one line above the conversation, fetched after the page.

`at`: "desk" for the page of who works the ticket, "portal" for the requester's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from desk.models import Ticket
from flowtic.core.actor import Actor

DESK, PORTAL = "desk", "portal"


@dataclass(frozen=True)
class Strip:
    """`url_name` takes the ticket's number; it answers a fragment to htmx and a page without JavaScript."""

    key: str
    label: str | Promise
    url_name: str
    visible: Callable[[Actor, Ticket], bool]
    at: str = DESK
    order: int = 100


_strips: dict[tuple[str, str], Strip] = {}


def strip(
    key: str,
    label: str | Promise,
    url_name: str,
    visible: Callable[[Actor, Ticket], bool],
    *,
    at: str = DESK,
    order: int = 100,
) -> Strip:
    """Adds a strip in AppConfig.ready(); the same key at the same place replaces it."""
    _strips[at, key] = Strip(key, label, url_name, visible, at, order)
    return _strips[at, key]


def strips_for(actor: Actor, ticket: Ticket, at: str = DESK) -> list[Strip]:
    """The strips that this ticket has for the actor, in order."""
    rows = (row for row in _strips.values() if row.at == at and row.visible(actor, ticket))
    return sorted(rows, key=lambda row: (row.order, row.key))
