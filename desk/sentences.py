"""The history in words: each event as a sentence in the reader's language, with names instead of keys and ids."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, User
from desk import time_spent
from desk.dispatching.words import names_for, people_in, reason_words
from desk.field_changes import FIELDS, FieldChanges
from desk.models import Priority, RequestType, Status, Ticket, TicketLink
from flowtic.core.events import event_types
from flowtic.core.models import Event
from flowtic.core.prepared import Prepared

FIELD_NAMES: dict[str, str | Promise] = {
    "subject": gettext_lazy("the subject"),
    "priority": gettext_lazy("the priority"),
    "department": gettext_lazy("the department"),
    "assignee": gettext_lazy("the assignee"),
    "requester": gettext_lazy("the requester"),
    "status": gettext_lazy("the status"),
    "tags": gettext_lazy("the tags"),
    "due_at": gettext_lazy("the due date"),
    "kind": gettext_lazy("the kind"),
    "request_type": gettext_lazy("the request type"),
    "rating": gettext_lazy("the rating"),
    "checklist": gettext_lazy("the checklist"),
    "minutes": gettext_lazy("the time spent"),
    "note": gettext_lazy("the note on time spent"),
}
PEOPLE = ("assignee", "requester", "watcher")
# Who machines with a name of their own are, by the beginning of that name ("automation:12").
MachineNames = Callable[[Iterable[str]], dict[str, str]]
_machines: dict[str, MachineNames] = {}
# What other apps' sentences speak of, by the event's name: functions that give the words.
Explanation = Callable[[Event], dict[str, str]]
_explanations: dict[str, Explanation] = {}


def explains(*names: str) -> Callable[[Explanation], Explanation]:
    """Registers the function that finds the words of these events' sentences."""

    def add(function: Explanation) -> Explanation:
        _explanations.update(dict.fromkeys(names, function))
        return function

    return add


def names_machines(prefix: str) -> Callable[[MachineNames], MachineNames]:
    """Registers the function that names machines "<prefix>:…" to people of the desk."""

    def add(function: MachineNames) -> MachineNames:
        _machines[prefix] = function
        return function

    return add


_people = Prepared(lambda ids: User.objects.filter(pk__in=ids).values_list("pk", "name"))


class Names:
    """Names of everything that some events speak of: at most five queries for any number of events, and four more
    where answers of forms changed."""

    def __init__(self, events: Sequence[Event], *, internal: bool = False):
        values: dict[str, set[Any]] = {}
        for event in events:
            for item in event.changes:
                values.setdefault(item["field"], set()).update(v for v in (item["old"], item["new"]) if _hashable(v))
        people = set().union(*(values.get(field, set()) for field in PEOPLE))
        people |= {event.actor_id for event in events if event.actor_id}
        reasons = [event.data["reason"] for event in events if event.data.get("reason")]
        people = people.union(*map(people_in, reasons))
        self.people = dict(_people.among([one for one in people if isinstance(one, int)]))
        self.departments = _names(Department, "pk", values.get("department"))
        self.statuses = _names(Status, "key", values.get("status"))
        self.priorities = _names(Priority, "key", values.get("priority"))
        self.types = _names(RequestType, "key", values.get("request_type"))
        self.reasons = names_for(reasons, self.people)
        self.fields = FieldChanges(events)
        self.machines = _named_machines(events) if internal else {}

    def actor(self, event: Event) -> str:
        if event.actor_id:
            return self.people.get(event.actor_id, "")
        return self.machines.get(event.machine) or _("Flowtic")

    def value(self, field: str, value: Any) -> str:
        """The value as people say it."""
        if value in (None, "", [], {}):
            return "–"
        if field in PEOPLE:
            return self.people.get(value, f"#{value}")
        if field in ("due_at", "snoozed"):
            return date_format(timezone.localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")
        if field == "minutes":
            return time_spent.words(value)
        if field == "rating":
            return _("satisfied") if value == "good" else _("not satisfied")
        if field == "link":
            kind, _space, number = str(value).partition(" ")
            return f"{dict(TicketLink.Kind.choices).get(kind, kind)} {number}"
        if field == "kind":
            return str(dict(Ticket.Kind.choices).get(value, value))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        names: dict[str, dict[Any, str]] = {
            "department": self.departments,
            "status": self.statuses,
            "priority": self.priorities,
            "request_type": self.types,
        }
        return names.get(field, {}).get(value, str(value))


def sentences(events: Sequence[Event], *, internal: bool = False) -> list[str]:
    """One text per event, in the same order; an event with several changed fields says one sentence for each.

    `internal`: for people of the desk, who also read why somebody got the ticket (loads, absences).
    """
    names = Names(events, internal=internal)
    told = [_joined(list(_sentences(event, names)), f"{names.actor(event)} ") for event in events]
    return [text + _why(event, names) for text, event in zip(told, events, strict=True)] if internal else told


def _why(event: Event, names: Names) -> str:
    """In parentheses what the machine chose by; "" where a person chose."""
    reason = event.data.get("reason")
    said = reason_words(reason, names.reasons) if isinstance(reason, dict) else ""
    return f" ({said})" if said else ""


def _joined(parts: list[str], actor: str) -> str:
    """Several changes in one breath: who made them is said once."""
    return "; ".join([parts[0], *(part.removeprefix(actor) for part in parts[1:])])


def _sentences(event: Event, names: Names) -> Iterable[str]:
    kind = event_types().get(event.name)
    pattern = str(kind.sentence) if kind else event.name
    words = {
        "actor": names.actor(event),
        "field": "",
        "old": "–",
        "new": str(event.data.get("number", "–")),
        "subject": str(event.data.get("subject", "")),
    }
    if event.name in _explanations:
        words |= _explanations[event.name](event)
    changes = _changes(event, names)
    if not changes:
        yield pattern % words
    for field, old, new in changes:
        yield pattern % {**words, "field": field, "old": old, "new": new}


def _changes(event: Event, names: Names) -> list[tuple[str, str, str]]:
    """(field, old, new) in words; custom fields one by one instead of the whole object."""
    found: list[tuple[str, str, str]] = []
    for item in event.changes:
        field = item["field"]
        if field == FIELDS:
            found += names.fields.said(event, item)
        else:
            shown = names.value(field, item["old"]), names.value(field, item["new"])
            found.append((str(FIELD_NAMES.get(field, field)), *shown))
    return found


def _names(model: type[Any], key: str, values: set[Any] | None) -> dict[Any, str]:
    wanted = {value for value in values or () if value is not None}
    return {getattr(row, key): row.name for row in model.objects.filter(**{f"{key}__in": wanted})} if wanted else {}


def _hashable(value: Any) -> bool:
    return value is not None and not isinstance(value, list | dict)


def _named_machines(events: Sequence[Event]) -> dict[str, str]:
    found: dict[str, str] = {}
    for prefix, function in _machines.items():
        wanted = {event.machine for event in events if event.machine.startswith(f"{prefix}:")}
        found |= function(sorted(wanted)) if wanted else {}
    return found
