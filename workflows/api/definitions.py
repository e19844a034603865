"""`/workflows` and their published versions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import Department
from desk.api.finding import row_keyed
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, expected_version, listing, once, reads, writes
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.policy import require
from workflows.api.answers import VersionPage, WorkflowOut, WorkflowPage, WorkflowVersionOut
from workflows.api.bodies import WorkflowIn, WorkflowPatch
from workflows.api.finding import checked_document, etag, version_numbered, workflow_named
from workflows.api.present import Plain, version_plain, workflow_plain
from workflows.commands.definitions import change_workflow, create_workflow
from workflows.models import Instance, Workflow, WorkflowVersion

router = Router(tags=["Workflows"])
BY_KEY, NEWEST = Sort("key", ("key",)), Sort("-number", ("-number",))
# Words that are addresses beside the keys.
TAKEN = ("import",)
RUNNING = Count("instances", filter=Q(instances__status=Instance.State.RUNNING))


@router.get("/workflows", summary="Workflows", **reads("workflows:admin", WorkflowPage, query=PAGE))
def list_workflows(request: HttpRequest) -> HttpResponse:
    """All of them, also those that are switched off; for those who work tickets."""
    actor = actor_of(request)
    require(actor, "workflow.view")
    rows = Workflow.objects.visible_to(actor).select_related("department", "live", "draft_by")
    return listing(request, rows.defer("live__document"), BY_KEY, lambda found: _plain(actor, found))


def _plain(actor: Actor, found: list[Workflow]) -> list[Plain]:
    return [workflow_plain(actor, row) for row in found]


@router.post("/workflows", summary="New workflow", **writes("workflows:admin", {201: WorkflowOut}, 409))
def post_workflow(request: HttpRequest, body: WorkflowIn) -> HttpResponse:
    """For admins. It has a draft and nothing published."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: WorkflowIn) -> Answer:
    document = None if body.document is None else checked_document(body.document)
    row = new_workflow(
        actor,
        key=body.key,
        name_de=body.name_de,
        name_en=body.name_en,
        department=row_keyed(Department.objects.all(), body.department, "department"),
        document=document,
    )
    return Answer(201, workflow_plain(actor, row), where(row))


def new_workflow(actor: Actor, **values: Any) -> Workflow:
    """Created through the command; a key that cannot be one is 409 like one that is taken."""
    if values["key"] in TAKEN:
        raise Conflict(_("A workflow with this key exists."), fields={"key": _("is taken")})
    try:
        return create_workflow(actor, **values)
    except ValidationError as error:
        raise Invalid(fields=error.message_dict) from None


def where(row: Workflow) -> dict[str, str]:
    return {**etag(row), "Location": f"/api/v1/workflows/{row.key}"}


@router.get("/workflows/{key}", summary="One workflow", **reads("workflows:admin", WorkflowOut, 404))
def get_workflow(request: HttpRequest, key: str) -> HttpResponse:
    """What it is called, who owns it, which version is live, whether there is a draft."""
    actor = actor_of(request)
    row = workflow_named(actor, key)
    return answer(workflow_plain(actor, row), headers=etag(row))


@router.patch(
    "/workflows/{key}", summary="Change a workflow", **writes("workflows:admin", {200: WorkflowOut}, 404, 409, 412)
)
def patch_workflow(request: HttpRequest, key: str, body: WorkflowPatch) -> HttpResponse:
    """For admins. `department: null` takes the owner away; the key is fixed. Honours `If-Match`."""
    actor = actor_of(request)
    row = workflow_named(actor, key)
    require(actor, "workflow.configure")
    values = body.model_dump(include={"name_de", "name_en", "active", "leads_publish"}, exclude_none=True)
    if "department" in body.model_fields_set:
        values["department"] = row_keyed(Department.objects.all(), body.department, "department")
    change_workflow(actor, row, if_match=expected_version(request), **values)
    fresh = workflow_named(actor, key)
    return answer(workflow_plain(actor, fresh), headers=etag(fresh))


# ---- versions ------------------------------------------------------------------------


@router.get("/workflows/{key}/versions", summary="Versions", **reads("workflows:admin", VersionPage, 404, query=PAGE))
def list_workflow_versions(request: HttpRequest, key: str) -> HttpResponse:
    """Published versions, newest first, without their documents."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    rows = workflow.versions.select_related("author").defer("document").annotate(running=RUNNING)
    return listing(request, rows, NEWEST, lambda found: [_version(actor, workflow, row) for row in found])


@router.get(
    "/workflows/{key}/versions/{number}", summary="One version", **reads("workflows:admin", WorkflowVersionOut, 404)
)
def get_workflow_version(request: HttpRequest, key: str, number: str) -> HttpResponse:
    """With its document, which never changes."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    row = version_numbered(workflow, number)
    return answer({**_version(actor, workflow, row), "document": row.document})


def _version(actor: Actor, workflow: Workflow, row: WorkflowVersion) -> Plain:
    running = getattr(row, "running", None)
    if running is None:
        running = row.instances.filter(status=Instance.State.RUNNING).count()
    return version_plain(actor, row, workflow.live_id, running)
