"""Changing what a ticket says of itself."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk import custom_fields, events, search
from desk.commands import promises
from desk.commands.creation import MAX_SUBJECT, clean_line
from desk.commands.status import move
from desk.commands.tagging import clean_tags, tags_named
from desk.concurrency import check_fresh, touch
from desk.models import NO_DUE_DATE, Participant, Priority, RequestType, Status, Ticket
from desk.seeds import INITIAL
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, PreconditionFailed
from flowtic.core.events import change, record
from flowtic.core.journal import Step, grouped, journal, step
from flowtic.core.policy import require

# Field name -> whether a person's value of None means "leave it empty" (True) or is not possible (False).
EDITABLE = {"subject", "priority", "department", "tags", "fields", "due_at", "kind", "requester", "request_type"}


@command
def change_fields(
    actor: Actor, ticket: Ticket, *, seen: int | None = None, if_match: int | None = None, **values: Any
) -> Ticket:
    """Changes subject, priority, department, tags (names), fields (custom, merged in), due_at, kind, requester, and
    request_type of a ticket that answers no form.

    `seen`: version on screen, refuses only what changed since (409). `if_match`: the exact version (412).
    """
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.edit", ticket)
    if if_match is not None and if_match != ticket.version:
        raise PreconditionFailed(version=ticket.version)
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; work on the other one."))
    unknown = set(values) - EDITABLE
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, _("This field cannot be changed.")))
    with grouped(events.CHANGED):
        return apply_changes(actor, ticket, values, seen=seen)


def apply_changes(actor: Actor, ticket: Ticket, values: dict[str, Any], *, seen: int | None = None) -> Ticket:
    """Cleans and writes the values of a locked ticket; whether they may be changed, the caller has asked."""
    changed = {
        name: new for name, value in values.items() if (new := _cleaned(actor, ticket, name, value)) is not _SAME
    }
    check_fresh(ticket, changed, seen)
    if not changed:
        return ticket
    department = changed.pop("department", None)
    if changed:
        _write(actor, ticket, changed)
    if department is not None:
        _move_to(actor, ticket, department)
    return ticket


_SAME = object()


def _cleaned(actor: Actor, ticket: Ticket, name: str, value: Any) -> Any:
    """The value to store, `_SAME` when it is what the ticket has. Raises Invalid."""
    if name == "subject":
        value = clean_line(value or "")
        if not value or len(value) > MAX_SUBJECT:
            raise Invalid(fields={"subject": _("The subject needs 1 to 255 characters.")})
    elif name == "tags":
        value = sorted(clean_tags(value or []))
        return _SAME if value == sorted(ticket.tags.values_list("name", flat=True)) else value
    elif name == "fields":
        value = custom_fields.validate_change(actor, ticket, value or {})
    elif name == "kind" and value not in Ticket.Kind.values:
        raise Invalid(fields={"kind": _("This kind does not exist.")})
    elif name in ("priority", "department", "requester") and value is None:
        raise Invalid(fields={name: _("This field is required.")})
    if name == "request_type" and value != ticket.request_type:
        if ticket.fields:
            raise Invalid(fields={name: _("The ticket answers the form of its request type.")})
        if value is not None and not value.active:
            raise Invalid(fields={name: _("This request type is no longer offered.")})
    if name == "department" and not value.active and value.pk != ticket.department_id:
        raise Invalid(fields={"department": _("This department takes no tickets.")})
    return _SAME if getattr(ticket, name) == value else value


def _write(actor: Actor, ticket: Ticket, changed: dict[str, Any]) -> None:
    before = {name: plain(_current(ticket, name)) for name in changed}
    back = dict(before)
    for name, value in changed.items():
        if name == "tags":
            ticket.tags.set(tags_named(value))
        else:
            setattr(ticket, name, value)
    if "due_at" in changed:
        # A due date set by hand wins over the promises until it is taken away.
        back["due_at"] = before["due_at"] if ticket.due_fixed else None
        ticket.sort_due_at, ticket.due_fixed = ticket.due_at or NO_DUE_DATE, ticket.due_at is not None
    ticket.updated_at = clock.now()
    columns = [name for name in changed if name != "tags"]
    columns += ["sort_due_at", "due_fixed"] if "due_at" in changed else []
    if "request_type" in changed:
        # It answers no version of any form; what is filled in later follows the live one.
        ticket.form_version = None
        columns.append("form_version")
    if promises.changed_fields(changed):
        columns += promises.reconsider(ticket)
    ticket.save(update_fields=[*columns, *touch(ticket, *changed)])
    if "fields" in changed:
        custom_fields.write_rows(ticket)
    if "requester" in changed:
        ticket.participants.filter(reason=Participant.Reason.REQUESTER).update(person=ticket.requester)
    if changed.keys() & {"subject", "requester"}:
        search.index_ticket(ticket)
    undo = journal(actor, events.CHANGED, _inverse(ticket, back, changed))
    record(
        actor,
        events.CHANGED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change(name, before[name], plain(value)) for name, value in changed.items()],
        operation_id=undo.pk,
    )


def _move_to(actor: Actor, ticket: Ticket, department: Department) -> None:
    """Another department: an assignee who does not work there loses the ticket."""
    previous, ticket.department = ticket.department_id, department
    columns, lost, status = ["department"], None, ticket.status
    if ticket.assignee and not department.has_agent(ticket.assignee):
        lost, ticket.assignee = ticket.assignee_id, None
        columns.append("assignee")
    ticket.updated_at = clock.now()
    back = [step("change_fields", ticket.pk, changed={"department": department.pk}, department=previous)]
    if lost is not None:
        back.append(step("assign_ticket", ticket.pk, changed={"assignee": None}, assignee=lost))
        if status.category == Status.Category.ASSIGNED and status.key != "assigned":
            back.append(step("change_status", ticket.pk, status=status.key))
    undo = journal(actor, events.DEPARTMENT_CHANGED, *back)
    due = promises.reconsider(ticket)
    ticket.save(update_fields=[*columns, *due, *touch(ticket, *columns)])
    record(
        actor,
        events.DEPARTMENT_CHANGED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("department", previous, department.pk)],
        operation_id=undo.pk,
    )
    if ticket.assignee_id is None and ticket.status.category == Status.Category.ASSIGNED:
        move(actor, ticket, Status.objects.get(key=INITIAL), follows=events.DEPARTMENT_CHANGED)


def _inverse(ticket: Ticket, back: dict[str, Any], changed: dict[str, Any]) -> Step:
    """The values before; of the custom fields only those that changed, None for one that had no answer."""
    if "fields" in changed:
        old, new = back["fields"], changed["fields"]
        differ = [key for key in {*old, *new} if old.get(key) != new.get(key)]
        back = {**back, "fields": {key: old.get(key) for key in sorted(differ)}}
    return step("change_fields", ticket.pk, changed={name: plain(value) for name, value in changed.items()}, **back)


def _current(ticket: Ticket, name: str) -> Any:
    return sorted(ticket.tags.values_list("name", flat=True)) if name == "tags" else getattr(ticket, name)


def plain(value: Any) -> Any:
    """As the event keeps it: keys and ids, never objects."""
    if isinstance(value, Priority | RequestType):
        return value.key
    if isinstance(value, Department | User):
        return value.pk
    return value.isoformat() if isinstance(value, datetime) else value
