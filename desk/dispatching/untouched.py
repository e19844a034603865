"""Tickets that somebody has and never touched."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from accounts.calendars import working_calendar
from desk import events
from desk.models import DispatchPolicy, Status, Ticket
from flowtic.core import business_time, durations
from flowtic.core.models import Event

GIVEN = (events.ASSIGNED, events.CLAIMED)
PAGE = 500


def untouched_since(tickets: Collection[Ticket]) -> dict[int, datetime]:
    """When each of these tickets was given to its owner, of those that the owner did nothing with since.

    A ticket whose assignment is no event (imported) is not among them.
    """
    owners = {ticket.pk: ticket.assignee_id for ticket in tickets if ticket.assignee_id}
    given = Event.objects.filter(ticket_id__in=owners, name__in=GIVEN).order_by()
    last: dict[int, int] = dict(given.values_list("ticket_id").annotate(last=Max("pk")))
    if not last:
        return {}
    rows = Event.objects.filter(pk__in=last.values(), ticket_id__isnull=False)
    moments = {pk: moment for pk, moment in rows.values_list("ticket_id", "created_at") if pk is not None}
    later = Event.objects.filter(ticket_id__in=last, pk__gt=min(last.values()), actor__in=set(owners.values()))
    for pk, ticket, actor, data in later.values_list("pk", "ticket_id", "actor", "data"):
        # The status that mirrors the assignment is part of it, not work.
        if ticket and data.get("follows") not in GIVEN and actor == owners[ticket] and pk > last[ticket]:
            moments.pop(ticket, None)
    return moments


def overdue_returns(policy: DispatchPolicy, now: datetime) -> list[Ticket]:
    """Tickets of the policy's department that go back to the queue; reads a page at a time, oldest first."""
    length = return_length(policy)
    if length is None:
        return []
    held = Ticket.objects.open().filter(
        department=policy.department_id,
        assignee__isnull=False,
        status__category=Status.Category.ASSIGNED,
        created_at__lte=now - length,
    )
    found: list[Ticket] = []
    last = 0
    while page := list(held.filter(pk__gt=last).order_by("pk").only("pk", "assignee")[:PAGE]):
        last = page[-1].pk
        since = untouched_since(page)
        found += [ticket for ticket in page if ticket.pk in since and is_over(since[ticket.pk], policy, now)]
    return found


def return_length(policy: DispatchPolicy) -> timedelta | None:
    """After how much working time a ticket goes back; None: never."""
    try:
        return durations.parse(policy.return_after) if policy.active and policy.return_after else None
    except ValueError:
        return None


def is_over(since: datetime, policy: DispatchPolicy, now: datetime) -> bool:
    """Whether so much working time of the department has passed."""
    length = return_length(policy)
    # Working time never runs faster than the clock: most answers need no calendar.
    if length is None or since + length > now:
        return False
    try:
        return business_time.add(since, length, working_calendar(policy.department)) <= now
    except business_time.OutOfReach:
        return False


def returning_policies() -> QuerySet[DispatchPolicy]:
    """Policies that give tickets back."""
    return DispatchPolicy.objects.filter(active=True).exclude(return_after="").select_related("department__calendar")
