"""Effects of the engine become rows: work items, timers, runs of effects, changes of the ticket."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Department
from desk.commands.fields import change_fields
from desk.models import NO_DUE_DATE, Priority, Ticket
from flowtic.core import jobs
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.events import record
from workflows import events, moments
from workflows.commands.owners import place, withdraw
from workflows.definition.format import Definition
from workflows.engine.state import Effect
from workflows.models import EffectRun, Instance, Timer, WorkItem

MACHINE = Actor.system("workflow")
QUEUES = {"call_http": "long"}
JOB = "workflows.effect"


class Realising:
    """One advance's effects on their way into the database."""

    def __init__(self, instance: Instance, ticket: Ticket, definition: Definition, now: datetime) -> None:
        self.instance, self.ticket, self.definition, self.now = instance, ticket, definition, now


def realise(
    instance: Instance, ticket: Ticket, definition: Definition, effects: Sequence[Effect], now: datetime
) -> None:
    """Writes what the effects ask for, in their order."""
    work = Realising(instance, ticket, definition, now)
    for effect in effects:
        act = _ACTS.get(effect.kind)
        if act:
            act(work, effect)


def _open_item(work: Realising, effect: Effect) -> None:
    data = effect.data
    step = work.definition.steps[effect.step]
    item = WorkItem(
        instance=work.instance,
        ticket=work.ticket,
        key=effect.key,
        step=effect.step,
        part=data["part"],
        kind=data["kind"],
        created_at=work.now,
        topic=data.get("topic", ""),
        next_try=work.now if data["kind"] == WorkItem.Kind.EXTERNAL else None,
        error=data.get("fallback", "")[:1000],
    )
    due = step.spec.get("due")
    if isinstance(due, dict) and due.get("within"):
        item.due_at = moments.due_at(work.now, {"duration": due["within"], "clock": due.get("clock")}, work.ticket)
        item.sort_due_at = item.due_at or NO_DUE_DATE
    if item.kind != WorkItem.Kind.EXTERNAL:
        place(item, data.get("owner") or {}, work.ticket, work.instance.state, work.now)
    item.save(force_insert=True)
    if item.assignee_id is not None:  # what waits in a pool is no choice that needs a reason
        record(
            MACHINE,
            events.ITEM_OPENED,
            item,
            ticket_id=work.ticket.pk,
            data={"step": effect.step, "version": work.instance.version_id, "reason": item.assigned_reason}
            | {"assignee": item.assignee_id, "owner": item.owner_words()},
        )


def _close_item(work: Realising, effect: Effect) -> None:
    for item in WorkItem.objects.filter(instance=work.instance, key=effect.key, state__in=WorkItem.OPEN):
        item.state, item.completed_at = WorkItem.State.CANCELLED, work.now
        item.version += 1
        item.save(update_fields=["state", "completed_at", "version"])
        withdraw(item)


def _set_timer(work: Realising, effect: Effect) -> None:
    spec = {key: value for key, value in effect.data.items() if key not in ("token", "timer")}
    due = moments.due_at(work.now, spec, work.ticket)
    Timer.objects.create(
        instance=work.instance,
        key=effect.key,
        step=effect.step,
        name=effect.data["timer"],
        spec=spec,
        set_at=work.now,
        due_at=due or work.now,
    )


def _clear_timers(work: Realising, effect: Effect) -> None:
    Timer.objects.filter(instance=work.instance, key__in=effect.data["keys"]).delete()


def _start_effect(work: Realising, effect: Effect) -> None:
    run = EffectRun.objects.create(
        instance=work.instance,
        key=effect.key,
        kind=effect.kind,
        step=effect.step,
        data=effect.data,
        created_at=work.now,
    )
    jobs.enqueue(MACHINE, JOB, {"effect": run.pk}, queue=QUEUES.get(effect.kind, "default"))


def _cancel_effect(work: Realising, effect: Effect) -> None:
    runs = EffectRun.objects.filter(instance=work.instance, key=effect.key, state=EffectRun.State.PENDING)
    runs.update(state=EffectRun.State.CANCELLED, done_at=work.now)


def _set_ticket(work: Realising, effect: Effect) -> None:
    """Changes through the desk's own command; what does not fit is noted, the workflow goes on."""
    try:
        values = {name: _FIELDS[name](value) for name, value in effect.data["values"].items() if name in _FIELDS}
        fresh = change_fields(MACHINE, work.ticket, **values)
    except (CommandError, Priority.DoesNotExist, Department.DoesNotExist) as error:
        data = {"step": effect.step, "version": work.instance.version_id, "error": str(error)[:300]}
        record(MACHINE, events.FAILED, work.instance, ticket_id=work.ticket.pk, data=data)
        return
    work.ticket.__dict__.update(fresh.__dict__)


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "subject": str,
    "tags": list,
    "priority": lambda key: Priority.objects.get(key=key),
    "department": lambda key: Department.objects.get(key=key),
}


def _failed(work: Realising, effect: Effect) -> None:
    data = {"step": effect.step, "version": work.instance.version_id, "code": effect.data["code"]}
    record(
        MACHINE,
        events.FAILED,
        work.instance,
        ticket_id=work.ticket.pk,
        data={**data, "error": effect.data["message"]},
    )


def _tell_items(name: str) -> Callable[[Realising, Effect], None]:
    def act(work: Realising, effect: Effect) -> None:
        for item in WorkItem.objects.filter(instance=work.instance, key__in=effect.data["items"]):
            data = {"step": effect.step, "version": work.instance.version_id}
            record(MACHINE, name, item, ticket_id=work.ticket.pk, data=data)

    return act


_ACTS: dict[str, Callable[[Realising, Effect], None]] = {
    "open_item": _open_item,
    "close_item": _close_item,
    "set_timer": _set_timer,
    "clear_timers": _clear_timers,
    "call_http": _start_effect,
    "classify": _start_effect,
    "open_children": _start_effect,
    "notify": _start_effect,
    "cancel_effect": _cancel_effect,
    "set_ticket": _set_ticket,
    "failed": _failed,
    "remind": _tell_items(events.ITEM_REMINDED),
    "escalate": _tell_items(events.ITEM_ESCALATED),
}
