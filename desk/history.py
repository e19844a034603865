"""The history of a ticket, ready to be drawn: who did what, when, and through which door."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import events
from desk.models import Ticket
from desk.sentences import sentences
from flowtic.core.models import Event

ICONS = {
    events.CREATED: "plus",
    events.COMMENTED: "reply",
    events.NOTED: "lock",
    events.ASSIGNED: "user",
    events.CLAIMED: "user",
    events.RELEASED: "undo",
    events.RETURNED: "undo",
    events.NOT_ASSIGNED: "users",
    events.STATUS_CHANGED: "flow",
    events.REOPENED: "undo",
    events.DEPARTMENT_CHANGED: "building",
    events.WATCHER_ADDED: "eye",
    events.WATCHER_REMOVED: "eye",
    events.LINKED: "link",
    events.UNLINKED: "link",
    events.MERGED: "merge",
    events.RECEIVED: "merge",
    events.UNMERGED: "split",
    events.SPLIT: "split",
    events.ATTACHED: "clip",
    events.DETACHED: "clip",
    events.FOLLOWED_UP: "reply",
    events.RATED: "star",
    events.SEND_PLANNED: "clock",
    events.SEND_CANCELLED: "undo",
    events.SEND_FAILED: "alert",
    events.REDACTED: "eye",
    events.PROMISE_WARNED: "clock",
    events.SNOOZED: "clock",
    events.WOKEN: "clock",
    events.PROMISE_BROKEN: "alert",
    events.CHECKLIST_ADDED: "check",
    events.CHECKLIST_USED: "check",
    events.CHECKLIST_TICKED: "check",
    events.CHECKLIST_OPENED: "check",
    events.CHECKLIST_CHANGED: "check",
    events.CHECKLIST_MOVED: "check",
    events.CHECKLIST_REMOVED: "check",
    events.TIME_ADDED: "clock",
    events.TIME_CHANGED: "clock",
    events.TIME_REMOVED: "clock",
}
# Doors worth a word: everybody comes through the pages.
DOORS: dict[str, str | Promise] = {
    "api": gettext_lazy("API"),
    "email": gettext_lazy("e-mail"),
    "mcp": gettext_lazy("assistant"),
    "admin": gettext_lazy("administration"),
    "cli": gettext_lazy("import"),
}


def draw(icons: Mapping[str, str]) -> None:
    """Icons for the events of another app, by event name."""
    ICONS.update(icons)


@dataclass(frozen=True)
class Line:
    """One event in words. `text` is what follows the actor's name, or all of it where the sentence begins otherwise."""

    pk: int
    name: str
    at: datetime
    actor: str
    text: str
    icon: str
    door: str
    is_consequence: bool  # a mere result of the event before it

    is_message = False


def events_among(tickets: Collection[int]) -> QuerySet[Event]:
    return Event.objects.filter(ticket_id__in=tickets).select_related("actor").order_by("-pk")


def ticket_events(ticket: Ticket, *, before: int | None = None) -> QuerySet[Event]:
    """Events of the ticket, the newest first; `before`: only those older than this one."""
    found = events_among([ticket.pk])
    return found if before is None else found.filter(pk__lt=before)


def describe(history: Sequence[Event], *, internal: bool) -> list[Line]:
    """One line per event in the same order, in the reader's language, in a fixed number of queries.

    internal=False leaves out what is not for the requester.
    """
    told = [event for event in history if internal or event.public]
    return [_line(event, text) for event, text in zip(told, sentences(told, internal=internal), strict=True)]


def _line(event: Event, text: str) -> Line:
    actor = event.actor.name if event.actor_id and event.actor else _("Flowtic")
    leads = text.startswith(f"{actor} ")
    return Line(
        pk=event.pk,
        name=event.name,
        at=event.created_at,
        actor=actor if leads else "",
        text=text[len(actor) :] if leads else text,
        icon=ICONS.get(event.name, "pen"),
        door=str(DOORS.get(event.via, "")),
        is_consequence=bool(event.data.get("follows")),
    )
