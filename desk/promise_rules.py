"""Which promises a ticket gets, and what befalls them. Changes unsaved rows; desk/commands/promises.py writes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import structlog

from accounts.calendars import default_calendar
from accounts.models import Calendar
from desk import sla
from desk.models import NO_DUE_DATE, Promise, SlaPolicy, Status, Ticket
from flowtic.core import conditions
from flowtic.core.formulas import FormulaError
from flowtic.core.prepared import Prepared

log = structlog.get_logger("flowtic.sla")

RESPONSES = (Promise.Kind.FIRST_RESPONSE, Promise.Kind.NEXT_RESPONSE)
WAITING = Status.Category.WAITING


_policies = Prepared(lambda: SlaPolicy.objects.filter(active=True).select_related("calendar"))


class Rules:
    """The active policies in order, read once."""

    def __init__(self) -> None:
        self.policies: list[SlaPolicy] = _policies.rows()

    @cached_property
    def names(self) -> set[str]:
        """Everything that any condition reads."""
        return set().union(*(conditions.names(policy.condition) for policy in self.policies))

    @cached_property
    def _default(self) -> Calendar:
        return default_calendar()

    @cached_property
    def _by_department(self) -> dict[int, Calendar]:
        return {}

    def policy_for(self, ticket: Ticket) -> SlaPolicy | None:
        """The first one that fits; a formula that ends in an error fits nothing."""
        values: dict[str, Any] | None = None
        for policy in self.policies:
            if not policy.condition:
                return policy
            values = values or values_of(ticket, self.names)
            try:
                if conditions.holds(policy.condition, values):
                    return policy
            except FormulaError as error:
                log.warning("policy_formula_failed", policy=policy.key, ticket=ticket.number, error=str(error))
        return None

    def calendar_for(self, policy: SlaPolicy, ticket: Ticket) -> Calendar:
        """The policy's own, else the department's, else the default."""
        if policy.calendar is not None:
            return policy.calendar
        known = self._by_department
        if ticket.department_id not in known:
            known[ticket.department_id] = ticket.department.calendar or self._default
        return known[ticket.department_id]


def values_of(ticket: Ticket, names: Iterable[str]) -> dict[str, Any]:
    """What conditions read: answers of the form by key, `ticket.…`, `requester.…`; only what is read is fetched."""
    wanted = set(names)
    kind = ticket.request_type
    own: dict[str, Any] = {
        "number": ticket.number,
        "subject": ticket.subject,
        "priority": ticket.priority.key,
        "department": ticket.department.key,
        "request_type": kind.key if kind else None,
        "kind": ticket.kind,
        "source": ticket.source,
        "created_at": ticket.created_at,
    }
    if "ticket.tags" in wanted or "ticket" in wanted:
        own["tags"] = [tag.name for tag in ticket.tags.all()]
    found = {**ticket.fields, "ticket": own}
    if any(name.startswith(("requester", "ticket.requester")) for name in wanted):
        found["requester"] = _requester(ticket, wanted)
        own["requester"] = ticket.requester.email
    return found


def _requester(ticket: Ticket, wanted: set[str]) -> dict[str, Any]:
    person = ticket.requester
    found: dict[str, Any] = {"email": person.email, "name": person.name, "role": person.role}
    if "requester.department" in wanted:
        found["department"] = [row.department.key for row in person.memberships.all()]
    if "requester.manager" in wanted:
        found["manager"] = person.manager.email if person.manager else None
    return found


# ---- what befalls one promise --------------------------------------------------------------------------


def meet(row: Promise, now: datetime) -> None:
    row.met_at = now
    row.clock_runs = sla.stop(row.clock_runs, now)
    row.settle(now)


def cancel(row: Promise, now: datetime) -> None:
    """Nobody waits for it any more; what was broken until then stays broken."""
    row.cancelled_at = now
    row.clock_runs = sla.stop(row.clock_runs, now)
    row.settle(now)


def follow(row: Promise, ticket: Ticket, now: datetime) -> None:
    """The clock runs unless the ticket waits."""
    move = sla.stop if ticket.status.category == WAITING else sla.begin
    row.clock_runs = move(row.clock_runs, now)
    row.settle(now)


def revive(row: Promise, ticket: Ticket, now: datetime) -> None:
    """It counts again; the time since it ended does not."""
    row.met_at = row.cancelled_at = None
    follow(row, ticket, now)


# ---- all promises of a ticket ------------------------------------------------------------------------------


def apply(ticket: Ticket, rows: list[Promise], rules: Rules, now: datetime) -> list[Promise]:
    """Brings the open promises in line with the policies and makes those that are missing. Returns what to save."""
    targets = _targets(ticket, rules)
    touched = []
    for row in [row for row in rows if row.is_open]:
        if row.kind in targets:
            _write(row, ticket, targets[row.kind])
            row.settle(now)
        else:
            cancel(row, now)
        touched.append(row)
    for kind in _missing(ticket, rows, targets):
        row = _last(rows, kind) or _new(ticket, kind, now)
        _write(row, ticket, targets[kind])
        revive(row, ticket, now)
        if row not in rows:
            rows.append(row)
        touched.append(row)
    return touched


def start_next_response(ticket: Ticket, rows: list[Promise], rules: Rules, now: datetime) -> list[Promise]:
    """The requester wrote again."""
    target = _targets(ticket, rules).get(Promise.Kind.NEXT_RESPONSE)
    if target is None:
        return []
    row = _new(ticket, Promise.Kind.NEXT_RESPONSE, now)
    _write(row, ticket, target)
    follow(row, ticket, now)
    rows.append(row)
    return [row]


def due_columns(ticket: Ticket, rows: Iterable[Promise]) -> list[str]:
    """Sets the ticket's due date to that of its earliest open promise; returns what to save. One set by hand stays."""
    rows = list(rows)
    if ticket.due_fixed or not rows:
        return []
    open_rows = [row.due_at for row in rows if row.is_open and not row.paused and row.due_at]
    due = min(open_rows, default=None) if ticket.is_open else None
    wanted = due or NO_DUE_DATE
    if (ticket.due_at, ticket.sort_due_at) == (due, wanted):
        return []
    ticket.due_at, ticket.sort_due_at = due, wanted
    return ["due_at", "sort_due_at"]


