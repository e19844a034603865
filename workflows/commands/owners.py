"""Who a work item belongs to, and what its owner may therefore see of the ticket."""

from datetime import datetime
from typing import Any

from accounts.models import User
from desk.dispatching.choice import choose
from desk.models import Participant, Ticket
from flowtic.core import clock
from workflows import menu, moments
from workflows.engine.state import State, context
from workflows.models import WorkItem

NOBODY = ("field_empty", "person_unknown", "person_excluded")
REASONS = {WorkItem.Kind.APPROVAL: Participant.Reason.APPROVER}


def place(item: WorkItem, owner: dict[str, Any], ticket: Ticket, state: State, now: datetime) -> None:
    """Sets pool or person of an unsaved item by the step's owner rule."""
    found = choose(owner, ticket, context(state), now=now)
    by_substitute = found.reason.get("code") == "substitute"
    if item.kind == WorkItem.Kind.APPROVAL and by_substitute and found.assignee == ticket.requester:
        # Who asks may be named as approver, but never decides in somebody else's stead.
        found = choose(owner, ticket, context(state), now=now, exclude={ticket.requester_id})
    item.strategy = found.strategy
    if item.kind == WorkItem.Kind.APPROVAL and found.reason.get("code") in NOBODY:
        # Who should decide is not known: a lead names somebody, not just any colleague decides.
        item.strategy = "dispatcher"
    item.department, item.role = found.department, found.role
    item.skill, item.level = found.skill, found.level
    item.assigned_reason, item.fallback_at = found.reason, found.fallback_at
    item.return_after = str(owner.get("return_after") or "")[:40]
    if found.assignee is not None:
        hold(item, found.assignee, now)
    if item.assignee is not None:
        let_see(item, ticket, item.assignee)


def hold(item: WorkItem, person: User, now: datetime) -> None:
    """The person has it; without return rule the moment to give it back stays empty."""
    item.assignee = person
    item.state = WorkItem.State.CLAIMED
    item.claimed_at = item.touched_at = now
    set_return(item, now)
    menu.forget(person.pk)


def set_return(item: WorkItem, now: datetime) -> None:
    """When an untouched item goes back to its queue, counted in working time."""
    spec = {"duration": item.return_after, "clock": "business"}
    item.return_at = moments.due_at(now, spec, item.ticket) if item.return_after else None


def let_see(item: WorkItem, ticket: Ticket, person: User) -> None:
    """Who holds a step sees the ticket: people of the desk with its notes, everybody else the public part."""
    if person.role in ("support", "admin") or (person.can_work and ticket.department.has_agent(person)):
        return
    reason = REASONS.get(WorkItem.Kind(item.kind), Participant.Reason.STEP_OWNER)
    level = Participant.Level.INTERNAL if person.can_work else Participant.Level.PUBLIC
    rows = Participant.objects.filter(ticket=ticket, person=person, reason=reason, level=level)
    if not rows.exists():
        Participant.objects.create(ticket=ticket, person=person, reason=reason, level=level, created_at=clock.now())


def withdraw(item: WorkItem) -> None:
    """What a person saw only because of this item ends with it; approvers keep what they decided about."""
    menu.forget(item.assignee_id)
    if item.assignee_id is None or item.kind == WorkItem.Kind.APPROVAL:
        return
    others = WorkItem.objects.filter(ticket_id=item.ticket_id, assignee_id=item.assignee_id, state__in=WorkItem.OPEN)
    if not others.exclude(pk=item.pk).exists():
        Participant.objects.filter(
            ticket_id=item.ticket_id, person_id=item.assignee_id, reason=Participant.Reason.STEP_OWNER
        ).delete()
