"""Which part of a ticket's history is shown: by whom, what kind of event, which field, in which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import User
from desk import events
from desk.field_changes import FIELDS
from desk.history import Line, describe, ticket_events
from desk.models import Ticket
from desk.sentences import FIELD_NAMES
from flowtic.core.models import Event

NAMES = ("who", "event", "field", "first", "last")
MACHINE = "flowtic"
LOOKED_AT = 500  # newest events whose fields are offered
KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "messages": (
        gettext_lazy("Messages and notes"),
        (
            *(events.CREATED, events.COMMENTED, events.NOTED, events.REDACTED, events.FOLLOWED_UP, events.RATED),
            *(events.SEND_PLANNED, events.SEND_CANCELLED, events.SEND_FAILED),
        ),
    ),
    "status": (
        gettext_lazy("Status"),
        (events.STATUS_CHANGED, events.REOPENED, events.SNOOZED, events.WOKEN),
    ),
    "people": (
        gettext_lazy("Assignment and watchers"),
        (
            *(events.ASSIGNED, events.CLAIMED, events.RELEASED, events.RETURNED, events.NOT_ASSIGNED),
            *(events.DEPARTMENT_CHANGED, events.WATCHER_ADDED, events.WATCHER_REMOVED),
        ),
    ),
    "fields": (gettext_lazy("Fields"), (events.CHANGED, events.MACRO_RUN)),
    "files": (gettext_lazy("Files"), (events.ATTACHED, events.DETACHED)),
    "links": (
        gettext_lazy("Links and merges"),
        (events.LINKED, events.UNLINKED, events.MERGED, events.UNMERGED, events.RECEIVED, events.SPLIT),
    ),
    "work": (
        gettext_lazy("Checklist and time"),
        (
            *(events.CHECKLIST_ADDED, events.CHECKLIST_USED, events.CHECKLIST_TICKED, events.CHECKLIST_OPENED),
            *(events.CHECKLIST_CHANGED, events.CHECKLIST_MOVED, events.CHECKLIST_REMOVED),
            *(events.TIME_ADDED, events.TIME_CHANGED, events.TIME_REMOVED),
        ),
    ),
}
OTHER = "other"
_NAMED = tuple(name for _label, names in KINDS.values() for name in names)
_KIND_CHOICES = [(key, label) for key, (label, _names) in KINDS.items()]
KIND_CHOICES: list[tuple[str, str | Promise]] = [*_KIND_CHOICES, (OTHER, gettext_lazy("Steps and everything else"))]


@dataclass(frozen=True)
class HistoryFilter:
    """What the address says; what it says wrongly counts as nothing."""

    who: str = ""
    event: str = ""
    field: str = ""
    first: date | None = None
    last: date | None = None

    @classmethod
    def of(cls, params: Mapping[str, str]) -> "HistoryFilter":
        who, event, field = (params.get(name, "")[:60] for name in ("who", "event", "field"))
        is_person = who.isascii() and who.isdigit() and len(who) < 19
        return cls(
            who=who if is_person or who == MACHINE else "",
            event=event if event in KINDS or event == OTHER else "",
            field=field if field in FIELD_NAMES or field == FIELDS else "",
            first=_day(params.get("first", "")),
            last=_day(params.get("last", "")),
        )

    @property
    def pairs(self) -> dict[str, str]:
        return {name: str(value) for name in NAMES if (value := getattr(self, name))}

    @property
    def query(self) -> str:
        """For addresses: "&who=7"; '' when everything is shown."""
        return "".join(f"&{urlencode({name: value})}" for name, value in self.pairs.items())

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def apply(self, rows: QuerySet[Event]) -> QuerySet[Event]:
        if self.who:
            rows = rows.filter(actor=None if self.who == MACHINE else int(self.who))
        if self.event == OTHER:
            rows = rows.exclude(name__in=_NAMED)
        elif self.event:
            rows = rows.filter(name__in=KINDS[self.event][1])
        if self.field:
            # The events of one ticket are few, and both databases keep the JSON as it was written.
            rows = rows.annotate(said=Cast("changes", TextField())).filter(said__contains=f'"field": "{self.field}"')
        if self.first:
            rows = rows.filter(created_at__gte=_midnight(self.first))
        return rows.filter(created_at__lt=_midnight(self.last + timedelta(days=1))) if self.last else rows


class History:
    """One page of what happened to a ticket, and what it can be narrowed to."""

    def __init__(self, ticket: Ticket, wanted: HistoryFilter, *, size: int, before: int | None = None) -> None:
        self.ticket, self.wanted, self.size, self.before = ticket, wanted, size, before

    @cached_property
    def _events(self) -> list[Event]:
        return list(self.wanted.apply(ticket_events(self.ticket, before=self.before))[: self.size + 1])

    @property
    def lines(self) -> list[Line]:
        return describe(self._events[: self.size], internal=True)

    @property
    def older(self) -> int | None:
        """From which event on the history goes on; None when all of it is shown."""
        return self._events[self.size - 1].pk if len(self._events) > self.size else None

    @property
    def kinds(self) -> list[tuple[str, str | Promise]]:
        return KIND_CHOICES

    @cached_property
    def people(self) -> list[tuple[str, str]]:
        """Who did anything here; the machine is among them."""
        rows = Event.objects.filter(ticket_id=self.ticket.pk, actor__isnull=False).order_by().values("actor")
        people = User.objects.filter(pk__in=rows).order_by("name", "pk").values_list("pk", "name")
        return [*((str(pk), name) for pk, name in people), (MACHINE, "Flowtic")]

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """What was changed here so far."""
        rows = Event.objects.filter(ticket_id=self.ticket.pk).order_by("-pk").values_list("changes", flat=True)
        there: set[Any] = {part.get("field") for changes in rows[:LOOKED_AT] for part in changes}
        names = {**FIELD_NAMES, FIELDS: gettext_lazy("answers of the form")}
        return [(key, str(label)) for key, label in names.items() if key in there]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
