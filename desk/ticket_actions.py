"""Entries that other apps add to the menu "More actions" of the agents' ticket page: one button each that posts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from desk.models import Ticket
from flowtic.core.actor import Actor


@dataclass(frozen=True)
class Entry:
    """`url_name` takes the ticket's number and is posted to; it answers with a page."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    visible: Callable[[Actor, Ticket], bool]


_entries: dict[str, Entry] = {}


def ticket_action(
    key: str, label: str | Promise, icon: str, url_name: str, visible: Callable[[Actor, Ticket], bool]
) -> Entry:
    """Adds an entry in AppConfig.ready(); the same key again replaces it."""
    _entries[key] = Entry(key, label, icon, url_name, visible)
    return _entries[key]


def actions_for(actor: Actor, ticket: Ticket) -> list[Entry]:
    return [entry for entry in _entries.values() if entry.visible(actor, ticket)]
