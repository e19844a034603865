"""Named events for steps that wait for one."""

from django.utils.translation import gettext as _

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict
from flowtic.core.policy import require
from workflows.commands.drive import drive, locked_ticket
from workflows.models import Instance


@command
def send_message(actor: Actor, instance: Instance, *, name: str) -> Instance:
    """Every step of the instance that waits for `name` goes on. Raises Conflict when none does."""
    ticket = locked_ticket(instance.ticket_id)
    instance = Instance.objects.lock(instance.pk)
    instance.ticket = ticket
    require(actor, "instance.start", ticket)
    effects = drive(actor, instance, ticket, {"type": "message", "name": name})
    if [effect.kind for effect in effects] == ["ignored"]:
        raise Conflict(_("No step waits for this event."))
    return instance
