"""The filters of a list in words, and the small form that changes one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desk import filter_dates
from desk.field_filters import Known, is_field
from desk.list_columns import label_of_filter, said
from desk.list_rows import Face
from desk.models import RequestType, Status, Ticket
from desk.ticket_filters import NEGATABLE, NOT, positive
from desk.words import Words

MANY = 2  # values that a chip spells out
PEOPLE = ("assignee", "requester")
LABELS: dict[str, str | Promise] = {
    "status": gettext_lazy("Status"),
    "category": gettext_lazy("Status"),
    "open": gettext_lazy("Status"),
    "department": gettext_lazy("Department"),
    "assignee": gettext_lazy("Assignee"),
    "requester": gettext_lazy("Requester"),
    "priority": gettext_lazy("Priority"),
    "tag": gettext_lazy("Tag"),
    "request_type": gettext_lazy("Request type"),
    "created_after": gettext_lazy("Created from"),
    "created_before": gettext_lazy("Created before"),
    "updated_after": gettext_lazy("Changed since"),
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Changed"),
    "due": gettext_lazy("Due"),
    "kind": gettext_lazy("Kind"),
    "source": gettext_lazy("Source"),
    "language": gettext_lazy("Language"),
    "for_me": gettext_lazy("For me"),
    "snoozed": pgettext_lazy("view", "Put off"),
    "q": gettext_lazy("Search"),
}
FOR_ME: dict[str, str | Promise] = {
    "unread": gettext_lazy("unread"),
    "watching": gettext_lazy("watched"),
    "mentioned": gettext_lazy("mentioned"),
}
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it; `edit` is where it is changed, '' where only the form can."""

    name: str
    label: str
    value: str
    without: str
    edit: str = ""


@dataclass(frozen=True)
class Editor:
    """The form of one filter: options to tick, or a text."""

    name: str
    label: str
    options: Options
    chosen: tuple[str, ...]
    text: str
    negatable: bool
    negative: bool
    single: bool
    people: bool
    kept: list[tuple[str, str]]


class FilterWords:
    """How filters and their values read."""

    def __init__(self, words: Words, known: Mapping[str, Known], people: Mapping[int, Face]) -> None:
        self.words, self.known, self.people = words, known, people

    def label(self, name: str) -> str:
        return label_of_filter(self.known, name) if is_field(name) else str(LABELS[positive(name)])

    def values(self, name: str, values: list[str]) -> str:
        names = [self._name(positive(name), value) for value in values]
        more = len(names) - MANY
        text = ", ".join(names[:MANY]) + (f" +{more}" if more > 0 else "")
        return _("not %(values)s") % {"values": text} if positive(name) != name else text

    def options(self, name: str) -> Options:
        """What can be ticked; none for free texts."""
        choices = self._choices(name)
        return [(key, str(label)) for key, label in choices] if choices else []

    def _choices(self, name: str) -> Iterable[tuple[str, Any]]:
        words = self.words
        if name in ("created", "updated"):
            return [(key, filter_dates.words(key)) for key in filter_dates.PAST]
        found: dict[str, Any] = {
            "status": lambda: [(row.key, row.name) for row in words.statuses],
            "priority": lambda: [(row.key, row.name) for row in words.priorities],
            "department": lambda: [(row.key, row.name) for row in words.departments],
            "request_type": lambda: [(row.key, row.name) for row in RequestType.objects.all()],
            "category": lambda: Status.Category.choices,
            "kind": lambda: Ticket.Kind.choices,
            "source": lambda: Ticket.Source.choices,
            "language": lambda: [("de", _("German")), ("en", _("English")), ("none", _("not known"))],
            "due": lambda: [(key, filter_dates.words(key)) for key in filter_dates.DUE],
            "for_me": FOR_ME.items,
            "snoozed": lambda: [("true", _("yes")), ("false", _("no"))],
            "open": lambda: [("true", _("is open")), ("false", _("is done"))],
            "assignee": lambda: [("me", _("Me")), ("none", _("Nobody"))],
            "requester": lambda: [("me", _("Me"))],
        }
        return list(found[name]()) if name in found else []

    def _name(self, name: str, value: str) -> str:
        if is_field(name):
            return said(self.known, name, value)
        if name in PEOPLE:
            return self._person(value)
        if name in ("created", "updated", "due"):
            return filter_dates.words(value)
        if name == "status":
            rows = self.words.status_rows.values()
            return next((row.name for row in rows if row.key == value), value)
        if name == "department":
            departments = self.words.department_rows.values()
            return next((row.name for row in departments if row.key == value), value)
        return next((label for key, label in self.options(name) if key == value), value)

    def _person(self, value: str) -> str:
        if value in ("me", "none"):
            return _("me") if value == "me" else _("nobody")
        person = self.people.get(int(value)) if is_id(value) else None
        return person.name if person else value


def editor_of(name: str, given: Mapping[str, list[str]], words: FilterWords, kept: list[tuple[str, str]]) -> Editor:
    """The form of the filter `name`, as the list is filtered now."""
    plain = positive(name)
    # Status, its category and "open" are one matter to people: the form offers the statuses.
    field = "status" if plain in ("category", "open") else plain
    negative = f"{field}{NOT}" in given
    values = given.get(f"{field}{NOT}" if negative else field, [])
    options = words.options(field)
    ticked = [key for key, _label in options]
    own = {field, f"{field}{NOT}"} | ({"category", "open"} if field == "status" else set())
    return Editor(
        name=field,
        label=str(LABELS[field]),
        options=options,
        chosen=tuple(value for value in values if value in ticked),
        text=", ".join(value for value in values if value not in ticked),
        negatable=field in NEGATABLE,
        negative=negative,
        single=field in ("created", "updated"),
        people=field in PEOPLE,
        kept=[(key, value) for key, value in kept if key not in own],
    )


def is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19
