"""Rows as plain objects for answers, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from desk.api.present import Plain, person_ref
from desk.custom_fields import schema_of
from desk.dispatching.words import names_for, reason_words
from desk.formschema.pages import fields_of, pages_of
from desk.formschema.words import label_of, value_words
from desk.models import Ticket
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.api import stamp
from flowtic.core.policy import allows
from workflows.commands.answers import form_of, outcomes_of
from workflows.commands.drive import definition_of
from workflows.definition.format import Definition, Step
from workflows.models import Instance, Workflow, WorkflowVersion, WorkItem
from workflows.words import error_words, name_of


def ticket_ref(ticket: Ticket) -> Plain:
    return {"number": ticket.number, "subject": ticket.subject}


def step_ref(definition: Definition, key: str) -> Plain:
    step = definition.steps.get(key)
    return {"key": key, "name": name_of(definition, key), "kind": step.kind if step else "unknown"}


def workflow_ref(instance: Instance) -> Plain:
    workflow = instance.version.workflow
    return {"key": workflow.key, "name": workflow.name, "version": instance.version.number}


# ---- work items ----------------------------------------------------------------------


def item_rows(actor: Actor, items: Iterable[WorkItem]) -> list[Plain]:
    """Work items of a list; names in their reasons are looked up once for all."""
    rows = list(items)
    names = names_for([item.assigned_reason for item in rows])
    return [_item(actor, item, reason_words(item.assigned_reason, names)) for item in rows]


def _item(actor: Actor, item: WorkItem, reason: str) -> Plain:
    return {
        "id": item.pk,
        "ticket": ticket_ref(item.ticket),
        "workflow": workflow_ref(item.instance),
        "instance": item.instance_id,
        "step": step_ref(definition_of(item.instance.version_id), item.step),
        "part": item.part,
        "kind": item.kind,
        "state": item.state,
        "department": item.department.key if item.department else None,
        "role": item.role or None,
        "skill": item.skill or None,
        "level": item.level,
        "assignee": person_ref(actor, item.assignee),
        "assigned_reason": reason,
        "outcome": item.outcome or None,
        "due_at": stamp(item.due_at),
        "created_at": stamp(item.created_at),
        "claimed_at": stamp(item.claimed_at),
        "completed_at": stamp(item.completed_at),
        "completed_by": person_ref(actor, item.completed_by),
        "may": list(_may(actor, item)),
        "version": item.version,
    }


def _may(actor: Actor, item: WorkItem) -> Iterable[str]:
    """What the actor could do with it now."""
    if not item.is_open or item.kind == WorkItem.Kind.EXTERNAL:
        return
    if item.assignee_id is None and allows(actor, "work_item.claim", item):
        yield "claim"
    pooled = item.department_id is not None or bool(item.role)
    if item.assignee_id is not None and pooled and allows(actor, "work_item.release", item):
        yield "release"
    if item.assignee_id == actor.user.pk or allows(actor, "work_item.assign", item):
        yield "assign"
    if allows(actor, "work_item.complete", item):
        yield "complete"


def item_full(actor: Actor, item: WorkItem) -> Plain:
    """One work item with everything that is needed to do it."""
    step = definition_of(item.instance.version_id).steps.get(item.step)
    insider = item.ticket.internal_for(actor)
    manual = step is not None and item.kind != WorkItem.Kind.EXTERNAL
    return {
        **item_rows(actor, [item])[0],
        "instruction": localised.text(step.spec.get("help")) if step else "",
        "outcomes": [_outcome(entry) for entry in outcomes_of(step, item.kind)] if step and manual else [],
        "form": form_for(step, item, insider) if step and manual else {},
        "data": item.data if insider else _public_part(form_of(step, item) if step else {}, item.data),
        "note": item.note,
        "error": item.error,
        "request": request_of(actor, item.ticket, insider),
    }


def _outcome(entry: dict[str, Any]) -> Plain:
    label = localised.text(entry.get("label")) or entry["key"]
    return {"key": entry["key"], "label": label, "needs_reason": bool(entry.get("reason"))}


def form_for(step: Step, item: WorkItem, insider: bool) -> Plain:
    """The form as this reader is asked: internal fields are for those who work the ticket."""
    schema = form_of(step, item)
    pages = [
        {
            "key": page.key,
            "title": localised.text(page.title),
            "fields": [dict(spec) for spec in page.fields if insider or not spec.get("internal")],
        }
        for page in pages_of(schema)
    ]
    return {"pages": pages} if pages else {}


def _public_part(schema: Any, values: dict[str, Any]) -> Plain:
    hidden = {spec["key"] for spec in fields_of(schema) if spec.get("internal")}
    return {key: value for key, value in values.items() if key not in hidden}


def request_of(actor: Actor, ticket: Ticket, insider: bool) -> Plain:
    """What was asked for: the form's answers with their questions."""
    specs = [spec for spec in fields_of(schema_of(ticket)) if insider or not spec.get("internal")]
    fields = [
        {
            "key": spec["key"],
            "label": label_of(spec),
            "value": ticket.fields[spec["key"]],
            "text": value_words(spec, ticket.fields[spec["key"]]),
        }
        for spec in specs
        if spec["key"] in ticket.fields
    ]
    return {
        "requester": person_ref(actor, ticket.requester),
        "description": ticket.description,
        "request_type": ticket.request_type.key if ticket.request_type else None,
        "fields": fields,
    }


