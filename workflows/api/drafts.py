"""Drafts of workflows: read, save, check, publish, restore."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from desk.api.present import person_ref
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, expected_version, once, reads, writes
from flowtic.core.errors import PreconditionFailed
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from workflows.api.answers import Findings, WorkflowDraftOut, WorkflowVersionOut
from workflows.api.bodies import DocumentIn, WorkflowPublishIn, WorkflowRestoreIn
from workflows.api.finding import checked_document, version_wanted, workflow_named
from workflows.api.present import Plain, version_plain, workflow_plain
from workflows.commands.definitions import BrokenDefinition, findings, publish, restore_version, save_draft
from workflows.models import Workflow

router = Router(tags=["Workflows"])


def findings_plain(document: Any, workflow: Workflow) -> Plain:
    """What is wrong with a document of that workflow, in the reader's language."""
    found = findings(document, workflow)
    return {
        "valid": not any(one.is_error for one in found),
        "findings": [
            {"severity": one.severity, "path": one.path, "step": one.step, "message": str(one.message)} for one in found
        ],
    }


def current_document(workflow: Workflow) -> dict[str, Any]:
    """The draft, else what is published."""
    if workflow.draft is not None:
        return dict(workflow.draft)
    return dict(workflow.live.document) if workflow.live else {}


def given_document(body: dict[str, Any]) -> dict[str, Any] | None:
    """The document of a body, bare or as {"document": ...}; None for {}."""
    if not body:
        return None
    return checked_document(body["document"] if set(body) == {"document"} else body)


def draft_plain(actor: Actor, workflow: Workflow) -> Plain:
    """What its editors may know of a draft."""
    document = current_document(workflow)
    return {
        "document": document,
        "exists": workflow.draft is not None,
        "rev": workflow.draft_rev,
        "based_on": workflow.draft_from,
        "by": person_ref(actor, workflow.draft_by),
        "at": workflow_plain(actor, workflow)["draft_at"],
        **findings_plain(document, workflow),
    }


def draft_rev(workflow: Workflow) -> dict[str, str]:
    """The ETag of the draft."""
    return {"ETag": f'"{workflow.draft_rev}"'}


def _expected_rev(request: HttpRequest, workflow: Workflow) -> int | None:
    """The draft revision that `If-Match` demands; raises PreconditionFailed when it is not the current one."""
    expected = expected_version(request)
    if expected is not None and expected != workflow.draft_rev:
        raise PreconditionFailed(_("The draft has revision %(rev)s by now.") % {"rev": workflow.draft_rev})
    return expected


@router.get("/workflows/{key}/draft", summary="The draft", **reads("workflows:admin", WorkflowDraftOut, 404))
def get_draft(request: HttpRequest, key: str) -> HttpResponse:
    """For its editors, with what is wrong in it. Without a draft (`exists` false) the published document to begin with.

    The `ETag` is the draft's revision.
    """
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)
    return answer(draft_plain(actor, workflow), headers=draft_rev(workflow))


@router.put(
    "/workflows/{key}/draft",
    summary="Save the draft",
    **writes("workflows:admin", {200: WorkflowDraftOut}, 404, 409, 412),
)
def put_draft(request: HttpRequest, key: str, body: DocumentIn) -> HttpResponse:
    """The whole document, bare or as `{"document": ...}`, finished or not. Honours `If-Match` (its revision)."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)
    document = given_document(body.root)
    save_draft(actor, workflow, document=document or {}, rev=_expected_rev(request, workflow))
    fresh = workflow_named(actor, key)
    return answer(draft_plain(actor, fresh), headers=draft_rev(fresh))


@router.post("/workflows/{key}/validate", summary="Check a document", **writes("workflows:admin", {200: Findings}, 404))
def post_validate(request: HttpRequest, key: str, body: DocumentIn | None = None) -> HttpResponse:
    """The document of the body, or the draft when there is none: errors and warnings, each with path and sentence."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)
    given = given_document(body.root if body else {})
    document = current_document(workflow) if given is None else given
    return once(request, lambda: Answer(200, findings_plain(document, workflow)))


@router.post(
    "/workflows/{key}/publish",
    summary="Publish the draft",
    **writes("workflows:admin", {201: WorkflowVersionOut}, 404, 409, 412),
)
def post_workflow_publish(request: HttpRequest, key: str, body: WorkflowPublishIn | None = None) -> HttpResponse:
    """The draft becomes the next version; running tickets stay on theirs. For admins, and leads if `leads_publish`.

    A draft with errors is 409 `broken_definition` with a sentence per path. Honours `If-Match` (the draft's revision).
    """
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.publish", workflow)

    def effect() -> Answer:
        rev = _expected_rev(request, workflow)
        try:
            version = publish(actor, workflow, note=body.note if body else "", rev=rev)
        except BrokenDefinition as error:
            error.status = 409  # the body is well formed; the draft is not
            raise
        plain = {**version_plain(actor, version, version.pk, 0), "document": version.document}
        return Answer(201, plain, {"Location": f"/api/v1/workflows/{key}/versions/{version.number}"})

    return once(request, effect)


@router.post(
    "/workflows/{key}/restore",
    summary="Back to a version",
    **writes("workflows:admin", {200: WorkflowDraftOut}, 404, 409),
)
def post_workflow_restore(request: HttpRequest, key: str, body: WorkflowRestoreIn) -> HttpResponse:
    """A published version becomes the draft again."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    require(actor, "workflow.edit", workflow)

    def effect() -> Answer:
        version_wanted(workflow, body.number, "number")
        restore_version(actor, workflow, number=body.number)
        fresh = workflow_named(actor, key)
        return Answer(200, draft_plain(actor, fresh), draft_rev(fresh))

    return once(request, effect)
