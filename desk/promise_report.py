"""Kept and broken promises by month, department, rule and kind, from what each promise stores of its end."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Department
from desk.models import Promise, SlaPolicy
from flowtic.core.actor import Actor

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
MOST_ROWS = 5000
# A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Asked:
    """What the report is to count: months from and until (2026-11), and optionally one department, rule, kind."""

    first: str
    last: str
    department: str = ""
    policy: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Line:
    month: str
    department: str
    policy: str
    kind: str
    kept: int
    broken: int

    @property
    def share(self) -> float:
        """Per cent that were kept."""
        return round(100 * self.kept / (self.kept + self.broken), 1)


def promise_report(actor: Actor, asked: Asked) -> list[Line]:
    """One line per month, department, rule and kind, the latest month first; three queries.

    Counted are promises that ended in time (month of the end) and broken ones, open or ended (month of the due date).
    Cancelled ones count only when they were broken before.
    """
    rows = Promise.objects.reported_to(actor).filter(month__gte=asked.first, month__lte=asked.last)
    if asked.department:
        rows = rows.filter(department__key=asked.department)
    if asked.policy:
        rows = rows.filter(policy__key=asked.policy)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    grouped = rows.values("month", "department", "policy", "kind").annotate(
        kept=Count("pk", filter=Q(breached=False)), broken=Count("pk", filter=Q(breached=True))
    )
    found = list(grouped.order_by("-month", "department", "policy", "kind")[:MOST_ROWS])
    departments = Department.objects.in_bulk({row["department"] for row in found})
    policies = SlaPolicy.objects.in_bulk({row["policy"] for row in found})
    kinds = dict(Promise.Kind.choices)
    return [
        Line(
            row["month"],
            departments[row["department"]].name,
            policies[row["policy"]].name,
            str(kinds[row["kind"]]),
            row["kept"],
            row["broken"],
        )
        for row in found
    ]


def totals(lines: Iterable[Line]) -> tuple[int, int]:
    """Kept and broken of all lines."""
    rows = list(lines)
    return sum(row.kept for row in rows), sum(row.broken for row in rows)


def csv_rows(lines: Iterable[Line]) -> Iterator[list[str]]:
    """Head and lines for a spreadsheet."""
    yield [_("Month"), _("Department"), _("Rule"), _("Promise"), _("Kept"), _("Broken"), _("Kept in %")]
    for row in lines:
        texts = [row.month, row.department, row.policy, row.kind]
        yield [*map(_harmless, texts), str(row.kept), str(row.broken), str(row.share)]


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
