"""What admins set up: statuses, priorities, tags, request types. Transitions and renamed tags stand beside."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from desk import events
from desk.commands.forms import check_public, publish_form
from desk.commands.retiring import FIXED
from desk.commands.transitions import open_all_ways
from desk.models import Priority, RequestType, Status, Tag, Ticket
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

# model -> (fields that may change, fields that are fixed once the row exists)
CONFIGURABLE: dict[type[models.Model], tuple[set[str], set[str]]] = {
    Status: ({"key", "name_de", "name_en", "category", "kind", "position", "active"}, {"key"}),
    Priority: ({"name_de", "name_en", "color"}, set()),
    Tag: ({"name"}, set()),
    RequestType: (
        {
            *("key", "name_de", "name_en", "active", "department", "description_de", "description_en"),
            *("icon", "category", "position", "public_link", "leads_publish"),
        },
        {"key"},
    ),
}
# Addresses of the pages that new tickets come from; no request type may stand in their place.
RESERVED_KEYS = {"general", "fields", "validate", "hints"}


@command
def save_configuration(actor: Actor, row: models.Model, **values: Any) -> models.Model:
    """Creates or changes a status, priority, tag or request type. `row` may be unsaved.

    A request type's `schema` is published as a new version of its form, with `note`.
    """
    require(actor, "desk.configure", row)
    allowed, fixed = CONFIGURABLE[type(row)]
    schema = values.pop("schema", None) if isinstance(row, RequestType) else None
    note = values.pop("note", "") if isinstance(row, RequestType) else ""
    created = row._state.adding
    if created and isinstance(row, Priority):
        raise Invalid(_("There are exactly four priorities."))
    current = row if created else type(row)._default_manager.select_for_update().get(pk=row.pk)
    changes = []
    for name, value in values.items():
        if name not in allowed or (name in fixed and not created and getattr(current, name) != value):
            raise Invalid(fields={name: _("This field is fixed.")})
        if created or getattr(current, name) != value:
            changes.append(change(name, None if created else _plain(getattr(current, name)), _plain(value)))
            setattr(current, name, value)
    if changes:
        _store(actor, current, changes, created=created)
    if isinstance(current, RequestType) and schema is not None and schema != current.schema:
        publish_form(actor, current, schema=schema, note=note)
        current.refresh_from_db(fields=["schema", "live_version"])
    return current


def _store(actor: Actor, current: models.Model, changes: list[dict[str, Any]], *, created: bool) -> None:
    if isinstance(current, RequestType):
        _prepare_type(current)
    if isinstance(current, Status) and not created:
        _keep_meaning(current, changes)
    try:
        current.full_clean()
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from error
    current.save()
    record(actor, events.CONFIG_CHANGED, current, changes=changes, data={"created": created})


def _prepare_type(row: RequestType) -> None:
    """A public link gets a new address each time it is switched on: the old one stays dead."""
    if row.key in RESERVED_KEYS:
        raise Invalid(fields={"key": _("This key is taken.")})
    if row.public_link:
        check_public(row.schema)
        row.public_key = row.public_key or secrets.token_hex(16)
    else:
        row.public_key = None


@command
def create_status(actor: Actor, **values: Any) -> Status:
    """A new status at the end of the list, with ways from and to every open one for everybody who works tickets."""
    last = Status.objects.order_by("-position").values_list("position", flat=True).first() or 0
    status = save_configuration(actor, Status(), position=last + 1, active=True, **values)
    assert isinstance(status, Status)  # noqa: S101
    open_all_ways(actor, status)
    return status


@command
def order_statuses(actor: Actor, statuses: list[Status]) -> None:
    """The order in menus and lists: as in the list; those that it leaves out follow."""
    require(actor, "desk.configure")
    rest = Status.objects.exclude(pk__in=[row.pk for row in statuses])
    before, found = list(Status.objects.values_list("key", flat=True)), [*statuses, *rest]
    for position, row in enumerate(found):
        Status.objects.filter(pk=row.pk).update(position=position)
    after = [row.key for row in found]
    if before != after:
        record(actor, events.CONFIG_CHANGED, found[0], changes=[change("order", before, after)])


@command
def remove_configuration(actor: Actor, row: models.Model) -> None:
    """Deletes a tag, or a status or request type that no ticket uses."""
    require(actor, "desk.configure", row)
    if isinstance(row, Priority):
        raise Invalid(_("There are exactly four priorities."))
    if isinstance(row, Status) and row.key in FIXED:
        raise Conflict(_("Flowtic itself takes tickets to “%(status)s”; it stays on.") % {"status": row.name})
    used = "status" if isinstance(row, Status) else "request_type" if isinstance(row, RequestType) else ""
    if used and Ticket.objects.filter(**{used: row}).exists():
        raise Conflict(_("Tickets use this; switch it off instead."))
    record(actor, events.CONFIG_CHANGED, row, data={"removed": str(row)})
    if isinstance(row, RequestType):  # its versions go with it
        RequestType.objects.filter(pk=row.pk).update(live_version=None)
    row.delete()


def _keep_meaning(status: Status, changes: list[dict[str, Any]]) -> None:
    """A status in use keeps its category: open tickets must not close behind people's backs."""
    if status.key in FIXED and not status.active and any(item["field"] == "active" for item in changes):
        raise Conflict(_("Flowtic itself takes tickets to “%(status)s”; it stays on.") % {"status": status.name})
    if any(item["field"] == "category" for item in changes) and Ticket.objects.filter(status=status).exists():
        raise Conflict(_("Tickets use this status; its category is fixed."))


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
