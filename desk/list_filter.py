"""What a list of tickets is filtered by, once the parameters are read."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, IntegerField, Q, QuerySet

from desk.field_filters import FieldSort
from desk.models import Ticket
from desk.models.ticket import TicketQuerySet, inside_q
from desk.search import KIND
from flowtic.core import search
from flowtic.core.actor import Actor
from flowtic.core.paging import Sort
from flowtic.core.prepared import Prepared

FEW = 500
_ids_of_status = Prepared(
    lambda status: Ticket.objects.filter(status=status).order_by("-updated_at", "-pk").values_list("pk")[: FEW + 1]
)


def few_of_status(status: int) -> list[int] | None:
    """The ids of all tickets with this status; None when it has more than FEW, so that every order soon meets some."""
    found = [pk for (pk,) in _ids_of_status.rows(status)]
    return found if len(found) <= FEW else None


_ids_of_free = Prepared(
    lambda: (
        Ticket.objects.filter(assignee=None, is_open=True).order_by("-updated_at", "-pk").values_list("pk")[: FEW + 1]
    )
)
# Columns that an index begins with, as sums: no planner finds an index for those.
_SUMS = {
    name: ExpressionWrapper(F(f"{name}_id") + 0, output_field=IntegerField(null=True))
    for name in ("priority", "assignee")
}


def _beside_the_order(rows: TicketQuerySet, found: Q) -> TicketQuerySet:
    """`rows` in the order of work, with this condition, so that the index of that order is followed.

    A condition on the first column of another index tempts SQLite to take that one, or not to trust the order, and to
    sort everything it finds: tens of thousands of rows for one page.
    """
    alone: Any = found.children[0] if len(found.children) == 1 and not found.negated else None
    name, value = alone if isinstance(alone, tuple) else ("", [])
    if name == "priority__in":
        return rows.alias(priority_sum=_SUMS["priority"]).filter(Q(priority_sum__in=value))
    if (name, value) == ("assignee", None) and len(_ids_of_free.rows()) > FEW:
        return rows.alias(assignee_sum=_SUMS["assignee"]).filter(Q(assignee_sum=None))
    return rows.filter(found)


@dataclass(frozen=True)
class Filter:
    """What a list is filtered by, read and checked once; `rows` are its tickets in order."""

    actor: Actor
    sort: Sort
    conditions: tuple[Q, ...]
    text: str | None

    def rows(self) -> QuerySet[Ticket]:
        actor, rows = self.actor, Ticket.objects.visible_to(self.actor)
        is_by_work = self.sort.columns[0].lstrip("-") == "sort_due_at"
        for found in self.conditions:
            rows = _beside_the_order(rows, found) if is_by_work else rows.filter(found)
        if isinstance(self.sort, FieldSort):
            rows = self.sort.prepare(actor, rows)
        rows = rows.order_by(*self.sort.order_by())
        if self.text is None:
            return rows
        # Last: the search looks at the first rows of the finished list to choose its way.
        if actor.works_in_every_department:
            return search.filter_by_text(rows, KIND, self.text, internal=True)
        return search.filter_by_text(rows, KIND, self.text, internal_q=inside_q(actor) if actor.can_work else None)

    def count(self, most: int) -> int:
        """How many rows there are, `most` + 1 where there are more.

        Those of the actor's own departments come first: nobody has to look up who takes part in them.
        """
        rows, own = self.rows().order_by().values("pk"), self.actor.department_ids
        if own and self.text is None and not self.actor.works_in_every_department:
            found = rows.filter(department__in=own)[: most + 1].count()
            if found > most:
                return found
        return rows[: most + 1].count()

    @property
    def key(self) -> Hashable:
        """Equal for lists that ask the database the same; None where that is more than conditions on plain values."""
        if self.text is not None or isinstance(self.sort, FieldSort) or not all(map(_is_plain, self.conditions)):
            return None
        return (self.actor.sight, self.sort.columns, self.conditions)


def _is_plain(condition: Any) -> bool:
    if isinstance(condition, Q):
        return all(map(_is_plain, condition.children))
    if not isinstance(condition, tuple):
        return False  # an expression of its own, such as EXISTS
    value = condition[1]
    return all(one is None or isinstance(one, str | int) for one in (value if isinstance(value, list) else [value]))
