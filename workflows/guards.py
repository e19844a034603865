"""What workflows object to: closing a ticket by hand while its steps are open."""

from django.utils.translation import gettext as _

from desk.dispatching import skip_if
from desk.guards import guard
from desk.models import Status, Ticket
from flowtic.core.actor import Actor
from workflows.commands.starting import choose_workflow
from workflows.models import Instance


@guard
def steps_are_open(actor: Actor, ticket: Ticket, status: Status) -> str:
    """The requester may withdraw (the workflow is cancelled then); everybody else ends or cancels the workflow."""
    if status.is_open or not Instance.objects.running().filter(ticket=ticket).exists():
        return ""
    if ticket.acting_role(actor) == "user" and not actor.is_system:
        return ""
    return _("A workflow is still running on this ticket. Complete its steps or cancel it first.")


@skip_if
def led_by_a_workflow(ticket: Ticket) -> bool:
    """The desk does not hand out tickets whose steps say who works them, nor those that get a workflow in a moment."""
    runs = list(ticket.instances.values_list("status", flat=True))
    return Instance.State.RUNNING in runs or (not runs and choose_workflow(ticket) is not None)
