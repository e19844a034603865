from django.utils.translation import gettext as _

from desk import events
from desk.commands.creation import create_ticket
from desk.models import Comment, Ticket, TicketLink
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.journal import journal, step
from flowtic.core.policy import require


@command
def split_comment(actor: Actor, comment: Comment, *, subject: str) -> Ticket:
    """A new ticket from one public reply, for the same requester, linked back; the reply stays where it is."""
    ticket = Ticket.objects.lock(comment.ticket_id)
    require(actor, "ticket.split", ticket)
    if comment.is_internal:
        raise Invalid(_("An internal note cannot become a ticket: its text would be public."))
    new = create_ticket(
        actor,
        subject=subject,
        description=comment.body,
        requester=ticket.requester,
        department=ticket.department,
        priority=ticket.priority,
        kind=ticket.kind,
    )
    TicketLink.objects.create(source=new, target=ticket, kind=TicketLink.Kind.SPLIT, created_at=clock.now())
    undo = journal(actor, events.SPLIT, step("merge_ticket", new.pk, into=ticket.pk, version=new.version))
    record(
        actor,
        events.SPLIT,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("split", None, new.number)],
        data={"comment": comment.pk, "ticket": new.pk},
        operation_id=undo.pk,
    )
    return new
