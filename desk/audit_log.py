"""The record of everything that happened, for administrators: filters, readable lines, cells for a spreadsheet."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from desk import events
from desk.audit_words import door_words, kind_words, secretless
from desk.commands.redacting import MARK
from desk.models import Ticket
from desk.sentences import Names, sentences
from flowtic.core.csv_cells import harmless
from flowtic.core.errors import BadRequest
from flowtic.core.events import event_types
from flowtic.core.models import Event, EventSeal, Job
from flowtic.core.paging import Page, Sort, page

NEWEST = Sort("newest", ("-created_at",))
PAGE_SIZE = 50
MOST_PEOPLE = 50
MOST_EXPORTED = 50_000
CHECK = "desk.audit_check"


FIELDS: dict[str, str | Promise] = {
    "subject": gettext_lazy("Subject"),
    "priority": gettext_lazy("Priority"),
    "department": gettext_lazy("Department"),
    "assignee": gettext_lazy("Assignee"),
    "requester": gettext_lazy("Requester"),
    "status": gettext_lazy("Status"),
    "tags": gettext_lazy("Tags"),
    "due_at": gettext_lazy("Due"),
    "kind": gettext_lazy("Kind"),
    "request_type": gettext_lazy("Request type"),
    "name": gettext_lazy("Name"),
    "role": gettext_lazy("Role"),
    "departments": gettext_lazy("Departments"),
    "email": gettext_lazy("E-mail"),
}


@dataclass(frozen=True)
class Asked:
    """What the page was asked for, as typed; every part may be empty."""

    who: str = ""
    door: str = ""
    what: str = ""
    first: str = ""
    last: str = ""
    ticket: str = ""
    subject: str = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "Asked":
        names = cls.__dataclass_fields__
        return cls(**{name: str(params.get(name, "")).replace("\0", "").strip()[:100] for name in names})

    @property
    def given(self) -> dict[str, str]:
        """Only what was asked for, for addresses and for the record of an export."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str

    @property
    def label(self) -> str:
        """The field in words; one that only the program knows keeps its name."""
        return str(FIELDS.get(self.field, self.field))


@dataclass(frozen=True)
class Line:
    """One event in words."""

    event: Event
    actor: str
    text: str
    door: str
    subject: str
    changes: list[Change] = field(default_factory=list)
    number: str = ""  # of the ticket
    redacted: bool = False


@dataclass(frozen=True)
class Seals:
    """How far the chain of seals reaches."""

    sealed: int
    sealed_until: dt.datetime | None
    unsealed: int
    last_check: Job | None


def found_events(asked: Asked) -> QuerySet[Event]:
    """The events asked for. Raises BadRequest for a date that is none."""
    rows = Event.objects.select_related("actor")
    if asked.who:
        rows = rows.filter(_by(asked.who))
    if asked.door:
        rows = rows.filter(via=asked.door)
    if asked.what:
        rows = rows.filter(name=asked.what) if "." in asked.what else rows.filter(name__startswith=f"{asked.what}.")
    if asked.first:
        rows = rows.filter(created_at__gte=_midnight(asked.first, "first"))
    if asked.last:
        rows = rows.filter(created_at__lt=_midnight(asked.last, "last", 1))
    if asked.ticket:
        ticket = Ticket.objects.filter(number=asked.ticket.upper()).values_list("pk", flat=True).first()
        rows = rows.filter(ticket_id=ticket if ticket is not None else -1)
    return rows.filter(_about(asked.subject)) if asked.subject else rows


def _by(who: str) -> Q:
    """People by name or address, and parts of the machine by their name."""
    people = User.objects.filter(Q(name__icontains=who) | Q(email__icontains=who.lower()))
    ids = list(people.order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])
    return Q(actor__in=ids) | Q(machine__icontains=who)


