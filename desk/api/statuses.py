"""Changing `/statuses` and the ways between them: for admins. Reading the ways: for those who work tickets."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from desk.api.answers import StatusOut
from desk.api.bodies import StatusKey
from desk.api.present import Plain, status_plain
from desk.api.words import router as words_router  # an address belongs to one router
from desk.commands import remove_configuration, retire_status, save_configuration, set_role_transitions
from desk.commands.configuration import create_status
from desk.models import Status
from desk.transitions import all_ways
from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.api_shapes import WHOLE, In, Key, Name, Out
from flowtic.core.errors import Conflict, Forbidden, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["The desk's words"])
Category = Literal["pending_assignment", "assigned", "waiting", "resolved", "closed"]
Look = Literal[
    "new", "pending_assignment", "assigned", "in_progress", "waiting_requester", "waiting_approval", "resolved",
    "closed", "rejected",
]  # fmt: skip
Role = Literal["user", "agent", "support", "admin"]


class NewStatusIn(In):
    key: Key
    name_de: Name
    name_en: Name
    category: Category = Field(description="Decides how Flowtic treats tickets in it.")
    kind: Look = Field(description="Sign and colour.")


class StatusPatch(In):
    name_de: Name | None = None
    name_en: Name | None = None
    kind: Look | None = None
    position: Annotated[int, Field(ge=0, le=10_000), WHOLE] | None = None
    active: Literal[True] | None = Field(None, description="Switches it on again; see `/retire` for the opposite.")


class RetireIn(In):
    successor: StatusKey | None = Field(None, description="Takes the tickets that are in it; of the same category.")


class Way(Out):
    source: str
    target: str


class Ways(Out):
    role: Role
    ways: list[Way]


class WaysList(Out):
    results: list[Ways]
    next: str | None


class WayIn(In):
    source: StatusKey
    target: StatusKey


class WaysIn(In):
    ways: Annotated[list[WayIn], Field(max_length=1000)]


@words_router.post("/statuses", summary="New status", **writes("admin", {201: StatusOut}, 409))
def post_status(request: HttpRequest, body: NewStatusIn) -> HttpResponse:
    """At the end of the list, with ways from and to every open one for everybody who works tickets."""
    actor = actor_of(request)
    require(actor, "desk.configure")
    if Status.objects.filter(key=body.key).exists():
        raise Conflict(_("A status with this key exists."), fields={"key": _("exists already")})

    def effect() -> Answer:
        row = create_status(actor, **body.model_dump())
        return Answer(201, status_plain(row), {"Location": f"/api/v1/statuses/{row.key}"})

    return once(request, effect)


@router.get("/statuses/transitions", summary="Ways between statuses", **reads("tickets:read", WaysList))
def list_transitions(request: HttpRequest) -> HttpResponse:
    """Which role may take a ticket from where to where; for those who work tickets."""
    if not actor_of(request).can_work:
        raise Forbidden(_("Only for those who work tickets."))
    found = all_ways()
    keys = {row.pk: row.key for row in found.statuses}
    return answer({"results": [_ways(role, found.by_role.get(role, set()), keys) for role in ROLES], "next": None})


@router.put("/statuses/transitions/{role}", summary="Set a role's ways", **writes("admin", {200: Ways}, 404, 409))
def put_transitions(request: HttpRequest, role: str, body: WaysIn) -> HttpResponse:
    """All ways of one role at once. What would leave open tickets without a way out is a 409 `no_way_out`."""
    actor = actor_of(request)
    require(actor, "desk.configure")
    if role not in ROLES:
        raise NotFound(_("This role does not exist."))
    keys = {row.pk: row.key for row in Status.objects.all()}
    known = {key: pk for pk, key in keys.items()}
    for way in body.ways:
        if way.source not in known or way.target not in known or way.source == way.target:
            raise Conflict(_("One of the statuses does not exist."), fields={"ways": f"{way.source} → {way.target}"})
    wanted = {(known[way.source], known[way.target]) for way in body.ways}
    set_role_transitions(actor, role, ways=wanted)
    return answer(_ways(role, wanted, keys))


@router.patch("/statuses/{key}", summary="Change a status", **writes("admin", {200: StatusOut}, 404, 409))
def patch_status(request: HttpRequest, key: str, body: StatusPatch) -> HttpResponse:
    """Names, look and place; key and category are fixed."""
    actor = actor_of(request)
    row = _status(request, key)
    saved = save_configuration(actor, row, **body.model_dump(exclude_none=True))
    assert isinstance(saved, Status)  # noqa: S101  (for the type checker)
    return answer(status_plain(saved))


@router.post("/statuses/{key}/retire", summary="Switch a status off", **writes("admin", {200: StatusOut}, 404, 409))
def post_status_retire(request: HttpRequest, key: str, body: RetireIn) -> HttpResponse:
    """Nothing goes there any more; a worker takes the tickets that are in it to the successor."""
    actor = actor_of(request)
    row = _status(request, key)
    successor = Status.objects.filter(key=body.successor).first() if body.successor else None
    if body.successor and successor is None:
        raise Conflict(_("This status does not exist."), fields={"successor": _("does not exist")})

    def effect() -> Answer:
        try:
            return Answer(200, status_plain(retire_status(actor, row, successor=successor)))
        except Invalid as error:
            error.status = 409  # the body is well formed; it is at odds with the tickets
            raise

    return once(request, effect)


@router.delete("/statuses/{key}", summary="Delete a status", **writes("admin", {204: None}, 404, 409, media=()))
def delete_status(request: HttpRequest, key: str) -> HttpResponse:
    """One that no ticket uses."""
    remove_configuration(actor_of(request), _status(request, key))
    return answer(None, 204)


ROLES: tuple[Role, ...] = ("user", "agent", "support", "admin")


def _status(request: HttpRequest, key: str) -> Status:
    require(actor_of(request), "desk.configure")
    row = Status.objects.filter(key=key).first() if len(key) <= 40 else None
    if row is None:
        raise NotFound(_("This status does not exist."))
    return row


def _ways(role: str, ways: set[tuple[int, int]], keys: dict[int, str]) -> Plain:
    pairs = sorted((keys[source], keys[target]) for source, target in ways)
    return {"role": role, "ways": [{"source": source, "target": target} for source, target in pairs]}
