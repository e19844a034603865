"""How the steps that the desk's commands journal are taken back, and what is said when somebody was faster."""

from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk.commands import add_watcher, link_tickets, remove_watcher, unlink_tickets, unmerge_ticket
from desk.commands.checklists import take_item_back
from desk.commands.fields import plain
from desk.commands.time_entries import take_time_back
from desk.commands.undoing import (
    take_assignment_back,
    take_fields_back,
    take_split_back,
    take_status_back,
    withdraw_reply,
)
from desk.models import Priority, RequestType, Status, Ticket, TicketLink
from desk.sentences import FIELD_NAMES
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from flowtic.core.journal import Step
from flowtic.core.models import Event
from flowtic.core.undo import CannotUndo, inverse

MERGE_WINDOW = timedelta(days=1)
RECENT = 50  # events among which the one is looked for that changed a field since
# The columns that say who somebody or something is: how a step's plain value becomes a row again.
_ROWS: dict[str, tuple[Any, str]] = {
    "priority": (Priority, "key"),
    "request_type": (RequestType, "key"),
    "department": (Department, "pk"),
    "requester": (User, "pk"),
}


@inverse("change_status")
def _status(actor: Actor, step: Step) -> None:
    ticket = _ticket(actor, step)
    take_status_back(actor, ticket, status=_row(Status, key=step["arguments"]["status"]))


@inverse("assign_ticket")
def _assignment(actor: Actor, step: Step) -> None:
    ticket, pk = _ticket(actor, step), step["arguments"]["assignee"]
    take_assignment_back(actor, ticket, assignee=_row(User, pk=pk) if pk else None)


@inverse("change_fields")
def _fields(actor: Actor, step: Step) -> None:
    given = step["arguments"]
    ticket = _ticket(actor, step, hidden="department" in given)
    take_fields_back(actor, ticket, values={name: _value(name, value) for name, value in given.items()})


@inverse("add_watcher")
def _watcher(actor: Actor, step: Step) -> None:
    add_watcher(actor, _ticket(actor, step), person=_row(User, pk=step["arguments"]["person"]))


@inverse("remove_watcher")
def _no_watcher(actor: Actor, step: Step) -> None:
    remove_watcher(actor, _ticket(actor, step), person=_row(User, pk=step["arguments"]["person"]))


@inverse("link_tickets")
def _link(actor: Actor, step: Step) -> None:
    given = step["arguments"]
    link_tickets(actor, _ticket(actor, step), other=_seen(actor, given["other"]), kind=given["kind"])


@inverse("unlink_tickets")
def _unlink(actor: Actor, step: Step) -> None:
    given = step["arguments"]
    rows = TicketLink.objects.filter(source=_ticket(actor, step), target=given["other"], kind=given["kind"])
    link = rows.select_related("source", "target").first()
    if link is not None:
        unlink_tickets(actor, link)


@inverse("unmerge_ticket", window=MERGE_WINDOW)
def _unmerge(actor: Actor, step: Step) -> None:
    ticket = _ticket(actor, step)
    if ticket.merged_into_id is None:
        raise CannotUndo(_("The merge was undone already."))
    unmerge_ticket(actor, ticket)


@inverse("merge_ticket")
def _unsplit(actor: Actor, step: Step) -> None:
    given = step["arguments"]
    take_split_back(actor, _ticket(actor, step), into=_seen(actor, given["into"]), version=given["version"])


@inverse("withdraw_reply")
def _reply(actor: Actor, step: Step) -> None:
    """A reply that still waits is not sent; one that went out stays, whatever else is undone."""
    withdraw_reply(actor, step["arguments"]["send"])


@inverse("checklist_item")
def _checklist(actor: Actor, step: Step) -> None:
    take_item_back(actor, _ticket(actor, step), **step["arguments"])


@inverse("time_entry")
def _time(actor: Actor, step: Step) -> None:
    take_time_back(actor, _ticket(actor, step), **step["arguments"])


def _ticket(actor: Actor, step: Step, *, hidden: bool = False) -> Ticket:
    """The locked ticket of a step, when the values are still those that the operation set.

    `hidden`: the operation itself may have taken it out of the actor's sight.
    """
    if not hidden:
        _seen(actor, step["ticket"])
    ticket = Ticket.objects.select_for_update().filter(pk=step["ticket"]).first()
    if ticket is None:
        raise NotFound(_("This ticket does not exist."))
    for name, value in step.get("set", {}).items():
        if _differs(_current(ticket, name), value):
            raise CannotUndo(_since(ticket, name))
    return ticket


def _seen(actor: Actor, pk: int) -> Ticket:
    ticket = Ticket.objects.visible_to(actor).filter(pk=pk).first()
    if ticket is None:
        raise NotFound(_("This ticket does not exist."))
    return ticket


def _current(ticket: Ticket, name: str) -> Any:
    """As steps keep it."""
    if name == "tags":
        return sorted(ticket.tags.values_list("name", flat=True))
    if name == "status":
        return ticket.status.key
    if name in ("assignee", "merged_into", "department"):
        return getattr(ticket, f"{name}_id")
    return plain(getattr(ticket, name))


def _differs(now: Any, then: Any) -> bool:
    if now == then:
        return False
    moments = [parse_datetime(value) if isinstance(value, str) else None for value in (now, then)]
    return None in moments or moments[0] != moments[1]


def _since(ticket: Ticket, name: str) -> str:
    """Who was faster, as far as the history tells."""
    field = str(FIELD_NAMES.get(name, name))
    events = Event.objects.filter(ticket_id=ticket.pk).select_related("actor").order_by("-pk")[:RECENT]
    found = next((one for one in events if any(part.get("field") == name for part in one.changes)), None)
    if found is None or found.actor is None:
        words = {"number": ticket.number, "field": field}
        return _("Somebody changed %(field)s of %(number)s since.") % words
    words = {"number": ticket.number, "field": field, "name": found.actor.name}
    return _("%(name)s changed %(field)s of %(number)s since.") % words


def _value(name: str, value: Any) -> Any:
    """What a command takes for a plain value of a step."""
    if value is None:
        return None
    if name in _ROWS:
        model, column = _ROWS[name]
        return _row(model, **{column: value})
    return parse_datetime(value) if name == "due_at" else value


def _row(model: Any, **named: Any) -> Any:
    found = model.objects.filter(**named).first()
    if found is None:
        raise CannotUndo(_("What was there before is gone."))
    return found
