"""`/instances`: running workflows, their log, and what is done to them; and the workflow of one ticket."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from desk.api.finding import ticket_named
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, flag, listing, once, reads, writes
from flowtic.core.errors import CommandError
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import KEY
from flowtic.core.policy import require
from workflows.api.answers import InstanceOut, InstancePage, InstanceRow, MigrateAllOut, MigrateOut, TicketWorkflowOut
from workflows.api.bodies import MessageIn, MigrateAllIn, MigrateIn, OperationIn, StartIn
from workflows.api.finding import (
    AtOdds,
    instance_named,
    instances,
    several,
    single,
    version_wanted,
    work_items,
    workflow_named,
)
from workflows.api.present import Plain, instance_full, instance_row, item_rows
from workflows.commands.crossing import Crossing
from workflows.commands.drive import definition_of
from workflows.commands.messages import send_message
from workflows.commands.operations import (
    cancel_instance,
    jump_to_step,
    migrate_instance,
    repeat_step,
    retry_step,
    skip_step,
)
from workflows.commands.starting import start_workflow
from workflows.models import Instance, Workflow, WorkflowVersion
from workflows.words import name_of, obstacle_words

router = Router(tags=["Workflow runs"])
NEWEST = Sort("-moved", ("-moved_at",))
STATES = list(Instance.State.values)
MOST = 500
QUERY: dict[str, Any] = {
    "status": {"type": "array", "items": {"type": "string", "enum": STATES}, "maxItems": 3},
    "error": {"type": "boolean", "description": "`true`: only those that stand still with an error."},
    "workflow": {"type": "string", "pattern": KEY, "description": "A workflow's key."},
    "ticket": {"type": "string", "pattern": r"^[A-Za-z0-9-]{1,40}$", "description": "A ticket's number."},
    **PAGE,
}


@router.get("/instances", summary="Find workflow runs", **reads("work:read", InstancePage, query=QUERY))
def list_instances(request: HttpRequest) -> HttpResponse:
    """Those on tickets that you work, the last moved first."""
    rows = instances(actor_of(request)).defer("state", "version__document", "version__workflow__draft")
    if "status" in request.GET:
        rows = rows.filter(status__in=several(request, "status", STATES))
    if flag(request, "error"):
        rows = rows.filter(has_error=True)
    for name, column in (("workflow", "version__workflow__key"), ("ticket", "ticket__number")):
        text = single(request, name, QUERY[name])
        if text is not None:
            rows = rows.filter(**{column: text})
    return listing(request, rows, NEWEST, lambda found: [instance_row(one) for one in found])


@router.get("/instances/{id}", summary="One workflow run", **reads("work:read", InstanceOut, 404))
def get_instance(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """Where it stands, what it waits for, its values, and the log of what drove it."""
    actor = actor_of(request)
    return answer(instance_full(actor, instance_named(actor, id)))


@router.post(
    "/instances/{id}/operations", summary="Repair it", **writes("workflows:admin", {200: InstanceOut}, 404, 409)
)
def post_operation(request: HttpRequest, id: str, body: OperationIn) -> HttpResponse:  # noqa: A002
    """For admins and leads of the owning department: retry, skip, jump, repeat, cancel. The reason is kept."""
    actor = actor_of(request)
    instance = instance_named(actor, id)
    require(actor, "instance.operate", instance)
    wanted = body.root
    values = wanted.model_dump(exclude={"operation"}, exclude_none=True)

    def effect() -> Answer:
        OPERATIONS[wanted.operation](actor, instance, **values)
        return Answer(200, instance_full(actor, instance_named(actor, id)))

    return once(request, effect)


OPERATIONS: dict[str, Any] = {
    "retry": retry_step,
    "skip": skip_step,
    "jump": jump_to_step,
    "repeat": repeat_step,
    "cancel": cancel_instance,
}


@router.post(
    "/instances/{id}/messages", summary="Tell it something", **writes("work:write", {200: InstanceOut}, 404, 409)
)
def post_message(request: HttpRequest, id: str, body: MessageIn) -> HttpResponse:  # noqa: A002
    """Steps that wait for an event of this name go on; 409 when none does."""
    actor = actor_of(request)
    instance = instance_named(actor, id)

    def effect() -> Answer:
        send_message(actor, instance, name=body.name)
        return Answer(200, instance_full(actor, instance_named(actor, id)))

    return once(request, effect)


# ---- to another version ----------------------------------------------------------------


@router.post(
    "/instances/{id}/migrate", summary="To another version", **writes("workflows:admin", {200: MigrateOut}, 404, 409)
)
def post_migrate(request: HttpRequest, id: str, body: MigrateIn) -> HttpResponse:  # noqa: A002
    """Moves the run to another version of its workflow; `dry_run` only says what is in the way. 409 if it cannot go."""
    actor = actor_of(request)
    instance = instance_named(actor, id)
    require(actor, "instance.operate", instance)
    version = version_wanted(instance.version.workflow, body.version, "version")
    steps = dict(body.map or {})

    def effect() -> Answer:
        found = _obstacles(Crossing(instance.version_id, version, steps), instance)
        if not body.dry_run:
            migrate_instance(actor, instance, version=version, step_map=steps, reason=body.reason)
        row = instance_row(instance_named(actor, id))
        moved = not body.dry_run
        return Answer(200, {"moved": moved, "dry_run": body.dry_run, "obstacles": found, "instance": row})

    return once(request, effect)


@router.post(
    "/workflows/{key}/migrate-all",
    summary="All runs to another version",
    **writes("workflows:admin", {200: MigrateAllOut}, 404, 409),
)
def post_migrate_all(request: HttpRequest, key: str, body: MigrateAllIn) -> HttpResponse:
    """Up to 500 runs of version `from` go to version `to`; those that cannot are named with the reasons."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    old = version_wanted(workflow, body.from_, "from")
    new = version_wanted(workflow, body.to, "to")
    require(actor, "instance.operate", Instance(version=old))
    return once(request, lambda: _migrate_all(actor, old, new, body))


