from django.utils.translation import gettext as _

from desk import events
from desk.family import check_family
from desk.models import Ticket, TicketLink
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.journal import journal, step
from flowtic.core.policy import require


@command
def link_tickets(actor: Actor, ticket: Ticket, *, other: Ticket, kind: str) -> TicketLink:
    """Says that `ticket` is `kind` `other`. The actor works both."""
    require(actor, "ticket.link", ticket)
    require(actor, "ticket.link", other)
    if ticket.pk == other.pk:
        raise Invalid(fields={"other": _("A ticket cannot be linked to itself.")})
    if kind not in TicketLink.Kind.values:
        raise Invalid(fields={"kind": _("This kind of link does not exist.")})
    Ticket.objects.lock(min(ticket.pk, other.pk))
    if kind == TicketLink.Kind.CHILD:
        check_family(ticket, other)
    row, created = TicketLink.objects.get_or_create(
        source=ticket, target=other, kind=kind, defaults={"created_at": clock.now()}
    )
    if created:
        undo = journal(actor, events.LINKED, step("unlink_tickets", ticket.pk, other=other.pk, kind=kind))
        changes = [change("link", None, f"{kind} {other.number}")]
        record(actor, events.LINKED, ticket, ticket_id=ticket.pk, changes=changes, operation_id=undo.pk)
    return row


@command
def unlink_tickets(actor: Actor, link: TicketLink) -> None:
    """Takes the link away."""
    require(actor, "ticket.link", link.source)
    undo = journal(actor, events.UNLINKED, step("link_tickets", link.source_id, other=link.target_id, kind=link.kind))
    changes = [change("link", f"{link.kind} {link.target.number}", None)]
    record(actor, events.UNLINKED, link.source, ticket_id=link.source_id, changes=changes, operation_id=undo.pk)
    link.delete()
