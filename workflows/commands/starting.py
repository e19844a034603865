"""Which workflow a ticket gets, and its start."""

from typing import Any

from django.utils.translation import gettext as _

from desk.formschema.cleaning import facts
from desk.models import Ticket
from flowtic.core import clock, conditions, formulas
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events
from workflows.commands.drive import begin, definition_of, facts_of, locked_ticket
from workflows.models import Instance, Workflow, WorkflowRule


def choose_workflow(ticket: Ticket) -> Workflow | None:
    """The workflow of the first active rule that fits; the same for every door."""
    values = {**form_values(ticket), **facts_of(ticket)}
    values["ticket"]["tags"] = sorted(ticket.tags.values_list("name", flat=True))
    for rule in WorkflowRule.objects.filter(active=True).select_related("workflow__live"):
        if fits(rule, values):
            return rule.workflow if rule.workflow and rule.workflow.active and rule.workflow.live_id else None
    return None


def fits(rule: WorkflowRule, values: dict[str, Any]) -> bool:
    """Whether the rule's condition holds; a formula that fails does not."""
    try:
        return conditions.holds(rule.condition, values, now=clock.now())
    except formulas.FormulaError:
        return False


@command
def start_workflow(actor: Actor, ticket: Ticket, *, workflow: Workflow) -> Instance:
    """A new run of the live version on the ticket. Raises Conflict while another one runs or nothing is published."""
    ticket = locked_ticket(ticket.pk)
    require(actor, "instance.start", ticket)
    if not ticket.is_open:
        raise Conflict(_("The ticket is closed."))
    version = Workflow.objects.select_related("live").get(pk=workflow.pk).live
    if version is None:
        raise Conflict(_("No version of this workflow is published."))
    numbers = list(ticket.instances.order_by("number").values_list("number", "status"))
    if any(status == Instance.State.RUNNING for _number, status in numbers):
        raise Conflict(_("Another workflow is still running on this ticket."))
    now = clock.now()
    instance = Instance.objects.create(
        ticket=ticket,
        version=version,
        number=numbers[-1][0] + 1 if numbers else 1,
        started_at=now,
        moved_at=now,
    )
    data = {"workflow": workflow.key, "number": version.number}
    record(actor, events.STARTED, instance, ticket_id=ticket.pk, data=data)
    begin(actor, instance, ticket, first_values(version.pk, ticket))
    return instance


def first_values(version_id: int, ticket: Ticket) -> dict[str, Any]:
    """The form's fields, and the defaults of the workflow's own."""
    own = {
        field["key"]: field["default"]
        for field in definition_of(version_id).fields
        if isinstance(field, dict) and "key" in field and field.get("default") is not None
    }
    return {**own, **form_values(ticket)}


def form_values(ticket: Ticket) -> dict[str, Any]:
    """The ticket's custom fields as conditions read them."""
    version = getattr(ticket, "form_version", None)
    schema = version.schema if version else ticket.request_type.schema if ticket.request_type else {}
    return facts(schema, ticket.fields)


@command
def start_by_rules(actor: Actor, ticket: Ticket) -> Instance | None:
    """What a new ticket gets; called again it finds the run and does nothing."""
    ticket = locked_ticket(ticket.pk)
    if ticket.instances.exists() or not ticket.is_open:
        return None
    workflow = choose_workflow(ticket)
    return start_workflow(actor, ticket, workflow=workflow) if workflow else None
