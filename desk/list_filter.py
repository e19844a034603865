"""What a list of tickets is filtered by, once the parameters are read."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from desk.field_filters import FieldSort
from desk.models import Ticket
from desk.models.ticket import inside_q
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


@dataclass(frozen=True)
class Filter:
    """What a list is filtered by, read and checked once; `rows` are its tickets in order."""

    actor: Actor
    sort: Sort
    conditions: tuple[Q, ...]
    text: str | None

    def rows(self) -> QuerySet[Ticket]:
        actor, rows = self.actor, Ticket.objects.visible_to(self.actor)
        for found in self.conditions:
            rows = rows.filter(found)
        if isinstance(self.sort, FieldSort):
            rows = self.sort.prepare(actor, rows)
        rows = rows.order_by(*self.sort.order_by())
        if self.text is None:
            return rows
        # Last: the search looks at the first rows of the finished list to choose its way.
        if actor.works_in_every_department:
            return search.filter_by_text(rows, KIND, self.text, internal=True)
        return search.filter_by_text(rows, KIND, self.text, internal_q=inside_q(actor) if actor.can_work else None)

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
