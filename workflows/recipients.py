"""Who a notify step means."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Membership, User
from desk.models import Ticket
from flowtic.core import paths

MAX_PEOPLE = 200


def people_named(entries: Iterable[Any], ticket: Ticket, values: Mapping[str, Any]) -> list[User]:
    """Active people with an address, each once, in the order of the entries."""
    found: dict[int, User] = {}
    for entry in entries:
        for person in _people(entry, ticket, values):
            if person.email and person.state in (User.State.ACTIVE, User.State.CONTACT):
                found.setdefault(person.pk, person)
    return list(found.values())[:MAX_PEOPLE]


def _people(entry: Any, ticket: Ticket, values: Mapping[str, Any]) -> Iterable[User]:
    if entry == "requester":
        return [ticket.requester]
    if entry == "assignee":
        return [ticket.assignee] if ticket.assignee else []
    if not isinstance(entry, dict):
        return []
    if entry.get("person"):
        return User.objects.active().filter(email=str(entry["person"]).strip().lower())
    if entry.get("role"):
        return User.objects.active().filter(role=entry["role"]).order_by("pk")[:MAX_PEOPLE]
    if entry.get("department"):
        ids = Membership.objects.filter(department__key=entry["department"]).values("user")
        return User.objects.active().filter(pk__in=ids).order_by("pk")[:MAX_PEOPLE]
    return _in_field(entry.get("field"), values)


def _in_field(path: Any, values: Mapping[str, Any]) -> Iterable[User]:
    """A person field holds an id, an e-mail field an address."""
    value = paths.find(values, path) if isinstance(path, str) else None
    value = value.get("id") if isinstance(value, dict) else value
    if isinstance(value, int) and not isinstance(value, bool):
        return User.objects.filter(pk=value)
    return User.objects.filter(email=value.strip().lower()) if isinstance(value, str) and value.strip() else []
