"""`/external-tasks`: work of robots, under a lease."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, id_in_path, once, writes
from flowtic.core.errors import NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from workflows.api.answers import ExternalTaskOut, LeasedTasks
from workflows.api.bodies import ExtendIn, ExternalCompleteIn, FailIn, LeaseIn
from workflows.api.finding import checked_document
from workflows.api.present import Plain, external_plain
from workflows.commands.external import complete_external, extend_lease, fail_external, lease_items, variables_of
from workflows.models import WorkItem

router = Router(tags=["External tasks"])


@router.post("/external-tasks/lease", summary="Lease tasks", **writes("work:write", {200: LeasedTasks}))
def post_lease(request: HttpRequest, body: LeaseIn) -> HttpResponse:
    """Up to `max` tasks of these topics, the oldest first, for this worker alone until `lease_until`.

    With the same `Idempotency-Key` again the same tasks with the same tokens.
    """
    actor = actor_of(request)

    def effect() -> Answer:
        found = lease_items(
            actor, worker=body.worker, topics=body.topics, maximum=body.max, lease_seconds=body.lease_seconds
        )
        return Answer(200, {"results": [_leased(item) for item in found], "next": None})

    return once(request, effect)


def _leased(item: WorkItem) -> Plain:
    return {**external_plain(item), "lease_token": item.lease_token, "variables": variables_of(item)}


@router.post(
    "/external-tasks/{id}/extend", summary="More time", **writes("work:write", {200: ExternalTaskOut}, 404, 409)
)
def post_extend(request: HttpRequest, id: str, body: ExtendIn) -> HttpResponse:  # noqa: A002  (the name in the address)
    """From now on `lease_seconds`. 409 `lease_lost` when somebody else has it or the workflow went on."""
    actor = actor_of(request)
    task = _task(actor, id)

    def effect() -> Answer:
        extend_lease(actor, task, lease_token=body.lease_token, lease_seconds=body.lease_seconds)
        return _now(task)

    return once(request, effect)


@router.post("/external-tasks/{id}/complete", summary="Done", **writes("work:write", {200: ExternalTaskOut}, 404, 409))
def post_external_complete(request: HttpRequest, id: str, body: ExternalCompleteIn) -> HttpResponse:  # noqa: A002
    """`variables` may set what the step lists as its result (422 otherwise); the workflow goes on in the same moment.

    Repeated with the same lease it answers the same and does nothing.
    """
    actor = actor_of(request)
    task = _task(actor, id)
    variables = checked_document(body.variables or {}, "variables")

    def effect() -> Answer:
        complete_external(actor, task, lease_token=body.lease_token, variables=variables)
        return _now(task)

    return once(request, effect)


@router.post(
    "/external-tasks/{id}/fail", summary="It did not work", **writes("work:write", {200: ExternalTaskOut}, 404, 409)
)
def post_fail(request: HttpRequest, id: str, body: FailIn) -> HttpResponse:  # noqa: A002
    """Offered again after `retry_in` seconds while the step has retries left; then its error path or a person."""
    actor = actor_of(request)
    task = _task(actor, id)

    def effect() -> Answer:
        fail_external(actor, task, lease_token=body.lease_token, error=body.error, retry_in=body.retry_in)
        return _now(task)

    return once(request, effect)


def _rows() -> QuerySet[WorkItem]:
    return WorkItem.objects.select_related("ticket__requester", "instance__version__workflow")


def _task(actor: Actor, text: str) -> WorkItem:
    """The robot's task, if the actor works its ticket."""
    require(actor, "external_task.work", None)
    rows = _rows().filter(kind=WorkItem.Kind.EXTERNAL, pk=id_in_path(text))
    found = rows.filter(pk__in=WorkItem.objects.visible_to(actor).values("pk")).first()
    if found is None:
        raise NotFound(_("This task does not exist."))
    return found


def _now(task: WorkItem) -> Answer:
    return Answer(200, external_plain(_rows().get(pk=task.pk)))
