"""A ticket's way in plain words: what requesters read in the portal and in mails instead of statuses and history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from desk import events
from desk.models import Status, Ticket
from flowtic.core.models import Event

K = Status.Kind
RECEIVED = gettext_lazy("Received")
WORKED_ON = gettext_lazy("Being worked on")
SOLVED = gettext_lazy("Solved")
WORDS: dict[str, str | Promise] = {
    K.NEW: RECEIVED,
    K.PENDING_ASSIGNMENT: RECEIVED,
    K.ASSIGNED: WORKED_ON,
    K.IN_PROGRESS: WORKED_ON,
    K.WAITING_REQUESTER: gettext_lazy("We wait for your answer"),
    K.WAITING_APPROVAL: gettext_lazy("Waiting for approval"),
    K.RESOLVED: SOLVED,
    K.CLOSED: gettext_lazy("Closed"),
    K.REJECTED: gettext_lazy("Declined"),
}
# Kinds that say something new to a requester; the others follow from an assignment.
TOLD_KINDS = (K.IN_PROGRESS, K.WAITING_REQUESTER, K.WAITING_APPROVAL, K.RESOLVED, K.CLOSED, K.REJECTED)
# What a requester may know of the history; everything else stays inside, whatever its event says of itself.
SHOWN_EVENTS = (
    events.ASSIGNED,
    events.CLAIMED,
    events.STATUS_CHANGED,
    events.REOPENED,
    events.DEPARTMENT_CHANGED,
    events.MERGED,
    events.UNMERGED,
    events.FOLLOWED_UP,
)
SENTENCES = {
    events.REOPENED: (gettext_lazy("Reopened"), "undo"),
    events.MERGED: (gettext_lazy("Joined with another ticket"), "merge"),
    events.UNMERGED: (gettext_lazy("Separated from the other ticket again"), "split"),
    events.FOLLOWED_UP: (gettext_lazy("A follow-up was opened"), "reply"),
}


@dataclass(frozen=True)
class PlainState:
    """A status as requesters read it; `{% status_label %}` prints it with the glyph of its kind."""

    kind: str
    name: str


@dataclass(frozen=True)
class Milestone:
    """One station of a ticket: behind us, where it stands, or still to come."""

    name: str
    place: str  # done, current, ahead
    at: datetime | None
    kind: str


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words; `ticket` is the follow-up it speaks of."""

    at: datetime
    text: str
    icon: str
    ticket_id: int | None = None


@dataclass(frozen=True)
class Names:
    """What events name by id or key: people, departments, and the kind of each status."""

    people: Mapping[int, str]
    departments: Mapping[int, str]
    kinds: Mapping[str, str]


def plain_state(status: Status) -> PlainState:
    return PlainState(status.kind, str(WORDS.get(status.kind, status.name)))


def milestones(ticket: Ticket, history: Iterable[Event]) -> list[Milestone]:
    """The stations of the ticket in order. `history`: its events, oldest first."""
    category, state = ticket.status.category, plain_state(ticket.status)
    started, waiting = _beginnings(history)
    received = Milestone(str(RECEIVED), "done", ticket.created_at, K.NEW)
    if category == Status.Category.PENDING_ASSIGNMENT:
        rest = [_ahead(WORKED_ON, K.IN_PROGRESS), _ahead(SOLVED, K.RESOLVED)]
        return [Milestone(str(RECEIVED), "current", ticket.created_at, ticket.status.kind), *rest]
    if category in (Status.Category.ASSIGNED, Status.Category.WAITING):
        since = waiting if category == Status.Category.WAITING else started
        return [received, Milestone(state.name, "current", since, state.kind), _ahead(SOLVED, K.RESOLVED)]
    worked = [Milestone(str(WORKED_ON), "done", started, K.IN_PROGRESS)] if started else []
    if category == Status.Category.RESOLVED:
        return [received, *worked, Milestone(state.name, "current", ticket.resolved_at, state.kind)]
    if _was_solved_before(ticket):
        worked.append(Milestone(str(SOLVED), "done", ticket.resolved_at, K.RESOLVED))
    return [received, *worked, Milestone(state.name, "current", ticket.closed_at, state.kind)]


def lines(history: Iterable[Event], names: Names) -> list[Line]:
    """What happened, as far as a requester may know it."""
    found: list[Line] = []
    for event in history:
        if not event.public or event.name not in SHOWN_EVENTS:
            continue
        text, icon = _sentence(event, names)
        if text and not (found and found[-1].text == text):
            leads_to = event.data.get("ticket") if event.name == events.FOLLOWED_UP else None
            found.append(Line(event.created_at, text, icon, leads_to))
    return found


def _sentence(event: Event, names: Names) -> tuple[str, str]:
    new: Any = event.changes[0]["new"] if event.changes else None
    if event.name in (events.ASSIGNED, events.CLAIMED):
        name = names.people.get(new)
        return (_("%(name)s takes care of it") % {"name": name}, "user") if name else ("", "")
    if event.name == events.DEPARTMENT_CHANGED:
        name = names.departments.get(new)
        return (_("Passed on to %(department)s") % {"department": name}, "route") if name else ("", "")
    if event.name == events.STATUS_CHANGED:
        return _status_sentence(event, str(new), names)
    text, icon = SENTENCES[event.name]
    return str(text), icon


def _status_sentence(event: Event, key: str, names: Names) -> tuple[str, str]:
    kind = names.kinds.get(key, "")
    if kind not in TOLD_KINDS or event.data.get("follows") in (events.MERGED, events.UNMERGED):
        return "", ""
    icon = {K.RESOLVED: "check", K.CLOSED: "check", K.REJECTED: "x"}.get(K(kind), "clock")
    return str(WORDS[kind]), icon


def _beginnings(history: Iterable[Event]) -> tuple[datetime | None, datetime | None]:
    """Since when somebody works on it (again, after a reopening), and when its status changed last."""
    started: datetime | None = None
    changed: datetime | None = None
    for event in history:
        if event.name in (events.ASSIGNED, events.CLAIMED):
            started = started or event.created_at
        elif event.name == events.REOPENED and started:
            started = event.created_at
        elif event.name == events.STATUS_CHANGED:
            changed = event.created_at
    return started, changed


def _ahead(name: str | Promise, kind: str) -> Milestone:
    return Milestone(str(name), "ahead", None, kind)


def _was_solved_before(ticket: Ticket) -> bool:
    """Whether the desk had solved it before it was closed; closing an open ticket sets both times at once."""
    return bool(ticket.resolved_at and ticket.closed_at and ticket.resolved_at < ticket.closed_at)
