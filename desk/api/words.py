"""`/statuses`, `/priorities`, `/tags` and `/request-types`: the desk's own words."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import Department
from desk.api.answers import PriorityList, RequestTypeList, RequestTypeOut, StatusList, TagPage
from desk.api.bodies import FieldSpec, RequestTypeIn, RequestTypePatch, RequestTypeWords
from desk.api.finding import row_keyed
from desk.api.present import request_type_plain, status_plain
from desk.commands import save_configuration
from desk.models import Priority, RequestType, Status, Tag
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, listing, once, reads, words, writes
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import VISIBLE_LINE
from flowtic.core.policy import require

router = Router(tags=["The desk's words"])
BY_NAME = Sort("name", ("name",))
TAG_QUERY = {"q": {"type": "string", "pattern": VISIBLE_LINE, "maxLength": 60, "description": "Beginning."}, **PAGE}


@router.get("/statuses", summary="Statuses", **reads("tickets:read", StatusList))
def list_statuses(request: HttpRequest) -> HttpResponse:
    """In their order, the ones that are switched off too: tickets may still have them."""
    return answer({"results": [status_plain(row) for row in Status.objects.all()], "next": None})


@router.get("/priorities", summary="Priorities", **reads("tickets:read", PriorityList))
def list_priorities(request: HttpRequest) -> HttpResponse:
    """The four ranks, lowest first."""
    rows = [{"key": p.key, "name": p.name, "rank": p.rank, "color": p.color} for p in Priority.objects.all()]
    return answer({"results": rows, "next": None})


@router.get("/tags", summary="Tags", **reads("tickets:read", TagPage, query=TAG_QUERY))
def list_tags(request: HttpRequest) -> HttpResponse:
    """For those who work tickets."""
    require(actor_of(request), "tag.view")
    start = words(request, "q", 60)
    rows = Tag.objects.filter(name__startswith=start.lower()) if start else Tag.objects.all()
    return listing(request, rows, BY_NAME, lambda found: [{"name": tag.name} for tag in found])


@router.get("/request-types", summary="Request types", **reads("tickets:read", RequestTypeList))
def list_request_types(request: HttpRequest) -> HttpResponse:
    """With the fields of their forms; admins also see those that are switched off."""
    actor = actor_of(request)
    rows = RequestType.objects.select_related("department", "live_version").order_by("key")
    if not actor.is_admin:
        rows = rows.filter(active=True)
    return answer({"results": [request_type_plain(actor, row) for row in rows], "next": None})


@router.post("/request-types", summary="New request type", **writes("admin", {201: RequestTypeOut}, 409))
def post_request_type(request: HttpRequest, body: RequestTypeIn) -> HttpResponse:
    """For admins."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: RequestTypeIn) -> Answer:
    require(actor, "desk.configure")
    if RequestType.objects.filter(key=body.key).exists():
        raise Conflict(_("A request type with this key exists."), fields={"key": _("exists already")})
    row = _save(
        actor,
        RequestType(),
        key=body.key,
        name_de=body.name_de,
        name_en=body.name_en,
        active=body.active,
        department=row_keyed(Department.objects.all(), body.department, "department"),
        **_given(body),
    )
    return Answer(201, request_type_plain(actor, row), {"Location": f"/api/v1/request-types/{row.key}"})


@router.patch(
    "/request-types/{key}", summary="Change a request type", **writes("admin", {200: RequestTypeOut}, 404, 409)
)
def patch_request_type(request: HttpRequest, key: str, body: RequestTypePatch) -> HttpResponse:
    """For admins. `department: null` takes the department away; the key is fixed."""
    actor = actor_of(request)
    require(actor, "desk.configure")
    row = RequestType.objects.filter(key=key).first() if len(key) <= 40 else None
    if row is None:
        raise NotFound(_("This request type does not exist."))
    values = body.model_dump(include={"name_de", "name_en", "active"}, exclude_none=True)
    if "department" in body.model_fields_set:
        values["department"] = row_keyed(Department.objects.all(), body.department, "department")
    return answer(request_type_plain(actor, _save(actor, row, **values, **_given(body))))


WORDS = {"description_de", "description_en", "icon", "category", "position", "public_link", "leads_publish"}


def _save(actor: Actor, row: RequestType, **values: Any) -> RequestType:
    """A form that contradicts itself is a conflict; each problem comes with its path."""
    try:
        saved = save_configuration(actor, row, **values)
    except Invalid as error:
        raise broken_form(error) from error
    assert isinstance(saved, RequestType)  # noqa: S101  (for the type checker)
    return saved


def broken_form(error: Invalid) -> Invalid | Conflict:
    """The same refusal; for problems of a form a conflict that names them by their paths."""
    if "problems" not in error.extra:
        return error
    problems = cast(list[dict[str, str]], error.extra["problems"])
    return Conflict(
        error.message, fields={f"form.{item['path']}".rstrip(".")[:100]: item["message"] for item in problems}
    )


def _given(body: RequestTypeWords) -> dict[str, Any]:
    """What `save_configuration` takes of the words and the form in a body."""
    if body.fields is not None and body.form is not None:
        raise Conflict(_("Please give either fields or a form."), fields={"form": _("there are fields already")})
    found = body.model_dump(include=WORDS, exclude_none=True)
    if body.form is not None:
        found["schema"] = body.form
    elif body.fields is not None:
        found["schema"] = _schema(body.fields)
    return {**found, "note": body.note or ""}


def _schema(fields: list[FieldSpec]) -> dict[str, Any]:
    keys = [field.key for field in fields]
    if len(set(keys)) < len(keys):
        raise Conflict(_("Every field needs its own key."), fields={"fields": _("has a key twice")})
    if any(field.kind in ("choice", "multi_choice") and not field.choices for field in fields):
        raise Conflict(_("A field to choose from needs choices."), fields={"fields": _("has no choices")})
    return {"fields": [field.model_dump(exclude_none=True) for field in fields]}
