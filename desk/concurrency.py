"""Field-level versions: different fields merge, the same field never overwrites silently."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from desk.models import Ticket
from flowtic.core.errors import Stale


def check_fresh(ticket: Ticket, fields: Iterable[str], seen: int | None) -> None:
    """Raises Stale when one of `fields` changed after version `seen`, the one the person had on screen.

    `seen` is None for doors that do not read first (machine, plain API call).
    """
    if seen is None:
        return
    newer = [field for field in fields if ticket.field_versions.get(field, 1) > seen]
    if newer:
        raise Stale(
            _("Somebody changed this since you opened the ticket."),
            fields={field: _("changed in the meantime") for field in newer},
            current={field: getattr(ticket, field, None) for field in newer},
            version=ticket.version,
        )


def touch(ticket: Ticket, *fields: str) -> list[str]:
    """Raises the version for the changed fields; returns what `save(update_fields=…)` must add."""
    ticket.version += 1
    ticket.field_versions = {**ticket.field_versions, **dict.fromkeys(fields, ticket.version)}
    return ["version", "field_versions", "updated_at"]
