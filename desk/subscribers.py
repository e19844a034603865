"""Who listens to tickets: mails to the people concerned, and what hands out new tickets."""

from accounts import events as people
from desk import (  # noqa: F401  (they register themselves)
    audit_jobs,
    checklists,
    events,
    notices,
    notifying,
    promise_jobs,
    promise_sweep,
    sla_words,
    snoozing,
    status_jobs,
)
from desk.commands import auto_assign, sending  # noqa: F401  (its jobs register themselves)
from desk.mail import outbound
from desk.models import SlaPolicy, Ticket
from flowtic.core.actor import Actor
from flowtic.core.events import subscribe
from flowtic.core.models import Event


@subscribe(*notices.RULES, key="desk.notices")
def tell_people(event: Event) -> None:
    """Everybody whom the event concerns, in the product and by mail. First what needs no mail server."""
    notifying.write_notifications(event)
    outbound.send_notices(event)


@subscribe(events.CREATED, events.DEPARTMENT_CHANGED, key="desk.dispatching")
def hand_out(event: Event) -> None:
    """New and moved tickets go to whom the department's policy chooses; a late repetition decides nothing again."""
    if event.ticket_id is None:
        return
    decided = (events.ASSIGNED, events.CLAIMED, events.RELEASED, events.RETURNED, events.DEPARTMENT_CHANGED)
    later = Event.objects.filter(ticket_id=event.ticket_id, pk__gt=event.pk, name__in=decided)
    ticket = Ticket.objects.filter(pk=event.ticket_id, assignee=None, is_open=True).first()
    if ticket is not None and not later.exists():
        auto_assign(Actor.system("dispatching"), ticket)


@subscribe(people.CALENDAR_CHANGED, people.DEPARTMENT_CHANGED, events.CONFIG_CHANGED, key="desk.due_dates")
def recompute_due_dates(event: Event) -> None:
    """Working hours, a department's calendar or a promise rule changed: due dates follow."""
    calendar = event.name == people.DEPARTMENT_CHANGED and any(item["field"] == "calendar" for item in event.changes)
    rule = event.name == events.CONFIG_CHANGED and event.subject_type == SlaPolicy._meta.label_lower
    if event.name == people.CALENDAR_CHANGED or calendar or rule:
        promise_jobs.recompute_soon(Actor(event.actor, "celery"))
