"""Due dates of many tickets at once, after calendars or policies changed."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import prefetch_related_objects

from desk import promise_rules
from desk.models import Promise, Ticket
from desk.promise_rules import Rules
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.bulk import update_rows
from flowtic.core.command import command

ROWS = 100  # new ones in one statement
DERIVED = Promise.DERIVED
CHOSEN = ("policy_id", "calendar_id", "department_id", "priority", "target_seconds", "runs", "met_at", "cancelled_at")


@command
def recompute_promises(actor: Actor, ids: Sequence[int], *, rules: Rules) -> int:
    """Brings these tickets, as far as they are open, in line with policies and calendars. Returns how many changed.

    The same as `refresh_promises` for each; nothing is recorded, as nobody did anything to the tickets.
    """
    open_ones = Ticket.objects.select_for_update().filter(pk__in=ids, is_open=True).order_by("pk")
    tickets = list(open_ones.defer("description", "field_versions"))
    prefetch_related_objects(tickets, "status", "priority", "department__calendar", *_wanted(rules.names))
    rows: dict[int, list[Promise]] = {ticket.pk: [] for ticket in tickets}
    known = Promise.objects.filter(ticket__in=list(rows)).select_related("calendar").order_by("-started_at", "-pk")
    before = {}
    for row in known:
        rows[row.ticket_id].append(row)
        before[row.pk] = (_values(row, CHOSEN), _values(row, DERIVED))
    now, touched, moved = clock.now(), list[Promise](), list[Ticket]()
    for ticket in tickets:
        touched += promise_rules.apply(ticket, rows[ticket.pk], rules, now)
        if promise_rules.due_columns(ticket, rows[ticket.pk]):
            moved.append(ticket)
    return _write(touched, before, moved)


def _wanted(names: set[str]) -> Iterable[str]:
    """What conditions read beside the ticket."""
    yield "request_type"
    if any("requester" in name for name in names):
        yield "requester"
    if "requester.department" in names:
        yield "requester__memberships__department"
    if "requester.manager" in names:
        yield "requester__manager"
    if "ticket.tags" in names:
        yield "tags"


def _write(touched: list[Promise], before: dict[int, Any], moved: list[Ticket]) -> int:
    new = [row for row in touched if row.pk is None]
    rechosen = [row for row in touched if row.pk in before and before[row.pk][0] != _values(row, CHOSEN)]
    other = {row.pk for row in rechosen}
    derived = [
        row for row in touched
        if row.pk in before and row.pk not in other and before[row.pk][1] != _values(row, DERIVED)
    ]  # fmt: skip
    Promise.objects.bulk_create(new, batch_size=ROWS)
    update_rows(rechosen, [name.removesuffix("_id") for name in (*CHOSEN, *DERIVED)])
    update_rows(derived, _differing(derived, before))
    update_rows(moved, ["due_at", "sort_due_at"])
    return len({row.ticket_id for row in (*new, *rechosen, *derived)} | {ticket.pk for ticket in moved})


def _differing(rows: list[Promise], before: dict[int, Any]) -> list[str]:
    """The columns that changed in any of the rows: a calendar change mostly moves two of seven."""
    pairs = [(before[row.pk][1], _values(row, DERIVED)) for row in rows]
    return [name for number, name in enumerate(DERIVED) if any(old[number] != new[number] for old, new in pairs)]


def _values(row: Promise, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
