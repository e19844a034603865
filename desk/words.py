"""The desk's small tables, read once per request: for the rows of a list and for what can be chosen."""

from functools import cached_property

from django.db.models import Case, Q, Value, When

from accounts.models import Department
from desk.dispatching.policies import learn_dispatcher_only
from desk.models import DispatchPolicy, Priority, Status
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared

_BY_LEAD = Q(dispatch_policy__active=True, dispatch_policy__strategy=DispatchPolicy.Strategy.DISPATCHER)
_statuses = Prepared(Status.objects.all)
_priorities = Prepared(Priority.objects.all)
_departments = Prepared(lambda: Department.objects.annotate(by_lead=Case(When(_BY_LEAD, Value(1)), default=Value(0))))


class Words:
    """Statuses, priorities and departments by id, and what the actor may choose. Asks when needed."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    @cached_property
    def status_rows(self) -> dict[int, Status]:
        return {row.pk: row for row in _statuses.rows()}

    @cached_property
    def priority_rows(self) -> dict[int, Priority]:
        return {row.pk: row for row in _priorities.rows()}

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
