"""Tickets find their people: by the department's policy, one after the other, or all at once when somebody is away."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, Skill, User
from accounts.models.skill import HIGHEST, LOWEST
from desk import events
from desk.commands.assignment import (
    AlreadyTaken,
    TicketIsClosed,
    assign_ticket,
    claim_ticket,
    set_owner,
)
from desk.dispatching import is_skipped
from desk.dispatching.capacity import cap_of, reserve
from desk.dispatching.choice import choose
from desk.dispatching.people import present
from desk.dispatching.policies import owner_rule, policy_of
from desk.dispatching.queue import waiting_for
from desk.dispatching.untouched import is_over, untouched_since
from desk.models import DispatchPolicy, Ticket
from flowtic.core import clock, durations
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import CommandError, Conflict, Forbidden, Invalid
from flowtic.core.events import change, record
from flowtic.core.models import Event
from flowtic.core.policy import require

MAX_CAP = 10_000
LONGEST_RETURN = timedelta(days=90)
MAX_LOST = 10
LOOKED_AT = 50


class AtCapacity(Conflict):
    """The person has as much open work as the limit allows; `extra` holds load and cap."""

    code = "at_capacity"


@command
def save_dispatch_policy(
    actor: Actor,
    department: Department,
    *,
    strategy: str,
    skill: str,
    level: int,
    cap: int | None,
    return_after: str,
    active: bool,
) -> DispatchPolicy:
    """How the department's new tickets find their people. Raises Invalid with the fields that do not fit."""
    department = Department.objects.select_for_update().get(pk=department.pk)
    require(actor, "desk.configure", department)
    policy = DispatchPolicy.objects.filter(department=department).first() or DispatchPolicy(department=department)
    values: dict[str, Any] = {
        "strategy": strategy,
        "skill": skill.strip() if strategy == DispatchPolicy.Strategy.SKILL else "",
        "level": level,
        "cap": cap,
        "return_after": return_after.strip(),
        "active": active,
    }
    _check(values)
    created = policy.pk is None
    changes = [
        change(name, getattr(policy, name), value)
        for name, value in values.items()
        if created or getattr(policy, name) != value
    ]
    if not changes:
        return policy
    for name, value in values.items():
        setattr(policy, name, value)
    policy.save()
    record(actor, events.CONFIG_CHANGED, policy, changes=changes, data={"created": created})
    return policy


def _check(values: dict[str, Any]) -> None:
    wrong = {}
    if values["strategy"] not in DispatchPolicy.Strategy.values:
        wrong["strategy"] = _("This choice does not exist.")
    elif values["strategy"] == DispatchPolicy.Strategy.SKILL:
        if not values["skill"]:
            wrong["skill"] = _("Choose the skill.")
        elif not Skill.objects.filter(key=values["skill"], active=True).exists():
            wrong["skill"] = _("This skill does not exist.")
    if not LOWEST <= values["level"] <= HIGHEST:
        wrong["level"] = _("Levels go from %(low)d to %(high)d.") % {"low": LOWEST, "high": HIGHEST}
    if values["cap"] is not None and not 1 <= values["cap"] <= MAX_CAP:
        wrong["cap"] = _("The limit is a number from 1 to %(most)d.") % {"most": MAX_CAP}
    try:
        length = durations.parse(values["return_after"]) if values["return_after"] else None
    except ValueError as error:
        wrong["return_after"] = str(error)
    else:
        if length is not None and not timedelta(minutes=15) <= length <= LONGEST_RETURN:
            wrong["return_after"] = _("Choose between 15 minutes and 90 days.")
        values["return_after"] = durations.text(length) if length else ""
    if wrong:
        raise Invalid(_("Please check the marked fields."), fields=wrong)


