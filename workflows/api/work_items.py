"""`/work-items`: steps that wait for people."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import Department
from desk.api.finding import person_named
from flowtic.core.actor import Actor
from flowtic.core.api import (
    PAGE,
    actor_of,
    answer,
    expected_version,
    flag,
    listing,
    once,
    reads,
    writes,
    wrong_parameter,
)
from flowtic.core.api_shapes import Nothing
from flowtic.core.errors import Invalid
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import KEY
from workflows.api.answers import WorkItemOut, WorkItemPage
from workflows.api.bodies import AssignIn, CompleteIn
from workflows.api.finding import (
    at_odds,
    checked_document,
    etag,
    several,
    single,
    unless_stale,
    work_item_named,
    work_items,
)
from workflows.api.present import item_full, item_rows
from workflows.commands.work_items import (
    assign_work_item,
    claim_work_item,
    complete_work_item,
    release_work_item,
)
from workflows.models import WorkItem

router = Router(tags=["Work items"])
# Ids grow with time; what has no due date comes last.
SORTS = {
    "due": Sort("due", ("sort_due_at",)),
    "created": Sort("created", ("id",)),
    "-created": Sort("-created", ("-id",)),
}
STATES, KINDS = list(WorkItem.State.values), list(WorkItem.Kind.values)
QUERY: dict[str, Any] = {
    "state": {"type": "array", "items": {"type": "string", "enum": STATES}, "maxItems": 5},
    "mine": {"type": "boolean", "description": "Only what is given to you."},
    "department": {
        "type": "array",
        "items": {"type": "string", "pattern": KEY, "x-desk": "any_department"},
        "maxItems": 50,
        "description": "Keys.",
    },
    "skill": {"type": "string", "pattern": KEY, "description": "A skill's key."},
    "kind": {"type": "array", "items": {"type": "string", "enum": KINDS}, "maxItems": 3},
    "ticket": {"type": "string", "pattern": r"^[A-Za-z0-9-]{1,40}$", "description": "A ticket's number."},
    "sort": {"type": "string", "enum": sorted(SORTS), "default": "due"},
    **PAGE,
}


@router.get("/work-items", summary="Find work items", **reads("work:read", WorkItemPage, query=QUERY))
def list_work_items(request: HttpRequest) -> HttpResponse:
    """Yours, those of tickets that you work, and those you could take over; the next due first."""
    actor = actor_of(request)
    name = request.GET.get("sort", "due")
    if name not in SORTS:
        raise wrong_parameter("sort", ", ".join(SORTS))
    rows = _filtered(request, actor, work_items(actor))
    return listing(request, rows, SORTS[name], lambda found: item_rows(actor, found))


def _filtered(request: HttpRequest, actor: Actor, rows: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    for name, allowed in (("state", STATES), ("kind", KINDS)):
        if name in request.GET:
            rows = rows.filter(**{f"{name}__in": several(request, name, allowed)})
    if flag(request, "mine"):
        rows = rows.filter(assignee=actor.user)
    if "department" in request.GET:
        departments = dict(Department.objects.visible_to(actor).values_list("key", "pk"))
        keys = several(request, "department")
        if not set(keys) <= set(departments):
            raise wrong_parameter("department", _("This department does not exist."))
        rows = rows.filter(department__in=[departments[key] for key in keys])
    for name, column in (("skill", "skill"), ("ticket", "ticket__number")):
        text = single(request, name, QUERY[name])
        if text is not None:
            rows = rows.filter(**{column: text})
    return rows


@router.get("/work-items/{id}", summary="One work item", **reads("work:read", WorkItemOut, 404))
def get_work_item(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """With what was asked for, the instruction, the form and the possible outcomes, in your language."""
    actor = actor_of(request)
    item = work_item_named(actor, id)
    return answer(item_full(actor, item), headers=etag(item))


CHANGED: dict[int, Any] = {200: WorkItemOut}


@router.post("/work-items/{id}/claim", summary="Take it", **writes("work:write", CHANGED, 404, 409, 412))
def post_claim(request: HttpRequest, id: str, body: Nothing | None = None) -> HttpResponse:  # noqa: A002
    """Of many at once exactly one gets it, the others 409 `already_taken` with the winner's name."""
    return _change(request, id, claim_work_item)


@router.post("/work-items/{id}/release", summary="Give it back", **writes("work:write", CHANGED, 404, 409, 412))
def post_release(request: HttpRequest, id: str, body: Nothing | None = None) -> HttpResponse:  # noqa: A002
    """Back to its pool. What belongs to one person by name can only be handed on (409)."""
    return _change(request, id, release_work_item)


@router.post("/work-items/{id}/assign", summary="Hand it on", **writes("work:write", CHANGED, 404, 409, 412))
def post_assign(request: HttpRequest, id: str, body: AssignIn) -> HttpResponse:  # noqa: A002
    """Your own to somebody else; others' if you dispatch there."""

    def assign(actor: Actor, item: WorkItem) -> None:
        person = person_named(actor, body.assignee, field="assignee")
        with at_odds():
            assign_work_item(actor, item, assignee=person)

    return _change(request, id, assign)


@router.post("/work-items/{id}/complete", summary="Complete it", **writes("work:write", CHANGED, 404, 409, 412))
def post_complete(request: HttpRequest, id: str, body: CompleteIn) -> HttpResponse:  # noqa: A002
    """The workflow goes on in the same moment. Too late is 409 `already_done` with the name of who was faster.

    What the step does not ask, and what it asks and is missing, is 422 with `data.<field>`.
    """

    data = checked_document(body.data or {}, "data")

    def complete(actor: Actor, item: WorkItem) -> None:
        expected = expected_version(request)
        try:
            complete_work_item(actor, item, outcome=body.outcome, data=data, note=body.note or "", if_match=expected)
        except Invalid as error:
            error.fields = {_in_body(name): texts for name, texts in error.fields.items()}
            raise

    return _change(request, id, complete, guard=False)


def _in_body(name: str) -> str:
    """A field of the form by its place in the body."""
    return f"data.{name.removeprefix('fields.')}" if name.startswith("fields.") else name


def _change(
    request: HttpRequest, text: str, act: Callable[[Actor, WorkItem], object], *, guard: bool = True
) -> HttpResponse:
    """Does it once and answers the item as it is then; `guard`: here `If-Match` is looked at, else in the command."""
    actor = actor_of(request)
    item = work_item_named(actor, text)

    def effect() -> Answer:
        if guard:
            with unless_stale(request, item):
                act(actor, item)
        else:
            act(actor, item)
        # By key: who gives a step away may not see it any more, and still learns how it ended.
        fresh = WorkItem.objects.select_related(*_SHOWN).get(pk=item.pk)
        return Answer(200, item_full(actor, fresh), etag(fresh))

    return once(request, effect)


_SHOWN = ("ticket__requester", "instance__version__workflow", "department", "assignee", "completed_by")
