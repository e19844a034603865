"""The palette (Ctrl K): what can be done and where one can go, ranked against a few typed words in either language."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk.list_views import offered
from desk.models import Ticket, TicketVisit
from desk.ticket_page import TicketPage
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.shell import NavLink

COMMANDS = 8  # rows at most, of each kind
RECENT = 8
ONLY_COMMANDS = ">"
# Words between a verb and its object in both languages: "assign to Anna", "zuweisen an Anna".
_SMALL = frozenset(["to", "an", "auf", "zu", "the", "der", "die", "das", "for", "fuer"])
_SPECIAL = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"#?(?:([0-9]{1,9})|([A-Za-z]{1,10}-[0-9]{4}-[0-9]{1,12}))", re.ASCII)
_YEARS = 3  # how far back the end of a number is looked for


@dataclass(frozen=True)
class Choice:
    """One row. With `field` it is sent as a change to `url`, without it is a place to go to."""

    key: str
    label: str
    url: str
    icon: str = "play"
    words: str = ""  # what else it is found by, in both languages
    field: str = ""
    value: str = ""
    lead: str = ""
    person: Any = None
    status: Any = None
    shortcut: str = ""
    press: str = ""  # the key of what the ticket's page offers for it; elsewhere the address is gone to


def folded(text: str) -> list[str]:
    """The words of a text without case and marks: "Prioritaet" and "Priorität" are the same."""
    lowered = unicodedata.normalize("NFKD", text.casefold().translate(_SPECIAL))
    return _WORD.findall("".join(sign for sign in lowered if not unicodedata.combining(sign)))


def matching(choices: Iterable[Choice], text: str, *, limit: int = COMMANDS) -> list[Choice]:
    """The choices of which every typed word begins a word; what is said in the label itself comes first."""
    asked = [word for word in folded(text) if word not in _SMALL]
    if not asked:
        return []
    found = []
    for place, choice in enumerate(choices):
        label = folded(choice.label)
        everything = [*label, *folded(choice.words)]
        if all(any(word.startswith(part) for word in everything) for part in asked):
            missed = sum(not any(word.startswith(part) for word in label) for part in asked)
            found.append((missed, place, choice))
    return [choice for _missed, _place, choice in sorted(found, key=lambda row: row[:2])[:limit]]


class Palette:
    """What one look at the palette shows. `ticket`: the one on the page, if the actor works it."""

    def __init__(self, actor: Actor, text: str, ticket: Ticket | None, places: Sequence[NavLink]) -> None:
        self.actor, self.typed, self.ticket, self._places = actor, text.strip(), ticket, places

    @property
    def commands_only(self) -> bool:
        return self.typed.startswith(ONLY_COMMANDS)

    @property
    def text(self) -> str:
        return self.typed.removeprefix(ONLY_COMMANDS).strip()

    @cached_property
    def numbers(self) -> list[Choice]:
        """The tickets whose number was typed: whole, or only its end ("123" is FT-2026-000123)."""
        typed = _NUMBER.fullmatch(self.text)
        if typed is None or self.commands_only:
            return []
        rows = Ticket.objects.visible_to(self.actor).select_related("status").order_by("-number")
        return [_to(row) for row in rows.filter(number__in=_meant(typed))[:3]]

    @cached_property
    def commands(self) -> list[Choice]:
        everything = [*self._of_ticket(), *self._general()]
        if not self.text:
            return everything[:COMMANDS] if self.commands_only or self.ticket else []
        return matching(everything, self.text)

    @cached_property
    def places(self) -> list[Choice]:
        """Pages of the menu and saved views."""
        if self.commands_only:
            return []
        rows = [
            Choice(f"go-{link.key}", str(link.label), link.url, link.icon, shortcut=link.shortcut)
            for link in self._places
        ]
        if not self.text:
            return rows[:5]
        shown, hidden = offered(self.actor)
        views = [
            Choice(f"view-{view.key}", view.label, view.url, "filter", "view ansicht") for view in [*shown, *hidden]
        ]
        return matching([*rows, *views], self.text, limit=5)

    @cached_property
    def recent(self) -> list[Choice]:
        """The tickets looked at last."""
        if self.text or self.commands_only:
            return []
        rows = TicketVisit.objects.filter(person=self.actor.user).order_by("-seen_at").values_list("ticket", flat=True)
        ids = list(rows[: RECENT + 1])
        seen = Ticket.objects.visible_to(self.actor).select_related("status").in_bulk(ids)
        here = self.ticket.pk if self.ticket else None
        return [_to(seen[pk]) for pk in ids if pk in seen and pk != here][:RECENT]

    def _of_ticket(self) -> Iterator[Choice]:
        if self.ticket is None:
            return
        view, number = TicketPage(self.actor, self.ticket), self.ticket.number
        if view.may_claim:
            url = reverse("desk:ticket_claim", args=[number])
            yield Choice("claim", _("Claim the ticket"), url, "user", "take übernehmen nehmen mir", "claim", "1")
        yield from _statuses(view, number)
        if view.may_edit:
            yield from _priorities(view, number)
            yield from _departments(view, number)
        yield from _owners(view, number)
        yield from _keys(view)

    def _general(self) -> Iterator[Choice]:
        made = (
            ("new", _("New ticket"), "desk:ticket_new", "plus", "create neu anlegen erstellen"),
            ("me", _("Profile"), "accounts:profile", "user", "me settings einstellungen ich profil"),
            ("notifications", _("Notifications"), "accounts:notifications", "bell", "bell news neues glocke"),
            ("keys", _("Keyboard shortcuts"), "accounts:shortcuts", "keyboard", "keys hotkeys tasten kürzel"),
            ("logout", _("Log out"), "account_logout", "logout", "sign out abmelden ausloggen"),
        )
        for key, label, name, icon, words in made:
            if url := _address(name):
                yield Choice(f"do-{key}", label, url, icon, words)


def _statuses(view: TicketPage, number: str) -> Iterator[Choice]:
    for status in view.targets:
        yield Choice(
            f"status-{status.key}",
            _("Status: %(name)s") % {"name": status.name},
            reverse("desk:ticket_status", args=[number]),
            "check",
            f"status set setzen {status.name_de} {status.name_en}",
            "status",
            status.key,
            status=status,
        )


def _priorities(view: TicketPage, number: str) -> Iterator[Choice]:
    for priority in view.priorities:
        if priority.pk != view.ticket.priority_id:
            yield Choice(
                f"priority-{priority.key}",
                _("Priority: %(name)s") % {"name": priority.name},
                reverse("desk:ticket_priority", args=[number]),
                "flag",
                f"priority priorität prio {priority.name_de} {priority.name_en}",
                "priority",
                priority.key,
            )


def _departments(view: TicketPage, number: str) -> Iterator[Choice]:
    for department in view.departments:
        if department.pk != view.ticket.department_id:
            yield Choice(
                f"department-{department.key}",
                _("Department: %(name)s") % {"name": department.name},
                reverse("desk:ticket_department", args=[number]),
                "building",
                f"department abteilung move hand verschieben {department.name_de} {department.name_en}",
                "department",
                department.key,
            )


def _owners(view: TicketPage, number: str) -> Iterator[Choice]:
    url = reverse("desk:ticket_assignment", args=[number])
    if view.may_release:
        yield Choice("release", _("Release"), url, "undo", "release zurückgeben free unassign", "assignee", "")
    for person in view.assignees:
        if person.pk != view.ticket.assignee_id:
            label = _("Assign to %(name)s") % {"name": person.name}
            words = f"assign zuweisen give geben {person.email or ''}"
            yield Choice(f"assign-{person.pk}", label, url, "user", words, "assignee", str(person.pk), person=person)


def _keys(view: TicketPage) -> Iterator[Choice]:
    """What a key opens on the ticket's page, because there is more to say or to choose."""
    made = [
        ("r", pgettext("button", "Reply"), "reply", "answer antworten schreiben"),
        ("n", _("Internal note"), "lock", "note comment notiz kommentar"),
    ]
    if view.may_edit and view.ticket.is_open:
        made.append(("h", _("Put off"), "clock", "snooze later zurückstellen später wiedervorlage"))
    if view.may_edit:
        made.append(("m", _("Macros"), "bolt", "macro makro"))
    watch = _("Stop watching") if view.is_watching else _("Watch")
    made.append(("w", watch, "eye", "watch follow beobachten folgen"))
    address = view.ticket.get_absolute_url()
    for key, label, icon, words in made:
        yield Choice(f"press-{key}", label, address, icon, words, shortcut=key, press=key)


def _meant(typed: re.Match[str]) -> list[str]:
    if typed[2]:
        return [typed[2].upper()]
    prefix, year = settings.FLOWTIC_NUMBER_PREFIX, clock.now().year
    return [f"{prefix}-{year - back}-{int(typed[1]):06d}" for back in range(_YEARS)]


def _to(ticket: Ticket) -> Choice:
    return Choice(
        f"ticket-{ticket.pk}",
        ticket.subject,
        ticket.get_absolute_url(),
        "ticket",
        lead=ticket.number,
        status=ticket.status,
    )


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
