"""The one writer of running instances: event in, state and effects out, all in the caller's transaction."""

import functools
import json
from typing import Any

from accounts.models import Department
from desk.models import Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.events import record
from workflows import events
from workflows.commands.effects import realise
from workflows.commands.mirror import mirror_status
from workflows.definition.format import Definition, parse
from workflows.engine.advance import advance, start
from workflows.engine.state import RUNNING, Effect, Result, has_error
from workflows.models import Instance, InstanceEvent, WorkflowVersion

MAX_FACT = 500
_FACTS = (
    *("number", "subject", "source", "created_at", "priority__key", "department__key", "request_type__key"),
    *("requester__name", "requester__email", "requester__role", "requester__manager"),
    "requester__requested_department",
)


@functools.lru_cache(maxsize=256)
def definition_of(version_id: int) -> Definition:
    """A version's document, read once per process: published versions never change."""
    return parse(WorkflowVersion.objects.values_list("document", flat=True).get(pk=version_id))


def begin(actor: Actor, instance: Instance, ticket: Ticket, values: dict[str, Any]) -> tuple[Effect, ...]:
    """The first move of a new instance; `ticket` is locked."""
    event = _stamped({"type": "start", "values": values}, ticket, instance.version_id)
    return _write(actor, instance, ticket, event, start(definition_of(instance.version_id), event))


def drive(actor: Actor, instance: Instance, ticket: Ticket, event: dict[str, Any]) -> tuple[Effect, ...]:
    """Gives `event` to the engine. `ticket` and `instance` are locked, in this order.

    Returns the effects; an event that came too late leaves no trace and returns one effect "ignored".
    """
    event = _stamped(event, ticket, instance.version_id)
    result = advance(definition_of(instance.version_id), instance.state, event)
    if [effect.kind for effect in result.effects] == ["ignored"]:
        return result.effects
    return _write(actor, instance, ticket, event, result)


def _write(
    actor: Actor, instance: Instance, ticket: Ticket, event: dict[str, Any], result: Result
) -> tuple[Effect, ...]:
    now = clock.now()
    instance.rev += 1
    instance.state, instance.moved_at = result.state, now
    instance.has_error = result.state["status"] == RUNNING and has_error(result.state)
    instance.status = result.state["status"]
    if instance.status != RUNNING:
        instance.ended_at = now
    instance.save()
    InstanceEvent.objects.create(
        instance=instance,
        seq=instance.rev,
        version_id=instance.version_id,
        event=event,
        actor=actor.user,
        machine=actor.machine,
        at=now,
    )
    _tell_moves(actor, instance, ticket, event, result)
    realise(instance, ticket, definition_of(instance.version_id), result.effects, now)
    mirror_status(actor, instance, ticket, definition_of(instance.version_id), result.effects)
    return result.effects


def _tell_moves(actor: Actor, instance: Instance, ticket: Ticket, event: dict[str, Any], result: Result) -> None:
    """One line of history for what went on by itself; what a person did is told by their own event."""
    if event["type"] not in ("effect_done", "effect_failed", "timer", "message"):
        return
    moves: list[str] = []
    for effect in result.effects:
        if effect.kind == "moved" and isinstance(effect.data["to"], str):
            moves += [step for step in (effect.step, effect.data["to"]) if not moves or moves[-1] != step]
    if moves:
        data = {"version": instance.version_id, "moves": moves[:20]}
        record(actor, events.ADVANCED, instance, ticket_id=ticket.pk, data=data)


def _stamped(event: dict[str, Any], ticket: Ticket, version_id: int) -> dict[str, Any]:
    """With the moment and what conditions may know of the ticket: so a replay sees what the engine saw."""
    stamped = {**event, "at": clock.now().isoformat()}
    if reads_facts(version_id) or event["type"] in ("start", "migrate"):
        stamped["facts"] = facts_of(ticket)
    return stamped


@functools.lru_cache(maxsize=256)
def reads_facts(version_id: int) -> bool:
    """Whether anything in the version can depend on what the ticket or its requester is by then."""
    text = json.dumps(definition_of(version_id).document)
    return "ticket" in text or "requester" in text


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """`ticket.*` and `requester.*` for conditions, templates and formulas; plain JSON."""
    related = ("requester", "request_type", "priority", "department")
    return facts_in(Ticket.objects.select_related(*related).only(*_FACTS).get(pk=ticket.pk))


def facts_in(ticket: Ticket, department: str | None = None) -> dict[str, Any]:
    """The same of a ticket whose requester, request type, priority and department are at hand.

    `department`: the requester's, for who has looked it up for many tickets at once.
    """
    requester, kind = ticket.requester, ticket.request_type
    return {
        "ticket": {
            "number": ticket.number,
            "subject": ticket.subject[:MAX_FACT],
            "priority": ticket.priority.key,
            "department": ticket.department.key,
            "requester": requester.email or "",
            "request_type": kind.key if kind else "",
            "source": ticket.source,
            "created_at": ticket.created_at.isoformat(),
        },
        "requester": {
            "id": requester.pk,
            "name": requester.name,
            "email": requester.email or "",
            "role": requester.role,
            "department": _department_of(ticket) if department is None else department,
            "manager": requester.manager_id,
        },
    }


def _department_of(ticket: Ticket) -> str:
    """Where the requester works: their first membership, else what they said when they signed up."""
    works = Department.objects.filter(active=True, memberships__user=ticket.requester_id)
    asked = Department.objects.filter(active=True, pk=ticket.requester.requested_department_id or 0)
    return works.values_list("key", flat=True).first() or asked.values_list("key", flat=True).first() or ""


def locked_ticket(pk: int) -> Ticket:
    """The ticket under lock; always taken before the instance, so that no two commands wait for each other."""
    return Ticket.objects.lock(pk)
