"""What departments decided about handing out their tickets."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from desk.models import DispatchPolicy
from flowtic.core.actor import Actor


def policy_of(department_id: int) -> DispatchPolicy | None:
    """The department's policy if it is in force."""
    return DispatchPolicy.objects.filter(department=department_id, active=True).first()


def automatic_policies() -> QuerySet[DispatchPolicy]:
    """Those that hand out without a person."""
    return DispatchPolicy.objects.filter(active=True, strategy__in=DispatchPolicy.AUTOMATIC)


def owner_rule(policy: DispatchPolicy, department: str) -> dict[str, Any]:
    """The policy as an owner rule for `choose`; `department` is the key."""
    return {
        "strategy": policy.strategy,
        "department": department,
        "skill": policy.skill,
        "level": policy.level,
        "cap": policy.cap,
    }


def dispatcher_only(actor: Actor) -> frozenset[int]:
    """Departments whose tickets are handed out by their leads; asked once per actor, that is once per request."""
    known: frozenset[int] | None = actor.__dict__.get("_dispatcher_only")
    if known is None:
        rows = DispatchPolicy.objects.filter(active=True, strategy=DispatchPolicy.Strategy.DISPATCHER)
        known = frozenset(rows.values_list("department", flat=True))
        actor.__dict__["_dispatcher_only"] = known
    return known


def learn_dispatcher_only(actor: Actor, departments: Iterable[int]) -> None:
    """Saves the question of `dispatcher_only` to who has read it with all departments anyway."""
    actor.__dict__["_dispatcher_only"] = frozenset(departments)


def may_take(actor: Actor, department_id: int) -> bool:
    """Whether the department lets this actor choose tickets; leads, support and admins may in any case."""
    return actor.leads(department_id) or department_id not in dispatcher_only(actor)
