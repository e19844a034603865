"""What workflows listen to: new tickets, closed child tickets, withdrawn requests."""

from desk import events as desk_events
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.events import subscribe
from flowtic.core.models import Event
from workflows import events, mail, notifications
from workflows.automation import dwelling, running, telling, triggers
from workflows.commands.children import report_closed_child
from workflows.commands.messages import send_message
from workflows.commands.operations import cancel_instance
from workflows.commands.starting import start_by_rules
from workflows.models import Instance

MACHINE = Actor.system("workflow")


@subscribe(desk_events.CREATED, key="workflows.start")
def start(event: Event) -> None:
    """A new ticket gets the workflow that the rules name."""
    ticket = Ticket.objects.filter(pk=event.ticket_id).first()
    if ticket:
        start_by_rules(MACHINE, ticket)


@subscribe(desk_events.STATUS_CHANGED, key="workflows.closed")
def closed(event: Event) -> None:
    """A child ticket that is done lets its parent's step go on; a withdrawn request cancels its workflow."""
    ticket = Ticket.objects.select_related("status").filter(pk=event.ticket_id).first()
    if ticket is None or ticket.is_open:
        return
    report_closed_child(MACHINE, ticket)
    for instance in Instance.objects.running().filter(ticket=ticket):
        cancel_instance(MACHINE, instance, reason="withdrawn")


@subscribe(desk_events.COMMENTED, key="workflows.replied")
def replied(event: Event) -> None:
    """Steps that wait for the requester's answer go on."""
    ticket = Ticket.objects.filter(pk=event.ticket_id).first()
    if ticket is None or event.actor_id != ticket.requester_id:
        return
    for instance in Instance.objects.running().filter(ticket=ticket):
        try:
            send_message(MACHINE, instance, name="requester_replied")
        except CommandError:
            continue


@subscribe(events.ITEM_OPENED, events.ITEM_ASSIGNED, key="workflows.tell_owner")
def tell_owner(event: Event) -> None:
    """Whom a step was given to, in the product and, unless they chose otherwise, by mail at once."""
    if notifications.tell_owner(event):
        mail.tell_owner(event)


@subscribe(*triggers.HEARD, key="workflows.automation")
def act_by_rules(event: Event) -> None:
    """What admins' rules do about it; times that tickets spend in a state begin and end."""
    dwelling.follow(event)
    running.react(event)


@subscribe(events.RULE_TOLD, key="workflows.automation_tell")
def tell_by_rule(event: Event) -> None:
    """Whom a rule notifies."""
    telling.tell(event)


@subscribe(events.RULE_PAUSED, key="workflows.automation_paused")
def tell_admins(event: Event) -> None:
    """A rule that failed again and again has paused itself."""
    telling.tell_admins(event)
