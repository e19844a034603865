"""`/departments`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.api.bodies import DepartmentIn, DepartmentList, DepartmentOut, DepartmentPatch
from accounts.commands import save_department
from accounts.models import Department
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require

router = Router(tags=["People"])


@router.get("/departments", summary="Departments", **reads("people:read", DepartmentList))
def list_departments(request: HttpRequest) -> HttpResponse:
    """The active ones; admins see all."""
    rows = Department.objects.visible_to(actor_of(request))
    return answer({"results": [_plain(row) for row in rows], "next": None})


@router.post("/departments", summary="New department", **writes("admin", {201: DepartmentOut}, 409))
def post_department(request: HttpRequest, body: DepartmentIn) -> HttpResponse:
    """For admins. The first one becomes the default; a new default takes the place of the old one."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: DepartmentIn) -> Answer:
    require(actor, "department.edit")
    if Department.objects.filter(key=body.key).exists():
        raise Conflict(_("A department with this key exists."), fields={"key": _("exists already")})
    row = save_department(actor, None, **body.model_dump())
    return Answer(201, _plain(row), {"Location": f"/api/v1/departments/{row.key}"})


@router.patch("/departments/{key}", summary="Change a department", **writes("admin", {200: DepartmentOut}, 404, 409))
def patch_department(request: HttpRequest, key: str, body: DepartmentPatch) -> HttpResponse:
    """For admins; the key is fixed."""
    actor = actor_of(request)
    require(actor, "department.edit")
    row = Department.objects.filter(key=key).first() if len(key) <= 40 else None
    if row is None:
        raise NotFound(_("This department does not exist."))
    return answer(_plain(save_department(actor, row, **body.model_dump(exclude_none=True))))


def _plain(row: Department) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "active": row.active,
        "is_default": row.is_default,
        "position": row.position,
    }
