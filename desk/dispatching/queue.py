"""The order in which free tickets are due, for "give me the next one"."""

from django.db.models import Exists, OuterRef

from accounts.models import Department
from desk import events
from desk.dispatching.policies import dispatcher_only
from desk.models import Ticket
from desk.models.snooze import snoozed_q
from desk.models.ticket import TicketQuerySet
from flowtic.core.actor import Actor
from flowtic.core.models import Event

# Least time left first, overdue ones therefore at the very front; then the more urgent; then who waits longest.
ORDER = ("sort_due_at", "-priority_id", "created_at", "pk")


def waiting_for(actor: Actor, department: Department | None = None) -> TicketQuerySet:
    """Free tickets that the actor may take, in the order of the queue; not those that are put off."""
    free = Ticket.objects.open().filter(snoozed_q(snoozed=False), assignee=None)
    if department is not None:
        free = free.filter(department=department)
    if not actor.works_in_every_department:
        closed = dispatcher_only(actor) - actor.lead_department_ids
        free = free.filter(department__in=actor.department_ids - closed)
    return free.order_by(*ORDER)


def left_waiting(department_id: int) -> TicketQuerySet:
    """Free tickets for which the department's policy found nobody, in the order of the queue.

    What people gave back is not among them: it waits for a person to decide.
    """
    told = Event.objects.filter(ticket_id=OuterRef("pk"))
    given = told.filter(name__in=(events.ASSIGNED, events.CLAIMED))
    free = Ticket.objects.open().filter(assignee=None, department=department_id)
    return free.filter(Exists(told.filter(name=events.NOT_ASSIGNED)), ~Exists(given)).order_by(*ORDER)
