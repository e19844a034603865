"""The desk's small tables, read once per request: for the rows of a list and for what can be chosen."""

from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, IntegerField, Q, TextField, Value, When

from accounts.models import Department
from desk.dispatching.policies import learn_dispatcher_only
from desk.models import DispatchPolicy, Priority, Status
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared

_BY_LEAD = Q(dispatch_policy__active=True, dispatch_policy__strategy=DispatchPolicy.Strategy.DISPATCHER)
_nothing, _none = Value("", TextField()), Value(0, IntegerField())
# Both tables in one question: nearly every list needs both.
_both = Prepared(
    lambda: (
        Status.objects.order_by()
        .values_list(
            Value("status", TextField()), "pk", "key", "name_de", "name_en", "category", "kind", "position", "active"
        )
        .union(
            Priority.objects.order_by().values_list(
                Value("priority", TextField()), "pk", "key", "name_de", "name_en", "color", _nothing, "rank", _none
            ),
            all=True,
        )
    )
)
_departments = Prepared(lambda: Department.objects.annotate(by_lead=Case(When(_BY_LEAD, Value(1)), default=Value(0))))


class Words:
    """Statuses, priorities and departments by id, and what the actor may choose. Asks when needed."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def _both(self) -> tuple[dict[int, Status], dict[int, Priority]]:
        return _made_of(tuple(_both.rows()))

    @property
    def status_rows(self) -> dict[int, Status]:
        return self._both[0]

    @property
    def priority_rows(self) -> dict[int, Priority]:
        return self._both[1]

    @cached_property
    def department_rows(self) -> dict[int, Department]:
        rows = _departments.rows()
        learn_dispatcher_only(self.actor, [row.pk for row in rows if row.by_lead])
        return {row.pk: row for row in rows}

    @property
    def statuses(self) -> list[Status]:
        return [row for row in self.status_rows.values() if row.active]

    @property
    def priorities(self) -> list[Priority]:
        """The most urgent first."""
        return sorted(self.priority_rows.values(), key=lambda row: -row.rank)

    @property
    def departments(self) -> list[Department]:
        """Those where the actor works come first."""
        rows = [row for row in self.department_rows.values() if row.active]
        return sorted(rows, key=lambda row: row.pk not in self.actor.department_ids)


@lru_cache(maxsize=16)
def _made_of(rows: tuple[tuple[Any, ...], ...]) -> tuple[dict[int, Status], dict[int, Priority]]:
    """The same rows as before are the same statuses and priorities: pages only read them."""
    statuses, priorities = [], []
    for which, pk, key, name_de, name_en, first, kind, place, active in rows:
        names = {"key": key, "name_de": name_de, "name_en": name_en}
        if which == "status":
            row = Status(pk=pk, category=first, kind=kind, position=place, active=bool(active), **names)
            statuses.append(row)
        else:
            priorities.append(Priority(pk=pk, rank=place, color=first, **names))
    statuses.sort(key=lambda row: (row.position, row.key))
    priorities.sort(key=lambda row: row.rank)
    return {row.pk: row for row in statuses}, {row.pk: row for row in priorities}
