"""`/people` and `/me`."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.api.bodies import LogoutIn, MembershipIn, MeOut, PersonIn, PersonOut, PersonPage, PersonPatch, SkillIn
from accounts.commands import (
    approve_person,
    change_profile,
    change_working,
    create_person,
    log_out_everywhere,
    reactivate_person,
    reject_person,
    set_departments,
    set_role,
    set_skills,
    suspend_person,
)
from accounts.holdings import LEAVE
from accounts.models import Department, Membership, Skill, User
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.api import (
    PAGE,
    actor_of,
    answer,
    id_in_path,
    listing,
    once,
    reads,
    stamp,
    words,
    writes,
    wrong_parameter,
)
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import VISIBLE_LINE
from flowtic.core.policy import require

router = Router(tags=["People"])
SHOWN = ("memberships__department", "skills__skill", "absences")
BY_NAME = Sort("name", ("name",))
ROLES, STATES = list(User.Role.values), list(User.State.values)
QUERY: dict[str, Any] = {
    "q": {"type": "string", "pattern": VISIBLE_LINE, "maxLength": 100, "description": "In name or e-mail."},
    "role": {"type": "string", "enum": ROLES},
    "state": {"type": "string", "enum": STATES},
    **PAGE,
}


@router.get("/me", summary="Who am I", **reads("", MeOut))
def get_me(request: HttpRequest) -> HttpResponse:
    """The person of the token, and what the token may do. Any token will do."""
    actor = actor_of(request)
    return answer({**_plain(actor, _person(actor, actor.user.pk)), "scopes": sorted(actor.scopes or ())})


@router.get("/people", summary="Find people", **reads("people:read", PersonPage, query=QUERY))
def list_people(request: HttpRequest) -> HttpResponse:
    """Everybody for those who work tickets; only yourself otherwise."""
    actor = actor_of(request)
    rows = User.objects.visible_to(actor).select_related("manager").prefetch_related(*SHOWN)
    for name, allowed in (("role", ROLES), ("state", STATES)):
        if name in request.GET:
            if request.GET[name] not in allowed:
                raise wrong_parameter(name, ", ".join(allowed))
            rows = rows.filter(**{name: request.GET[name]})
    text = words(request, "q", 100)
    if text is not None:
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(email__icontains=text.strip()))
    return listing(request, rows, BY_NAME, lambda found: [_plain(actor, person) for person in found])


@router.get("/people/{id}", summary="One person", **reads("people:read", PersonOut, 404))
def get_person(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    actor = actor_of(request)
    return answer(_plain(actor, _person(actor, id_in_path(id))))


@router.post("/people", summary="New person", **writes("admin", {201: PersonOut}, 409))
def post_person(request: HttpRequest, body: PersonIn) -> HttpResponse:
    """For admins: an active person with a confirmed address, who sets a password by "Forgot your password"."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: PersonIn) -> Answer:
    require(actor, "person.create")
    person = create_person(
        actor,
        email=body.email,
        name=body.name,
        role=body.role,
        departments=_departments(body.departments or []),
        password=None,
    )
    return Answer(201, _plain(actor, _person(actor, person.pk)), {"Location": f"/api/v1/people/{person.pk}"})


@router.patch("/people/{id}", summary="Change a person", **writes("admin", {200: PersonOut}, 404, 409))
def patch_person(request: HttpRequest, id: str, body: PersonPatch) -> HttpResponse:  # noqa: A002
    """For admins: name, role, departments, manager, capacity, skills, and the state with its reason.

    All of it happens or nothing.
    """
    actor = actor_of(request)
    person = _person(actor, id_in_path(id))
    require(actor, "person.create")
    with transaction.atomic():
        _change(actor, person, body)
    return answer(_plain(actor, _person(actor, person.pk)))


@router.post("/people/{id}/logout", summary="Log out everywhere", **writes("admin", {200: PersonOut}, 404))
def post_logout(request: HttpRequest, id: str, body: LogoutIn) -> HttpResponse:  # noqa: A002
    """For admins: ends every login of the person in a browser."""
    actor = actor_of(request)
    person = _person(actor, id_in_path(id))
    log_out_everywhere(actor, person, tokens=body.tokens)
    return answer(_plain(actor, _person(actor, person.pk)))


