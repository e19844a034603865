"""Typed operations: their schema, put into a draft at once, or kept as a proposal that a person decides about."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from flowtic.core.api import actor_of, answer, once, reads, stamp, writes, wrong_parameter
from flowtic.core.api_shapes import In, Nothing, Out, Values
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from workflows.api.answers import WorkflowDraftOut
from workflows.api.bodies import LongNote
from workflows.api.drafts import draft_plain, draft_rev
from workflows.api.finding import at_odds, workflow_named
from workflows.commands.editing import apply_operations
from workflows.commands.proposals import Target, accept_operations, dismiss_proposal, propose
from workflows.models import Proposal
from workflows.patches import FORM, WORKFLOW
from workflows.patches.applying import MOST_OPERATIONS, schema
from workflows.queries.form_editor import edited_type
from workflows.queries.proposals import ProposalPage, proposal_keyed

router = Router(tags=["Workflows"])
KINDS = (WORKFLOW, FORM)
Operation = Values


class OperationsIn(In):
    operations: list[Operation] = Field(min_length=1, max_length=MOST_OPERATIONS)
    rev: int | None = Field(None, ge=0, le=2_000_000_000, description="The draft's revision that you know.")


class ProposalIn(In):
    operations: list[Operation] = Field(min_length=1, max_length=MOST_OPERATIONS)
    wish: LongNote = Field("", description="What it is for.")


class ChosenIn(In):
    chosen: list[int] = Field(min_length=1, max_length=MOST_OPERATIONS, description="Indexes from 0.")


class HunkOut(Out):
    index: int
    operation: dict[str, Any]
    words: str
    accepted: bool
    problem: str = Field(description="Why it does not fit the draft as it is now; empty when it does.")


class ProposalOut(Out):
    key: str
    kind: str
    target: str
    wish: str
    state: str
    engine: str
    operations: list[HunkOut]
    refused: list[str]
    errors: list[str] = Field(description="What would be wrong with everything accepted.")
    created_at: str


class SchemaOut(Out):
    kind: str
    schema_: dict[str, Any] = Field(alias="schema")


@router.get(
    "/workflows/operations.json",
    summary="The operations",
    by_alias=True,
    **reads("workflows:admin", SchemaOut, query={"kind": {"type": "string", "enum": list(KINDS), "default": WORKFLOW}}),
)
def get_operations(request: HttpRequest) -> HttpResponse:
    """JSON Schema of a list of operations, for workflows or for forms; described in docs/patch-format.md."""
    require(actor_of(request), "workflow.view")
    kind = request.GET.get("kind", WORKFLOW)
    if kind not in KINDS:
        raise wrong_parameter("kind", ", ".join(KINDS))
    return answer({"kind": kind, "schema": schema(kind)})


@router.post(
    "/workflows/{key}/draft/operations",
    summary="Change the draft by operations",
    **writes("workflows:admin", {200: WorkflowDraftOut}, 404, 409),
)
def post_operations(request: HttpRequest, key: str, body: OperationsIn) -> HttpResponse:
    """All of them, or none: the first that does not fit is 409 with its number. The draft may be unfinished."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)

    def effect() -> Answer:
        with at_odds():
            apply_operations(actor, workflow, operations=body.operations, rev=body.rev)
        fresh = workflow_named(actor, key)
        return Answer(200, draft_plain(actor, fresh), draft_rev(fresh))

    return once(request, effect)


@router.post(
    "/workflows/{key}/proposals",
    summary="Propose changes",
    **writes("workflows:admin", {201: ProposalOut}, 404, 409),
)
def post_proposal(request: HttpRequest, key: str, body: ProposalIn) -> HttpResponse:
    """Kept beside the draft until somebody accepts them on the page or here; what does not fit is said."""
    return _proposed(request, workflow_named(actor_of(request), key), body)


@router.post(
    "/request-types/{key}/proposals",
    summary="Propose changes of a form",
    **writes("workflows:admin", {201: ProposalOut}, 404, 409),
)
def post_form_proposal(request: HttpRequest, key: str, body: ProposalIn) -> HttpResponse:
    """As with workflows: kept beside the form's draft until an editor of the form accepts them."""
    return _proposed(request, edited_type(actor_of(request), key), body)


@router.get("/proposals/{key}", summary="One proposal", **reads("workflows:admin", ProposalOut, 404))
def get_proposal(request: HttpRequest, key: str) -> HttpResponse:
    """Its operations in words, and what would be wrong with all of them accepted."""
    return answer(_plain(proposal_keyed(actor_of(request), key)))


@router.post(
    "/proposals/{key}/accept", summary="Accept some", **writes("workflows:admin", {200: ProposalOut}, 404, 409)
)
def post_accept(request: HttpRequest, key: str, body: ChosenIn) -> HttpResponse:
    """Into the draft, in your name. 409 when one needs another, or the draft would get an error by it."""
    actor = actor_of(request)
    row = proposal_keyed(actor, key)

    def effect() -> Answer:
        with at_odds():
            accept_operations(actor, row, chosen=body.chosen)
        return Answer(200, _plain(proposal_keyed(actor, key)))

    return once(request, effect)


@router.post(
    "/proposals/{key}/dismiss",
    summary="Dismiss the rest",
    **writes("workflows:admin", {200: ProposalOut}, 404, 409),
)
def post_dismiss(request: HttpRequest, key: str, body: Nothing | None = None) -> HttpResponse:
    """The draft stays as it is."""
    actor = actor_of(request)
    row = proposal_keyed(actor, key)

    def effect() -> Answer:
        dismiss_proposal(actor, row)
        return Answer(200, _plain(proposal_keyed(actor, key)))

    return once(request, effect)


def _plain(row: Proposal) -> dict[str, Any]:
    page = ProposalPage(row)
    return {
        "key": row.key,
        "kind": row.kind,
        "target": str(getattr(page.target, "key", "")),
        "wish": row.wish,
        "state": row.state,
        "engine": row.engine,
        "operations": [
            {
                "index": hunk.index,
                "operation": row.operations[hunk.index],
                "words": hunk.words,
                "accepted": hunk.accepted,
                "problem": hunk.problem,
            }
            for hunk in page.hunks
        ],
        "refused": row.refused,
        "errors": page.errors,
        "created_at": stamp(row.created_at),
    }


def _proposed(request: HttpRequest, target: Target, body: ProposalIn) -> HttpResponse:
    def effect() -> Answer:
        with at_odds():
            row = propose(actor_of(request), target, operations=body.operations, wish=body.wish)
        return Answer(201, _plain(row), {"Location": f"/api/v1/proposals/{row.key}"})

    return once(request, effect)
