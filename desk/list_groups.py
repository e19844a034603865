"""Groups of the list: the first key of the order, with heads and totals.

By due date in the order of due dates the groups follow each other by themselves. Everything else has to be sorted by
the database, so only lists of at most MAX_SORTED tickets are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk.filter_dates import Days
from desk.models import NO_DUE_DATE, Ticket
from desk.words import Words
from flowtic.core.paging import Sort

MAX_SORTED = 10_000
NAMES: dict[str, str | Promise] = {
    "due": gettext_lazy("Due date"),
    "status": gettext_lazy("Status"),
    "assignee": gettext_lazy("Assignee"),
    "department": gettext_lazy("Department"),
    "priority": gettext_lazy("Priority"),
}
DUE: list[tuple[str, str | Promise, str]] = [
    ("over", gettext_lazy("Overdue"), "danger"),
    ("today", gettext_lazy("Due today"), "warn"),
    ("week", gettext_lazy("This week"), ""),
    ("later", gettext_lazy("Later"), ""),
    ("none", gettext_lazy("Without date"), ""),
]


@dataclass(frozen=True)
class Head:
    """The line above a group; `key` is part of DOM ids, `tone` a colour."""

    key: str
    label: str
    tone: str = ""


@dataclass(frozen=True)
class GroupSort(Sort):
    """An order whose columns already end with the one that breaks ties."""

    def order_by(self) -> list[str]:
        return list(self.columns)


class Groups:
    """The groups by one property. `prepare` and `sort` make the rows come group by group."""

    def __init__(self, name: str, words: Words) -> None:
        self.name, self.words = name, words
        self.days = Days.here() if name == "due" else None

    @property
    def bounds(self) -> list[tuple[str, Q]]:
        """Of due dates: key and condition, in order."""
        days = self.days or Days.here()
        tomorrow, next_week = days.after(1), max(days.next_week, days.after(1))
        return [
            ("over", Q(sort_due_at__lt=days.now)),
            ("today", Q(sort_due_at__lt=tomorrow)),
            ("week", Q(sort_due_at__lt=next_week)),
            ("later", Q(sort_due_at__lt=NO_DUE_DATE)),
        ]

    def follows(self, sort: Sort) -> bool:
        """Whether this order gives the groups by itself."""
        return self.name == "due" and sort.name in ("due", "-due")

    def prepare(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """The rows with the columns of the groups."""
        if self.name == "assignee":
            name = Coalesce(F("assignee__name"), Value(""), output_field=CharField(max_length=200))
            return rows.annotate(group_rank=name, group_key=Coalesce("assignee_id", Value(0)))
        return rows.annotate(group_rank=self._rank)

    def sort(self, sort: Sort) -> Sort:
        columns = ("group_rank", "group_key") if self.name == "assignee" else ("group_rank",)
        return GroupSort(f"{self.name}:{sort.name}", (*columns, *sort.order_by()))

    @property
    def _rank(self) -> Case:
        if self.name == "due":
            whens = [When(condition, then=Value(place)) for place, (_key, condition) in enumerate(self.bounds)]
            return Case(*whens, default=Value(len(whens)), output_field=IntegerField())
        column = f"{self.name}_id"
        whens = [When(**{column: pk, "then": Value(place)}) for place, pk in enumerate(self._order)]
        return Case(*whens, default=Value(len(whens)), output_field=IntegerField())

    @property
    def _order(self) -> list[int]:
        if self.name == "status":
            return [row.pk for row in sorted(self.words.status_rows.values(), key=lambda row: (row.position, row.key))]
        if self.name == "priority":
            return [row.pk for row in self.words.priorities]
        return [row.pk for row in sorted(self.words.department_rows.values(), key=lambda row: row.name.casefold())]

    def head_of(self, ticket: Ticket, people: dict[int, Any]) -> Head:
        """The group a row belongs to."""
        if self.name == "due":
            return self._due_head(self._bucket(ticket.sort_due_at))
        if self.name == "status":
            return Head(str(ticket.status_id), self.words.status_rows[ticket.status_id].name)
        if self.name == "priority":
            return Head(str(ticket.priority_id), self.words.priority_rows[ticket.priority_id].name)
        if self.name == "department":
            return Head(str(ticket.department_id), self.words.department_rows[ticket.department_id].name)
        owner = people.get(ticket.assignee_id) if ticket.assignee_id else None
        return Head(str(ticket.assignee_id or 0), owner.name if owner else _("Unassigned"))

    def _bucket(self, moment: datetime) -> str:
        days = self.days or Days.here()
        if moment < days.now:
            return "over"
        if moment < days.after(1):
            return "today"
        if moment < max(days.next_week, days.after(1)):
            return "week"
        return "later" if moment < NO_DUE_DATE else "none"

    def _due_head(self, key: str) -> Head:
        label, tone = next((label, tone) for name, label, tone in DUE if name == key)
        return Head(key, str(label), tone)

    def totals(self, rows: QuerySet[Ticket]) -> dict[str, int]:
        """How many tickets each group has, by the key of its head; for lists that are not too large to be counted."""
        plain = rows.order_by()
        if self.name != "due":
            counted = plain.values_list(f"{self.name}_id").annotate(number=Count("pk"))
            return {str(key or 0): number for key, number in counted}
        upto = plain.aggregate(
            **{key: Count("pk", filter=condition) for key, condition in self.bounds}, none=Count("pk")
        )
        found, before = {}, 0
        for key in upto:
            found[key], before = upto[key] - before, upto[key]
        return {key: number for key, number in found.items() if number}