def _change(actor: Actor, person: User, body: PersonPatch) -> None:
    if body.state != "suspended" and (body.open_work or body.successor):
        raise Conflict(fields={"open_work": _("Only for a person who is suspended at the same time.")})
    departments = None if body.departments is None else _departments(body.departments)
    if body.name is not None:
        change_profile(actor, person, name=body.name)
    if body.state == "active" and person.state in (User.State.PENDING, User.State.REJECTED):
        kept = {m.department: m.is_lead for m in person.memberships.all()} if departments is None else departments
        approve_person(actor, person, role=body.role or person.role, departments=kept, reason=body.reason or "")
        return
    if body.role is not None:
        set_role(actor, person, role=body.role)
    if departments is not None:
        set_departments(actor, person, departments=departments)
    _change_work(actor, person, body)
    if body.state is not None:
        _set_state(actor, person, body)


def _change_work(actor: Actor, person: User, body: PersonPatch) -> None:
    """Null is a value here: nobody, no limit. What is not named stays."""
    values: dict[str, Any] = {name: getattr(body, name) for name in ("capacity",) if name in body.model_fields_set}
    if "manager" in body.model_fields_set:
        values["manager"] = _active(body.manager, "manager") if body.manager else None
    if values:
        change_working(actor, person, **values)
    if body.skills is not None:
        set_skills(actor, person, skills=_skills(body.skills))


def _active(email: str, field: str) -> User:
    found = User.objects.active().filter(email=email.strip().lower()).first()
    if found is None:
        message = _("There is no active person with this address.")
        raise Conflict(message, fields={field: message})
    return found


def _skills(given: list[SkillIn]) -> dict[Skill, int]:
    levels = {item.skill: item.level for item in given}
    if len(levels) < len(given):
        raise Conflict(_("A skill is named twice."), fields={"skills": _("has a skill twice")})
    rows = {row.key: row for row in Skill.objects.filter(key__in=levels)}
    if len(rows) < len(levels):
        raise Conflict(_("This skill does not exist."), fields={"skills": _("This value does not exist.")})
    return {rows[key]: level for key, level in levels.items()}


def _set_state(actor: Actor, person: User, body: PersonPatch) -> None:
    reason = body.reason or ""
    if body.state == "active":
        reactivate_person(actor, person)
    elif body.state == "suspended":
        heir = _active(body.successor, "successor") if body.successor else None
        try:
            suspend_person(actor, person, reason=reason, open_work=body.open_work or LEAVE, successor=heir)
        except Invalid as error:
            error.status = 409  # the body is well formed; it is at odds with who works here
            raise
    else:
        reject_person(actor, person, reason=reason)


def _person(actor: Actor, pk: int) -> User:
    rows = User.objects.visible_to(actor).select_related("manager").prefetch_related(*SHOWN)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def _departments(memberships: list[MembershipIn]) -> dict[Department, bool]:
    """Departments by key (value: as lead). Raises Invalid for unknown ones, Conflict for retired or repeated ones."""
    leads = {item.department: item.lead for item in memberships}
    if len(leads) < len(memberships):
        raise Conflict(_("A department is named twice."), fields={"departments": _("has a department twice")})
    rows = {row.key: row for row in Department.objects.filter(key__in=leads)}
    if len(rows) < len(leads):
        raise Invalid(_("Some values are not valid."), fields={"departments": _("This value does not exist.")})
    if not all(row.active for row in rows.values()):
        raise Conflict(_("This is no longer in use."), fields={"departments": _("is no longer in use")})
    return {rows[key]: lead for key, lead in leads.items()}


def _plain(actor: Actor, person: User) -> dict[str, Any]:
    memberships: list[Membership] = sorted(person.memberships.all(), key=lambda m: m.department.key)
    skills = sorted(person.skills.all(), key=lambda row: (-row.level, row.skill.key))
    now = clock.now()
    away = [row.ends_at for row in person.absences.all() if row.starts_at <= now < row.ends_at]
    found = {
        "id": person.pk,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "state": person.state,
        "phone": person.phone,
        "language": person.language,
        "time_zone": person.time_zone,
        "departments": [{"key": m.department.key, "name": m.department.name, "lead": m.is_lead} for m in memberships],
        "skills": [{"key": row.skill.key, "name": row.skill.name, "level": row.level} for row in skills],
        "manager": person.manager.name if person.manager else None,
        "capacity": person.capacity,
        "absent_until": stamp(max(away, default=None)),
        "created_at": stamp(person.created_at),
    }
    if actor.is_admin:
        found |= {
            "last_active_at": stamp(person.last_active_at),
            "reason": person.reason,
            "decision_reason": person.decision_reason,
        }
    return found
