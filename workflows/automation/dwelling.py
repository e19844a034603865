"""Rules about time: since when a ticket has fitted, and acting on it once when that was long enough.

A ticket begins to fit at its last change that history tells of: nothing that conditions read changes in between. As
soon as it does not fit any more its row goes; when it fits again, the time begins anew.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q

from desk.events import CREATED
from desk.models import Ticket
from flowtic.core import clock, conditions
from flowtic.core.leases import leased
from flowtic.core.models import Event
from workflows import moments
from workflows.automation.facts import RELATED, fresh, values_of
from workflows.automation.running import Chain, holds, meet
from workflows.automation.triggers import CHANGES
from workflows.models import AutomationRule, Dwell

log = structlog.get_logger("flowtic.automation")
T = AutomationRule.Trigger

BATCH = 200
# Tickets that were closed longer ago are not looked at when a rule is switched on.
CLOSED_WITHIN = timedelta(days=120)
# Conditions about moments ("due before tomorrow") become true by themselves.
SCAN_AGAIN = timedelta(hours=1)
MOMENTS = frozenset({"ticket.created_at", "ticket.updated_at", "ticket.due_at"})


def follow(event: Event) -> None:
    """After a change: rows of the ticket begin or end."""
    rules = list(AutomationRule.objects.in_force().filter(trigger=T.TIME))
    ticket = fresh(event.ticket_id) if rules and event.ticket_id else None
    if ticket is not None:
        _follow(ticket, rules, event.created_at)


def _follow(ticket: Ticket, rules: Iterable[AutomationRule], since: datetime | None = None) -> None:
    values = values_of(ticket)
    for rule in rules:
        rows = Dwell.objects.filter(rule=rule, ticket=ticket)
        if ticket.merged_into_id or not holds(rule, values):
            rows.delete()
        elif not rows.exists():
            _begin(rule, ticket, since or last_change(ticket))


def _begin(rule: AutomationRule, ticket: Ticket, since: datetime) -> None:
    spec = {"duration": rule.options.get("for", ""), "clock": rule.options.get("clock", "calendar")}
    due = moments.due_at(since, spec, ticket)
    if due is None:
        return
    try:
        with transaction.atomic():
            Dwell.objects.create(rule=rule, ticket=ticket, since=since, due_at=due)
    except IntegrityError:  # another worker was faster
        return


def last_change(ticket: Ticket) -> datetime:
    """Since when the ticket is as it is."""
    told = Event.objects.filter(ticket_id=ticket.pk, name__in=(CREATED, *CHANGES)).order_by("-pk")
    return told.values_list("created_at", flat=True).first() or ticket.created_at


@leased("workflows.automation_time", 60)
def sweep() -> int:
    """Looks through tickets for rules that are new, then acts where the time is over. Returns on how many tickets."""
    now = clock.now()
    for rule in AutomationRule.objects.in_force().filter(trigger=T.TIME):
        if rule.scanned_at is None or (_reads_moments(rule) and rule.scanned_at < now - SCAN_AGAIN):
            _scan(rule, now)
    rows = Dwell.objects.filter(fired_at=None, due_at__lte=now, rule__active=True, rule__paused_at=None)
    found = list(rows.select_related("rule").order_by("due_at", "pk")[:BATCH])
    return sum(_in_order(sorted(found, key=lambda row: (row.rule.position, row.rule_id, row.due_at)), now))


def _in_order(rows: Iterable[Dwell], now: datetime) -> Iterator[bool]:
    """Acts where the time is over, rule after rule; behind one with the stop flag, others leave the ticket alone."""
    stopped: set[int] = set()
    for row in rows:
        if row.ticket_id in stopped:
            continue
        try:
            acted = _fire(row, now)
        except Exception:
            log.exception("automation_time_failed", rule=row.rule_id, ticket=row.ticket_id)
            continue
        if acted and row.rule.stop:
            stopped.add(row.ticket_id)
            behind = Q(rule__position__gt=row.rule.position) | Q(rule__position=row.rule.position, rule__gt=row.rule_id)
            Dwell.objects.filter(behind, ticket=row.ticket_id, fired_at=None, due_at__lte=now).update(fired_at=now)
        yield acted


def _reads_moments(rule: AutomationRule) -> bool:
    return bool(MOMENTS & conditions.names(rule.condition))


def _scan(rule: AutomationRule, now: datetime) -> None:
    wanted = Q(is_open=True) | Q(updated_at__gte=now - CLOSED_WITHIN)
    rows = Ticket.objects.filter(wanted, merged_into=None).select_related(*RELATED).prefetch_related("tags")
    last = 0
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = found[-1].pk
        for ticket in found:
            _follow(ticket, [rule])
    AutomationRule.objects.filter(pk=rule.pk, updated_at=rule.updated_at).update(scanned_at=now)


def _fire(row: Dwell, now: datetime) -> bool:
    """The rule acts once for this stay; a stay that ended unseen acts no more."""
    ticket = fresh(row.ticket_id)
    if ticket is None or ticket.merged_into_id or not holds(row.rule, values_of(ticket)):
        row.delete()
        return False
    fact = f"{row.rule_id}:t{row.ticket_id}:{row.since.timestamp():.0f}"
    done = meet(row.rule, row.ticket_id, fact, Chain(fact))
    Dwell.objects.filter(pk=row.pk, since=row.since).update(fired_at=now)
    return done
