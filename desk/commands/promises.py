"""Promises follow the ticket: called by the other commands inside their transaction, with the ticket locked.

Each function returns the columns of the ticket that the caller saves. Without any policy each costs one query or two.
"""

from collections.abc import Iterable
from datetime import datetime

from desk import events, promise_rules
from desk.models import Promise, Status, Ticket
from desk.promise_rules import RESPONSES, Rules
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.events import record
from flowtic.core.prepared import Prepared

DONE = (Status.Category.RESOLVED, Status.Category.CLOSED)
BROKEN = 100
SLA = Actor.system("sla")


@command
def refresh_promises(actor: Actor, ticket: Ticket) -> Ticket:
    """Brings promises and due date of one ticket in line with policies and calendars as they are now."""
    ticket = Ticket.objects.lock(ticket.pk)
    columns = reconsider(ticket)
    if columns:
        ticket.save(update_fields=columns)
    return ticket


def start(ticket: Ticket) -> list[str]:
    """The promises of a new ticket."""
    rules = Rules()
    return _applied(ticket, [], rules) if rules.policies else []


def reconsider(ticket: Ticket) -> list[str]:
    """After a change of what policies look at: priority, department, requester, tags, answers."""
    rules, rows = Rules(), _rows(ticket)
    if not rules.policies and not rows:
        return []
    return _applied(ticket, rows, rules)


def follow_status(actor: Actor, ticket: Ticket, *, was_open: bool) -> list[str]:
    """After the status changed: waiting stops the clocks, resolved and closed end the promises, reopening revives."""
    rows, now = _rows(ticket), clock.now()
    category = ticket.status.category
    if category in DONE:
        for row in rows:
            if row.is_open:
                _end(actor, ticket, row, now)
    elif was_open:
        for row in rows:
            if row.is_open:
                promise_rules.follow(row, ticket, now)
                row.save()
    else:
        for row in rows:
            if row.kind == Promise.Kind.RESOLUTION and row.met_at:
                promise_rules.revive(row, ticket, now)
                row.save()
                break
        return reconsider(ticket)
    return promise_rules.due_columns(ticket, rows)


def answered(ticket: Ticket, at: datetime) -> list[str]:
    """An agent wrote to the requester: whoever was waited for has answered."""
    rows = _rows(ticket)
    for row in rows:
        if row.is_open and row.kind in RESPONSES:
            promise_rules.meet(row, at)
            _save(ticket, row)
    return promise_rules.due_columns(ticket, rows)


def asked(ticket: Ticket) -> list[str]:
    """The requester wrote: an answer is promised again unless one is owed already."""
    if not ticket.is_open or ticket.first_response_at is None:
        return []
    rows = _rows(ticket)
    if not rows or any(row.is_open and row.kind in RESPONSES for row in rows):
        return []
    for row in promise_rules.start_next_response(ticket, rows, Rules(), clock.now()):
        row.save()
    return promise_rules.due_columns(ticket, rows)


@command
def check_promise(actor: Actor, promise: Promise) -> Promise:
    """Tells that 50, 80 or 100 per cent are used up, once for each; the sweep finds, this decides."""
    ticket = Ticket.objects.lock(promise.ticket_id)
    row = Promise.objects.select_related("calendar").get(pk=promise.pk)
    now = clock.now()
    if not row.is_open or row.next_check_at is None or row.next_check_at > now:
        return row
    row.settle(now)
    level = row.level(now)
    if level > row.warned:
        _tell(ticket, row, level)
    row.settle(now)
    row.save(update_fields=[*Promise.DERIVED])
    return row


_promises = Prepared(
    lambda ids: Promise.objects.filter(ticket__in=ids).select_related("calendar").order_by("-started_at", "-pk")
)


def _rows(ticket: Ticket) -> list[Promise]:
    """The latest first."""
    return _promises.among([ticket.pk])


def _applied(ticket: Ticket, rows: list[Promise], rules: Rules) -> list[str]:
    _save(ticket, *promise_rules.apply(ticket, rows, rules, clock.now()))
    return promise_rules.due_columns(ticket, rows)


def _end(actor: Actor, ticket: Ticket, row: Promise, now: datetime) -> None:
    """Merged away, or closed by who had asked before anybody answered: nobody waits. Else it is met."""
    gone = actor.user is not None and actor.user.pk == ticket.requester_id and row.kind in RESPONSES
    if ticket.merged_into_id or gone:
        promise_rules.cancel(row, now)
    else:
        promise_rules.meet(row, now)
    _save(ticket, row)


def _save(ticket: Ticket, *rows: Promise) -> None:
    for row in rows:
        if not row.is_open and row.breached and row.warned < BROKEN:
            # Broken between two sweeps: it is told all the same.
            row.save()
            _tell(ticket, row, BROKEN)
        row.save()


def _tell(ticket: Ticket, row: Promise, level: int) -> None:
    row.warned = level
    record(
        SLA,
        events.PROMISE_BROKEN if level == BROKEN else events.PROMISE_WARNED,
        ticket,
        ticket_id=ticket.pk,
        data={
            "promise": row.pk,
            "kind": row.kind,
            "level": level,
            "due_at": row.due_at.isoformat() if row.due_at else None,
        },
    )


def changed_fields(names: Iterable[str]) -> bool:
    """Whether policies may look at one of these fields of a ticket."""
    return not {"priority", "requester", "kind", "tags", "fields", "subject", "due_at", "request_type"}.isdisjoint(
        names
    )