def _migrate_all(actor: Actor, old: WorkflowVersion, new: WorkflowVersion, body: MigrateAllIn) -> Answer:
    running = instances(actor).filter(version=old, status=Instance.State.RUNNING).order_by("pk")
    rows, steps = list(running[: MOST + 1]), dict(body.map or {})
    crossing = Crossing(old.pk, new, steps)
    moved, stuck = [], []
    for instance in rows[:MOST]:
        about = {"instance": instance.pk, "ticket": instance.ticket.number}
        found = _obstacles(crossing, instance)
        if not found and not body.dry_run:
            found = _move(actor, instance, new, steps, body.reason)
        if found:
            stuck.append({**about, "obstacles": found})
        else:
            moved.append(about)
    left = running.count() - (len(stuck) if not body.dry_run else len(rows[:MOST]))
    return Answer(200, {"dry_run": body.dry_run, "moved": moved, "not_movable": stuck, "left": max(left, 0)})


def _move(actor: Actor, instance: Instance, new: WorkflowVersion, steps: dict[str, str], reason: str) -> list[Plain]:
    """Moves one; what kept it after all is returned, and the others go on."""
    try:
        with transaction.atomic():
            migrate_instance(actor, instance, version=new, step_map=steps, reason=reason)
    except CommandError as error:
        return [{"step": "", "code": error.code, "message": error.message}]
    return []


def _obstacles(crossing: Crossing, instance: Instance) -> list[Plain]:
    return [
        {"step": one.step, "code": one.code, "message": obstacle_words(one)} for one in crossing.obstacles(instance)
    ]


# ---- of one ticket -----------------------------------------------------------------------


@router.get(
    "/tickets/{number}/workflow", summary="The workflow of a ticket", **reads("tickets:read", TicketWorkflowOut, 404)
)
def get_ticket_workflow(request: HttpRequest, number: str) -> HttpResponse:
    """For those who work it the runs and work items; for everybody on it the milestones that are marked public."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    runs = list(Instance.objects.filter(ticket=ticket).select_related("ticket", "version__workflow").order_by("number"))
    newest = runs[-1] if runs else None
    inside = ticket.internal_for(actor)
    return answer(
        {
            "status": newest.status if newest else None,
            "milestones": milestones(newest) if newest else [],
            "instances": [instance_row(one) for one in runs] if inside else [],
            "items": _items(actor, ticket) if inside else [],
        }
    )


@router.post(
    "/tickets/{number}/workflow",
    summary="Start a workflow on a ticket",
    **writes("work:write", {201: InstanceRow}, 404, 409),
)
def post_ticket_workflow(request: HttpRequest, number: str, body: StartIn) -> HttpResponse:
    """For those who work the ticket; 409 while another one runs on it. New tickets get theirs by the rules."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "instance.start", ticket)
    workflow = Workflow.objects.visible_to(actor).filter(key=body.workflow, active=True).first()
    if workflow is None:
        raise AtOdds(_("There is no such workflow."), fields={"workflow": _("does not exist")})

    def effect() -> Answer:
        started = start_workflow(actor, ticket, workflow=workflow)
        row = instance_row(Instance.objects.select_related("ticket", "version__workflow").get(pk=started.pk))
        return Answer(201, row, {"Location": f"/api/v1/instances/{started.pk}"})

    return once(request, effect)


def _items(actor: Actor, ticket: Ticket) -> list[Plain]:
    return item_rows(actor, work_items(actor).filter(ticket=ticket).order_by("pk")[:200])


def milestones(instance: Instance) -> list[Plain]:
    """Public steps that the run has come to, in the document's order: behind it, or where it stands."""
    definition, state = definition_of(instance.version_id), instance.state
    here = {token["step"] for token in state["tokens"].values()}
    return [
        {"key": step.key, "name": name_of(definition, step.key), "state": "now" if step.key in here else "done"}
        for step in definition.steps.values()
        if step.public and (step.key in here or state["visits"].get(step.key))
    ]