@command
def auto_assign(actor: Actor, ticket: Ticket) -> Ticket:
    """Gives a free ticket to whom the department's policy chooses, and writes down why, or why nobody.

    Running it again changes nothing that the first run decided.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.dispatch", ticket)
    if ticket.assignee_id is not None or not ticket.is_open:
        return ticket
    policy = policy_of(ticket.department_id)
    if policy is None or policy.strategy not in DispatchPolicy.AUTOMATIC or is_skipped(ticket):
        return ticket
    rule = owner_rule(policy, ticket.department.key)
    # Nobody is given their own request: they asked because they need somebody else.
    found = choose(rule, ticket, {}, now=clock.now(), exclude={ticket.requester_id})
    if found.assignee is not None:
        set_owner(actor, ticket, found.assignee, event=events.ASSIGNED, reason=found.reason)
    elif not _said_already(ticket, found.reason):
        record(actor, events.NOT_ASSIGNED, ticket, ticket_id=ticket.pk, data={"reason": found.reason})
    return ticket


def _said_already(ticket: Ticket, reason: dict[str, Any]) -> bool:
    names = (events.NOT_ASSIGNED, events.DEPARTMENT_CHANGED)
    last = Event.objects.filter(ticket_id=ticket.pk, name__in=names).order_by("-pk").first()
    said: dict[str, Any] = (last.data.get("reason") or {}) if last else {}
    return said.get("code") == reason["code"]


@command
def return_ticket(actor: Actor, ticket: Ticket) -> Ticket:
    """Puts a ticket that its owner left untouched for too long back into the queue of its department."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.dispatch", ticket)
    policy = policy_of(ticket.department_id)
    if ticket.assignee_id is None or not ticket.is_open or policy is None:
        return ticket
    since = untouched_since([ticket]).get(ticket.pk)
    if since is None or not is_over(since, policy, clock.now()):
        return ticket
    reason = {"code": "untouched", "params": {"after": policy.return_after}}
    set_owner(actor, ticket, None, event=events.RETURNED, reason=reason)
    return ticket


def take_next(actor: Actor, *, department: Department | None = None) -> Ticket | None:
    """Claims the free ticket that is due first among those the actor may take; None when none is free.

    Raises AtCapacity when the actor has enough, Conflict when others were faster again and again.
    """
    if not actor.can_work or actor.user is None:
        raise Forbidden(_("Only people who work tickets can take one."))
    for _attempt in range(MAX_LOST):
        waiting = waiting_for(actor, department).only("pk", "department")[:LOOKED_AT]
        ticket = next((row for row in waiting if not is_skipped(row)), None)
        if ticket is None:
            return None
        try:
            return _take(actor, ticket)
        except (AlreadyTaken, TicketIsClosed):
            continue
    raise Conflict(_("Others were faster each time. Please try again."))


@command
def _take(actor: Actor, ticket: Ticket) -> Ticket:
    """Claims this one if the actor has room for more."""
    policy = policy_of(ticket.department_id)
    cap = cap_of(actor.user, policy.cap if policy else None)
    if cap is not None and reserve(actor.user, cap) is None:
        raise AtCapacity(
            _("You have reached your limit of %(cap)d open pieces of work; finish one first.") % {"cap": cap}, cap=cap
        )
    return claim_ticket(actor, ticket, reason={"code": "next_one", "params": {}})


@dataclass(frozen=True)
class HandedOver:
    """What became of one ticket: its new owner (None: the queue), or why it stayed."""

    ticket: Ticket
    assignee: User | None
    error: CommandError | None = None


def hand_over_open_work(actor: Actor, person: User, *, to: User | None) -> list[HandedOver]:
    """Moves the person's open tickets to somebody, or (None) shares them among the least loaded of each department.

    Each ticket in a transaction of its own; one that is refused does not keep the others. Whose department has nobody
    with room goes back to its queue.
    """
    if to is not None and to.pk == person.pk:
        raise Invalid(_("Choose somebody else."), fields={"to": _("has this work already")})
    if to is not None and not present([to], clock.now()):
        raise Invalid(_("%(name)s is away.") % {"name": to}, fields={"to": _("is away")})
    found = []
    for ticket in Ticket.objects.open().filter(assignee=person).order_by("sort_due_at", "pk"):
        try:
            moved = _hand_over(actor, ticket, person=person, to=to)
            found.append(HandedOver(moved, moved.assignee))
        except CommandError as error:
            found.append(HandedOver(ticket, person, error))
    return found


@command
def _hand_over(actor: Actor, ticket: Ticket, *, person: User, to: User | None) -> Ticket:
    """One ticket, if the person still has it."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.assignee_id != person.pk:
        return ticket
    params: dict[str, Any] = {"previous": person.pk}
    if to is None:
        policy = policy_of(ticket.department_id)
        rule = {"strategy": "least_loaded", "department": ticket.department.key, "cap": policy.cap if policy else None}
        chosen = choose(rule, ticket, {}, now=clock.now(), exclude={person.pk, ticket.requester_id})
        to, params = chosen.assignee, {**chosen.reason["params"], **params}
    return assign_ticket(actor, ticket, assignee=to, reason={"code": "handed_over", "params": params})
