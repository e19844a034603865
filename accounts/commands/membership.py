"""Role, departments and state of a person: decided by admins."""

from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events, holdings, passing
from accounts.models import ApiToken, Department, Membership, User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require


def activate(actor: Actor, person: User, *, role: str, departments: dict[Department, bool], reason: str) -> User:
    """Makes a locked pending person active. For commands only."""
    person.role, person.state, person.is_active, person.decision_reason = role, User.State.ACTIVE, True, reason[:500]
    person.save(update_fields=["role", "state", "is_active", "decision_reason"])
    _write_departments(person, departments)
    record(
        actor,
        events.PERSON_APPROVED,
        person,
        changes=[change("state", User.State.PENDING, User.State.ACTIVE), change("role", None, role)],
        data={"departments": [department.key for department in departments], "reason": reason},
    )
    return person


@command
def approve_person(actor: Actor, person: User, *, role: str, departments: dict[Department, bool], reason: str) -> User:
    """Lets a pending person in with that role and those departments (value: as lead)."""
    person = User.objects.lock(person.pk)
    require(actor, "person.decide", person)
    if person.state == User.State.ACTIVE:
        return person
    if person.state not in (User.State.PENDING, User.State.REJECTED):
        raise Conflict(_("Only a pending account can be approved."))
    if role not in User.Role.values:
        raise Invalid(fields={"role": _("This role does not exist.")})
    return activate(actor, person, role=role, departments=departments, reason=reason)


@command
def reject_person(actor: Actor, person: User, *, reason: str) -> User:
    """Turns a pending person away; the reason goes to them by mail."""
    person = User.objects.lock(person.pk)
    require(actor, "person.decide", person)
    if person.state == User.State.REJECTED:
        return person
    if person.state != User.State.PENDING:
        raise Conflict(_("Only a pending account can be rejected."))
    if not reason.strip():
        raise Invalid(_("Please give a reason."), fields={"reason": _("Please give a reason.")})
    person.state, person.is_active, person.decision_reason = User.State.REJECTED, False, reason.strip()[:500]
    person.save(update_fields=["state", "is_active", "decision_reason"])
    end_access(person)
    record(
        actor,
        events.PERSON_REJECTED,
        person,
        changes=[change("state", User.State.PENDING, User.State.REJECTED)],
        data={"reason": person.decision_reason},
    )
    return person


@command
def suspend_person(
    actor: Actor, person: User, *, reason: str, open_work: str = holdings.LEAVE, successor: User | None = None
) -> User:
    """Ends sessions and tokens at once; the history stays. Much open work is passed on by a worker (accounts.passing).

    `open_work` (accounts.holdings.FATES): what becomes of tickets and steps the person holds. `successor`: who gets
    them; what they may not own goes back to its queue.
    """
    person = User.objects.lock(person.pk)
    require(actor, "person.suspend", person)
    if person.state == User.State.SUSPENDED:
        return person
    if person.state != User.State.ACTIVE:
        # Reactivation makes active: nobody may become that without a decision.
        raise Conflict(_("Only an active account can be suspended."))
    _keep_an_admin(person)
    _check_successor(person, open_work, successor)
    before, person.state, person.is_active = person.state, User.State.SUSPENDED, False
    person.decision_reason = reason.strip()[:500]
    person.save(update_fields=["state", "is_active", "decision_reason"])
    end_access(person)
    work = passing.pass_on_work(actor, person, open_work=open_work, successor=successor)
    record(
        actor,
        events.PERSON_SUSPENDED,
        person,
        changes=[change("state", before, User.State.SUSPENDED)],
        data={"reason": person.decision_reason, **work},
    )
    return person


def _check_successor(person: User, open_work: str, successor: User | None) -> None:
    if open_work not in holdings.FATES:
        raise Invalid(fields={"open_work": _("This value does not exist.")})
    if open_work != holdings.HAND_OVER:
        if successor is not None:
            raise Invalid(fields={"successor": _("A successor is only named for work that is handed over.")})
        return
    if successor is None:
        raise Invalid(fields={"successor": _("Please say who takes over.")})
    if successor.pk == person.pk or not successor.can_work:
        raise Invalid(fields={"successor": _("This person cannot take over work.")})


@command
def reactivate_person(actor: Actor, person: User) -> User:
    """Lets a suspended person in again; ended tokens stay ended."""
    person = User.objects.lock(person.pk)
    require(actor, "person.suspend", person)
    if person.state == User.State.ACTIVE:
        return person
    if person.state != User.State.SUSPENDED:
        raise Conflict(_("Only a suspended account can be reactivated."))
    person.state, person.is_active, person.decision_reason = User.State.ACTIVE, True, ""
    person.save(update_fields=["state", "is_active", "decision_reason"])
    record(
        actor,
        events.PERSON_REACTIVATED,
        person,
        changes=[change("state", User.State.SUSPENDED, User.State.ACTIVE)],
    )
    return person


@command
def set_role(actor: Actor, person: User, *, role: str) -> User:
    """Gives the person another of the four roles."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_role", person)
    if person.role == role:
        return person
    if role not in User.Role.values:
        raise Invalid(fields={"role": _("This role does not exist.")})
    _keep_an_admin(person)
    before, person.role = person.role, role
    person.save(update_fields=["role"])
    record(actor, events.PERSON_ROLE_CHANGED, person, changes=[change("role", before, role)])
    return person


@command
def set_departments(actor: Actor, person: User, *, departments: dict[Department, bool]) -> User:
    """The departments the person works in from now on (value: as lead)."""
    person = User.objects.lock(person.pk)
    require(actor, "person.set_departments", person)
    before = {m.department.key: m.is_lead for m in person.memberships.select_related("department")}
    after = {department.key: lead for department, lead in departments.items()}
    if before == after:
        return person
    _write_departments(person, departments)
    record(actor, events.PERSON_DEPARTMENTS_CHANGED, person, changes=[change("departments", before, after)])
    return person


def end_access(person: User) -> None:
    """Kills every session and token of the person now."""
    end_tokens(person)
    # Sessions of a person whose `is_active` is off are refused at the next request anyway; they go for tidiness.
    end_sessions(person)


def end_sessions(person: User) -> int:
    """Ends every login of the person in a browser; how many that were."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            store(session.session_key).delete()
            # Once more when nobody can read the row any longer: a request meanwhile may have put it back into a cache.
            transaction.on_commit(partial(_forget, store, session.session_key))
            ended += 1
    return ended


def _forget(store: Any, key: str) -> None:
    store(key).delete()


def end_tokens(person: User) -> int:
    """Revokes every API token of the person; how many that were."""
    return ApiToken.objects.filter(user=person, revoked_at=None).update(revoked_at=timezone.now())


def _write_departments(person: User, departments: dict[Department, bool]) -> None:
    Membership.objects.filter(user=person).exclude(department__in=departments).delete()
    for department, lead in departments.items():
        Membership.objects.update_or_create(user=person, department=department, defaults={"is_lead": lead})


def _keep_an_admin(person: User) -> None:
    if person.role != User.Role.ADMIN or person.state != User.State.ACTIVE:
        return
    if not User.objects.active().filter(role=User.Role.ADMIN).exclude(pk=person.pk).exists():
        raise Conflict(_("This is the last admin; make somebody else admin first."))
