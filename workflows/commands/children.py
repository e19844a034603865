"""Child tickets of a step: opened once, and reported when all of them are closed."""

from typing import Any

from accounts.models import Department
from desk.commands.creation import create_ticket
from desk.commands.linking import link_tickets
from desk.models import Priority, RequestType, Ticket, TicketLink
from flowtic.core import placeholders
from flowtic.core.actor import Actor
from flowtic.core.command import command
from workflows.commands.drive import definition_of, drive, locked_ticket
from workflows.engine.automatic import evaluate
from workflows.engine.state import context
from workflows.models import ChildTicket, EffectRun, Instance

MAX_CHILDREN = 20


@command
def open_children(actor: Actor, run: EffectRun) -> None:
    """Creates what the step asks for and is not there yet; a step that does not wait is done at once."""
    ticket = locked_ticket(run.instance.ticket_id)
    instance = Instance.objects.lock(run.instance_id)
    run = EffectRun.objects.select_for_update().get(pk=run.pk)
    if run.state != EffectRun.State.PENDING:
        return
    step = definition_of(instance.version_id).steps[run.step]
    values = context(instance.state)
    there = set(run.children.values_list("position", flat=True))
    for position, spec in enumerate((step.spec.get("tickets") or [])[:MAX_CHILDREN]):
        if position not in there:
            child = _open(actor, ticket, spec, values)
            ChildTicket.objects.create(effect=run, position=position, ticket=child)
    _finish_when_closed(actor, run, instance, ticket)


def _open(actor: Actor, parent: Ticket, spec: dict[str, Any], values: dict[str, Any]) -> Ticket:
    request_type = RequestType.objects.filter(key=spec.get("request_type") or "", active=True).first()
    fields = {key: evaluate(source, values) for key, source in (spec.get("fields") or {}).items()}
    subject = placeholders.fill(spec.get("subject") or "", values).strip() or parent.subject
    child = create_ticket(
        actor,
        subject=subject[:255],
        description=placeholders.fill(spec.get("description") or "", values).strip() or subject,
        requester=parent.requester,
        department=Department.objects.filter(key=spec.get("department") or "", active=True).first(),
        priority=Priority.objects.filter(key=spec.get("priority") or "").first() or parent.priority,
        request_type=request_type,
        fields={key: value for key, value in fields.items() if value is not None},
        source=Ticket.Source.WORKFLOW,
    )
    link_tickets(actor, child, other=parent, kind=TicketLink.Kind.CHILD)
    return child


@command
def report_closed_child(actor: Actor, child: Ticket) -> None:
    """The step that opened it goes on when this was the last open one."""
    row = ChildTicket.objects.filter(ticket=child).select_related("effect__instance").first()
    if row is None:
        return
    ticket = locked_ticket(row.effect.instance.ticket_id)
    instance = Instance.objects.lock(row.effect.instance_id)
    run = EffectRun.objects.select_for_update().get(pk=row.effect_id)
    if run.state == EffectRun.State.PENDING:
        _finish_when_closed(actor, run, instance, ticket)


def _finish_when_closed(actor: Actor, run: EffectRun, instance: Instance, ticket: Ticket) -> None:
    if run.data.get("wait", True) and run.children.filter(ticket__is_open=True).exists():
        return
    run.state = EffectRun.State.DONE
    run.done_at = instance.moved_at
    run.save(update_fields=["state", "done_at"])
    drive(actor, instance, ticket, {"type": "effect_done", "effect": run.key, "result": {}})