@dataclass(frozen=True)
class _Target:
    length: timedelta
    policy: SlaPolicy
    calendar: Calendar


def _targets(ticket: Ticket, rules: Rules) -> dict[str, _Target]:
    """What is promised now, by kind."""
    policy = rules.policy_for(ticket) if ticket.is_open and not ticket.merged_into_id else None
    if policy is None:
        return {}
    lengths = {kind: policy.target(kind, ticket.priority.key) for kind in Promise.Kind.values}
    calendar = rules.calendar_for(policy, ticket)
    return {kind: _Target(length, policy, calendar) for kind, length in lengths.items() if length}


def _missing(ticket: Ticket, rows: list[Promise], targets: Mapping[str, _Target]) -> list[str]:
    having = {row.kind for row in rows if row.is_open}
    wanted = [Promise.Kind.FIRST_RESPONSE] if ticket.first_response_at is None else []
    answered = {row.kind for row in rows if row.met_at}
    kinds = [*(kind for kind in wanted if kind not in answered), Promise.Kind.RESOLUTION]
    return [kind for kind in kinds if kind in targets and kind not in having]


def _last(rows: list[Promise], kind: str) -> Promise | None:
    """The latest promise of that kind, which is taken up again."""
    return max((row for row in rows if row.kind == kind), key=lambda row: row.started_at, default=None)


def _new(ticket: Ticket, kind: str, now: datetime) -> Promise:
    row = Promise(ticket=ticket, kind=kind, started_at=now)
    row.clock_runs = [sla.Run(now)]
    return row


def _write(row: Promise, ticket: Ticket, target: _Target) -> None:
    row.policy, row.calendar = target.policy, target.calendar
    row.department_id, row.priority = ticket.department_id, ticket.priority.key
    row.target_seconds = int(target.length.total_seconds())