def external_plain(item: WorkItem) -> Plain:
    return {
        "id": item.pk,
        "topic": item.topic,
        "ticket": item.ticket.number,
        "workflow": workflow_ref(item.instance),
        "instance": item.instance_id,
        "step": step_ref(definition_of(item.instance.version_id), item.step),
        "state": item.state,
        "attempts": item.attempts,
        "error": item.error,
        "worker": item.worker,
        "lease_until": stamp(item.lease_until),
        "due_at": stamp(item.due_at),
        "created_at": stamp(item.created_at),
        "version": item.version,
    }


# ---- definitions ---------------------------------------------------------------------


def workflow_plain(actor: Actor, row: Workflow) -> Plain:
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "department": row.department.key if row.department else None,
        "leads_publish": row.leads_publish,
        "active": row.active,
        "live": row.live.number if row.live else None,
        "has_draft": row.draft is not None,
        "draft_rev": row.draft_rev,
        "draft_from": row.draft_from,
        "draft_by": person_ref(actor, row.draft_by),
        "draft_at": stamp(row.draft_at),
        "created_at": stamp(row.created_at),
        "version": row.version,
    }


def version_plain(actor: Actor, row: WorkflowVersion, live: int | None, running: int) -> Plain:
    return {
        "number": row.number,
        "live": row.pk == live,
        "note": row.note,
        "author": person_ref(actor, row.author),
        "published_at": stamp(row.published_at),
        "digest": row.digest,
        "running": running,
    }


# ---- running instances ---------------------------------------------------------------


def instance_row(instance: Instance) -> Plain:
    return {
        "id": instance.pk,
        "number": instance.number,
        "ticket": ticket_ref(instance.ticket),
        "workflow": workflow_ref(instance),
        "status": instance.status,
        "has_error": instance.has_error,
        "reason": instance.reason,
        "started_at": stamp(instance.started_at),
        "moved_at": stamp(instance.moved_at),
        "ended_at": stamp(instance.ended_at),
        "rev": instance.rev,
    }


def instance_full(actor: Actor, instance: Instance) -> Plain:
    """Where its tokens stand, what they wait for, and what drove it so far."""
    definition, state = definition_of(instance.version_id), instance.state
    items = dict(instance.items.values_list("key", "pk"))
    due = dict(instance.timers.values_list("key", "due_at"))
    effects = instance.effects.order_by("-pk")[:100]
    events = list(instance.events.select_related("actor", "version").defer("version__document").order_by("-seq")[:200])[
        ::-1
    ]
    return {
        **instance_row(instance),
        "tokens": [_token(definition, name, token, items, due) for name, token in state["tokens"].items()],
        "values": state["values"],
        "outcomes": state["outcomes"],
        "visits": state["visits"],
        "effects": [
            {
                "key": run.key,
                "kind": run.kind,
                "step": step_ref(definition, run.step),
                "state": run.state,
                "attempts": run.attempts,
                "error": run.error,
                "created_at": stamp(run.created_at),
                "done_at": stamp(run.done_at),
            }
            for run in effects
        ],
        "events": [
            {
                "seq": event.seq,
                "type": event.event.get("type", ""),
                "event": event.event,
                "version": event.version.number,
                "actor": person_ref(actor, event.actor),
                "machine": event.machine,
                "at": stamp(event.at),
            }
            for event in events
        ],
    }


def _token(
    definition: Definition, name: str, token: dict[str, Any], items: dict[str, int], due: dict[str, Any]
) -> Plain:
    wait, error = token.get("wait") or {}, token.get("error")
    waits = [_wait("item", key, key, work_item=items.get(key)) for key in wait.get("items") or {}]
    waits += [_wait("timer", key, timer, due_at=due.get(key)) for key, timer in (wait.get("timers") or {}).items()]
    waits += [_wait("effect", wait["effect"], wait["effect"])] if wait.get("effect") else []
    waits += [_wait("event", wait["event"], wait["event"])] if wait.get("event") else []
    said = {"code": error["code"], "message": error_words(error["code"], error["message"])} if error else None
    return {
        "id": name,
        "step": step_ref(definition, token["step"]),
        "state": token["state"],
        "error": said,
        "waits": waits,
    }


def _wait(kind: str, key: str, name: str, *, due_at: Any = None, work_item: int | None = None) -> Plain:
    return {"kind": kind, "key": key, "name": name, "due_at": stamp(due_at), "work_item": work_item}
