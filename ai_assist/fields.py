"""The fields of a ticket that the assistant classifies, and how their values travel: rows, keys, plain JSON."""

from typing import Any

from accounts.models import Department
from desk.commands.fields import EDITABLE
from desk.models import Priority, RequestType, Ticket

MODELS: dict[str, Any] = {"department": Department, "priority": Priority, "request_type": RequestType}
# In the order of the screen; a field that no command changes yet is only measured.
FIELDS = tuple(MODELS)
CHANGEABLE = frozenset(FIELDS) & frozenset(EDITABLE)


def current(ticket: Ticket, field: str) -> int | None:
    """The ticket's value as suggestions keep it."""
    value: int | None = getattr(ticket, f"{field}_id")
    return value


def row(field: str, value: Any) -> Any:
    """The row that a stored value (primary key, or key) means; None when it is gone, retired or never was."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    named = {"pk": value} if isinstance(value, int) else {"key": value}
    found = MODELS[field].objects.filter(**named).first()
    return found if found is not None and getattr(found, "active", True) else None


def plain(field: str, value: Any) -> int | None:
    """The stored form of a value that an engine or an event speaks of; None when it means nothing."""
    found = row(field, value)
    return found.pk if found is not None else None


def seen_version(ticket: Ticket, field: str) -> int:
    """The ticket's version at which the field last changed; 1 while it is as it was created."""
    return int(ticket.field_versions.get(field, 1))