def _about(subject: str) -> Q:
    """A kind of object (`status`, `desk.status`), optionally with its number (`status 4`)."""
    kind, _space, number = subject.lower().replace("#", " ").partition(" ")
    about = Q(subject_type=kind) if "." in kind else Q(subject_type__endswith=f".{kind}")
    return about & Q(subject_id=int(number)) if number.strip().isdecimal() and len(number) < 18 else about


def _midnight(text: str, name: str, later: int = 0) -> dt.datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 9000:
        raise BadRequest(_("Write dates as 2026-11-21."), fields={name: _("not valid")})
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=later), dt.time()))


def audit_page(asked: Asked, cursor: str) -> tuple[Page[Event], list[Line]]:
    """One page, the newest first; a fixed number of queries."""
    found = page(found_events(asked), NEWEST, cursor=cursor, limit=PAGE_SIZE)
    return found, lines(found.rows)


def lines(rows: Sequence[Event]) -> list[Line]:
    names = Names(rows)
    ids = {row.ticket_id for row in rows if row.ticket_id}
    numbers = dict(Ticket.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}
    said = sentences(rows, internal=True)
    return [_line(row, text, names, numbers) for row, text in zip(rows, said, strict=True)]


def _line(row: Event, text: str, names: Names, numbers: Mapping[int, str]) -> Line:
    actor = names.actor(row)
    if row.machine and not row.actor_id:
        actor = f"{actor} ({row.machine})"
    changes = [
        Change(
            item["field"],
            secretless(item["field"], names.value(item["field"], item["old"])),
            secretless(item["field"], names.value(item["field"], item["new"])),
        )
        for item in row.changes
    ]
    redacted = row.name == events.REDACTED or MARK in f"{row.changes}{row.data}"
    return Line(
        event=row,
        actor=actor,
        text=text,
        door=door_words(row.via),
        subject=kind_words(row.subject_type, row.subject_id),
        changes=changes,
        number=numbers.get(row.ticket_id or 0, ""),
        redacted=redacted,
    )


def csv_rows(asked: Asked) -> Iterator[list[str]]:
    """For a spreadsheet: at most 50,000 rows, the newest first, texts that cannot calculate."""
    yield [
        *(_("Number"), _("Time"), _("Who"), _("Door"), _("Event"), _("Ticket"), _("Object")),
        *(_("What happened"), _("Old and new values"), _("Request")),
    ]
    rows = found_events(asked).order_by(*NEWEST.order_by())[:MOST_EXPORTED]
    for batch in _batches(rows.iterator(chunk_size=500), 500):
        for line in lines(batch):
            yield [
                str(line.event.pk),
                line.event.created_at.isoformat(timespec="seconds"),
                *map(harmless, _cells(line)),
            ]


def _cells(line: Line) -> Iterable[str]:
    changes = "; ".join(f"{item.field}: {item.old} → {item.new}" for item in line.changes)
    return (
        *(line.actor, line.door, line.event.name, line.number, line.subject),
        *(line.text, changes, line.event.request_id),
    )


def _batches(rows: Iterator[Event], size: int) -> Iterator[list[Event]]:
    batch: list[Event] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def seals() -> Seals:
    """Four queries, none of which reads the chain: that is the job's affair."""
    last = EventSeal.objects.order_by("-seq").first()
    newest = Event.objects.aggregate(newest=Max("pk"))["newest"] or 0
    until = None
    if last is not None:
        until = Event.objects.filter(pk=last.event_id).aggregate(at=Min("created_at"))["at"]
    open_end = Event.objects.filter(pk__gt=last.event_id if last else 0, pk__lte=newest).count()
    check = Job.objects.filter(kind=CHECK).order_by("-pk").first()
    return Seals(last.seq if last else 0, until, open_end, check)


def event_names() -> list[tuple[str, list[str]]]:
    """The names for the filter, by noun."""
    found: dict[str, list[str]] = {}
    for name in sorted(event_types()):
        found.setdefault(name.partition(".")[0], []).append(name)
    return list(found.items())
