"""What the assistant listens to: new tickets, values that people choose in its fields, tickets that are done."""

from ai_assist import fields
from ai_assist.commands.deciding import settle_by_change, settle_by_closing
from ai_assist.commands.forgetting import forget_ticket_texts
from ai_assist.jobs import MACHINE, classify_soon
from ai_assist.queries import assistant_on
from desk import events as desk_events
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.events import subscribe
from flowtic.core.models import Event


@subscribe(desk_events.CREATED, key="ai.classify")
def look_at(event: Event) -> None:
    """A worker classifies the new ticket."""
    if event.ticket_id is not None and assistant_on():
        classify_soon(event.ticket_id)


@subscribe(desk_events.CHANGED, desk_events.DEPARTMENT_CHANGED, key="ai.decided")
def decide(event: Event) -> None:
    """Whoever sets a field decides about its suggestions; other machines only make them obsolete."""
    told = [item for item in event.changes if item["field"] in fields.FIELDS]
    ticket = Ticket.objects.filter(pk=event.ticket_id or 0).first() if told else None
    if ticket is None or event.machine == MACHINE.machine:
        return
    actor = Actor(event.actor, event.via) if event.actor is not None else Actor.system(event.machine or "other")
    for item in told:
        value = fields.plain(item["field"], item["new"])
        settle_by_change(actor, ticket, field=item["field"], value=value, at=event.created_at)


@subscribe(desk_events.STATUS_CHANGED, desk_events.MERGED, key="ai.closed")
def close(event: Event) -> None:
    """What nobody used while the ticket was open was ignored."""
    ticket = Ticket.objects.filter(pk=event.ticket_id or 0, is_open=False).first()
    if ticket is not None:
        settle_by_closing(MACHINE, ticket)


@subscribe(desk_events.REDACTED, key="ai.redacted")
def forget(event: Event) -> None:
    """A text was taken out of the ticket for good."""
    if ticket := Ticket.objects.filter(pk=event.ticket_id or 0).first():
        forget_ticket_texts(MACHINE, ticket)
