"""Lengths of work as people write and read them, and the figures of who spent how much."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from desk.models import Ticket, TimeEntry
from flowtic.core.actor import Actor
from flowtic.core.csv_cells import harmless
from flowtic.core.errors import Invalid

HINT = gettext_lazy("Write for example 1h 30, 90m, 1:30 or 1.5h; a number alone means minutes.")
_CLOCK = re.compile(r"(?P<h>[0-9]{1,3}):(?P<m>[0-5][0-9])")
_PARTS = re.compile(
    r"(?:(?P<h>[0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*(?:h|hrs?|hours?|std\.?|stunden?))?"
    r"\s*(?:(?P<m>[0-9]{1,4})\s*(?:m|mins?|min\.|minutes?|minuten?)?)?",
    re.IGNORECASE,
)
BY: dict[str, str | Promise] = {
    "person": gettext_lazy("Person"),
    "department": gettext_lazy("Department"),
    "month": gettext_lazy("Month"),
}


def parse(text: str) -> int:
    """Minutes of "1h 30", "90m", "1:30", "1.5 h" or "45". Raises Invalid for `minutes`."""
    text = text.strip()
    found = _CLOCK.fullmatch(text) or _PARTS.fullmatch(text)
    if not text or found is None or not (found["h"] or found["m"]):
        raise Invalid(str(HINT), fields={"minutes": str(HINT)})
    hours = float((found["h"] or "0").replace(",", "."))
    return round(hours * 60) + int(found["m"] or 0)


def words(minutes: int | None) -> str:
    """1 h 30 min"""
    hours, rest = divmod(minutes or 0, 60)
    parts = [_("%(n)d h") % {"n": hours} if hours else "", _("%(n)d min") % {"n": rest} if rest or not hours else ""]
    return " ".join(part for part in parts if part)


def entries_of(ticket: Ticket) -> list[TimeEntry]:
    """The newest day first."""
    return list(TimeEntry.objects.filter(ticket=ticket).select_related("person").order_by("-day", "-pk"))


# ---- report --------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One person, department or month of the report."""

    name: str
    minutes: int
    entries: int
    tickets: int

    @property
    def spent(self) -> str:
        return words(self.minutes)


@dataclass(frozen=True)
class Asked:
    """What the report is about; both days belong to it."""

    first: date
    last: date
    by: str = "person"
    department: str = ""
    person: str = ""


def report(actor: Actor, asked: Asked) -> list[Line]:
    """The most time first, months in their order."""
    rows = _asked(actor, asked).order_by()
    keys = {"person": ("person",), "department": ("department",), "month": ("day__year", "day__month")}[asked.by]
    counted = rows.values_list(*keys).annotate(
        minutes=Sum("minutes"), entries=Count("pk"), tickets=Count("ticket", distinct=True)
    )
    found = [(tuple(row[: len(keys)]), *row[len(keys) :]) for row in counted]
    names = _names(asked.by, [row[0] for row in found])
    ordered = sorted(found) if asked.by == "month" else sorted(found, key=lambda row: (-row[1], names[row[0]]))
    return [Line(names[key], minutes, entries, tickets) for key, minutes, entries, tickets in ordered]


def whole(actor: Actor, asked: Asked) -> Line:
    found = _asked(actor, asked).aggregate(
        minutes=Sum("minutes"), entries=Count("pk"), tickets=Count("ticket", distinct=True)
    )
    return Line("", found["minutes"] or 0, found["entries"], found["tickets"])


def people(actor: Actor) -> list[User]:
    """Whose time the actor's reports are about."""
    rows = TimeEntry.objects.reported_to(actor).order_by().values("person")
    return list(User.objects.filter(pk__in=rows).order_by("name", "pk")[:500])


def csv_rows(actor: Actor, asked: Asked) -> Iterator[list[str]]:
    """Every entry for a spreadsheet, in order of time."""
    yield [_("Day"), _("Ticket"), _("Department"), _("Person"), _("Minutes"), _("Hours"), _("Requester"), _("Note")]
    rows = _asked(actor, asked).select_related("ticket__requester", "department", "person").order_by("day", "pk")
    for row in rows.iterator(chunk_size=1000):
        yield [
            row.day.isoformat(),
            row.ticket.number,
            harmless(row.department.name),
            harmless(row.person.name),
            str(row.minutes),
            f"{row.minutes / 60:.2f}",
            harmless(row.ticket.requester.name),
            harmless(row.note),
        ]


def _asked(actor: Actor, asked: Asked) -> QuerySet[TimeEntry]:
    rows = TimeEntry.objects.reported_to(actor).filter(day__gte=asked.first, day__lte=asked.last)
    if asked.department:
        rows = rows.filter(department__key=asked.department)
    return rows.filter(person=int(asked.person)) if asked.person else rows


def _names(by: str, keys: list[tuple[int, ...]]) -> dict[tuple[int, ...], str]:
    if by == "month":
        return {key: date_format(date(key[0], key[1], 1), "F Y") for key in keys}
    model = User if by == "person" else Department
    rows = model._default_manager.in_bulk({key[0] for key in keys})
    return {key: rows[key[0]].name for key in keys}
