"""Ratings as pages show them: the one of a ticket's last closing, and the figures by department."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department
from desk.models import Rating, Ticket
from desk.models.rating import rating_ends
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.csv_cells import harmless

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
VOICES = 100  # the newest ones with words


@dataclass(frozen=True)
class Line:
    """One department of the report."""

    department: str
    good: int
    bad: int

    @property
    def number(self) -> int:
        return self.good + self.bad

    @property
    def share(self) -> int:
        """Per cent of the ratings that are good."""
        return round(100 * self.good / self.number) if self.number else 0


@dataclass(frozen=True)
class Report:
    lines: list[Line]
    whole: Line
    voices: list[Rating]


def rating_of(ticket: Ticket) -> Rating | None:
    """What the requester said of the last closing."""
    if ticket.closed_at is None:
        return None
    return Rating.objects.filter(ticket=ticket, closed_at=ticket.closed_at).first()


def open_until(actor: Actor, ticket: Ticket) -> datetime | None:
    """Until when the actor may rate the ticket; None when there is nothing to rate, or nothing any more."""
    if ticket.closed_at is None or ticket.merged_into_id or not actor.is_person:
        return None
    until = rating_ends(ticket.closed_at)
    return until if ticket.requester_id == actor.user.pk and clock.now() <= until else None


def satisfaction(actor: Actor, first: str, last: str, department: str = "") -> Report:
    """Closings from the month `first` to the month `last` (2026-11), by department; three queries."""
    rows = _asked(actor, first, last, department)
    counted = (
        rows.order_by()
        .values("department")
        .annotate(satisfied=Count("pk", filter=Q(good=True)), other=Count("pk", filter=Q(good=False)))
    )
    found = list(counted)
    names = Department.objects.in_bulk({row["department"] for row in found})
    lines = [Line(names[row["department"]].name, row["satisfied"], row["other"]) for row in found]
    whole = Line("", sum(line.good for line in lines), sum(line.bad for line in lines))
    voices = rows.exclude(words="").select_related("ticket", "department", "person").order_by("-closed_at", "-pk")
    return Report(sorted(lines, key=lambda line: line.department), whole, list(voices[:VOICES]))


def csv_rows(actor: Actor, first: str, last: str, department: str = "") -> Iterator[list[str]]:
    """Every rating for a spreadsheet, the newest first."""
    yield [_("Closed"), _("Ticket"), _("Department"), _("Satisfied"), _("Words")]
    rows = _asked(actor, first, last, department).select_related("ticket", "department")
    for row in rows.order_by("-closed_at", "-pk").iterator(chunk_size=1000):
        day = timezone.localtime(row.closed_at).date().isoformat()
        said = _("yes") if row.good else _("no")
        yield [day, row.ticket.number, harmless(row.department.name), said, harmless(row.words)]


def _asked(actor: Actor, first: str, last: str, department: str) -> QuerySet[Rating]:
    rows = Rating.objects.reported_to(actor).filter(closed_at__gte=_start(first), closed_at__lt=_start(last, 1))
    return rows.filter(department__key=department) if department else rows


def _start(month: str, later: int = 0) -> datetime:
    """Midnight of its first day where the reader is; `later` months after that."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + later
    return timezone.make_aware(datetime(count // 12, count % 12 + 1, 1))  # noqa: DTZ001
