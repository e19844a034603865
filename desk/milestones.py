"""A ticket's way in plain words: what requesters read in the portal and in mails instead of statuses and history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

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


def plain_state(status: Status) -> PlainState:
    return PlainState(status.kind, str(WORDS.get(status.kind, status.name)))


def milestones(ticket: Ticket, history: Iterable[Event]) -> list[Milestone]:
    """The stations of the ticket in order. `history`: its events, oldest first."""
    category, state = ticket.status.category, plain_state(ticket.status)
    started = next((event.created_at for event in history if event.name in (events.ASSIGNED, events.CLAIMED)), None)
    received = Milestone(str(RECEIVED), "done", ticket.created_at, K.NEW)
    if category == Status.Category.PENDING_ASSIGNMENT:
        rest = [_ahead(WORKED_ON, K.IN_PROGRESS), _ahead(SOLVED, K.RESOLVED)]
        return [Milestone(str(RECEIVED), "current", ticket.created_at, ticket.status.kind), *rest]
    if category in (Status.Category.ASSIGNED, Status.Category.WAITING):
        return [received, Milestone(state.name, "current", started, state.kind), _ahead(SOLVED, K.RESOLVED)]
    worked = [Milestone(str(WORKED_ON), "done", started, K.IN_PROGRESS)] if started else []
    if category == Status.Category.RESOLVED:
        return [received, *worked, Milestone(state.name, "current", ticket.resolved_at, state.kind)]
    if _was_solved_before(ticket):
        worked.append(Milestone(str(SOLVED), "done", ticket.resolved_at, K.RESOLVED))
    return [received, *worked, Milestone(state.name, "current", ticket.closed_at, state.kind)]


def lines(history: Iterable[Event], *, people: Mapping[int, str], departments: Mapping[int, str], kinds: Mapping[str, str]) -> list[Line]:
    """What happened, as a requester may know it. The mappings give names of people and departments by id, kinds by status key."""
    found: list[Line] = []
    for event in history:
        if not event.public or event.name not in SHOWN_EVENTS:
            continue
        text, icon = _sentence(event, people, departments, kinds)
        if text and not (found and found[-1].text == text):
            found.append(Line(event.created_at, text, icon, event.data.get("ticket")))
    return found


def _sentence(
    event: Event, people: Mapping[int, str], departments: Mapping[int, str], kinds: Mapping[str, str]
) -> tuple[str, str]:
    new = event.changes[0]["new"] if event.changes else None
    if event.name in (events.ASSIGNED, events.CLAIMED):
        return (_("%(name)s takes care of it") % {"name": people[new]}, "user") if new in people else ("", "")
    if event.name == events.DEPARTMENT_CHANGED:
        return (_("Passed on to %(department)s") % {"department": departments[new]}, "route") if new in departments else ("", "")
    if event.name == events.REOPENED:
        return _("Reopened"), "undo"
    if event.name == events.MERGED:
        return _("Joined with another ticket"), "merge"
    if event.name == events.UNMERGED:
        return _("Separated from the other ticket again"), "split"
    if event.name == events.FOLLOWED_UP:
        return _("A follow-up was opened"), "reply"
    return _status_sentence(event, str(new), kinds)


def _status_sentence(event: Event, key: str, kinds: Mapping[str, str]) -> tuple[str, str]:
    kind = kinds.get(key, "")
    if kind not in TOLD_KINDS or event.data.get("follows") in (events.MERGED, events.UNMERGED):
        return "", ""
    icon = {K.RESOLVED: "check", K.CLOSED: "check", K.REJECTED: "x"}.get(K(kind), "clock")
    return str(WORDS[kind]), icon


def _ahead(name: str | Promise, kind: str) -> Milestone:
    return Milestone(str(name), "ahead", None, kind)


def _was_solved_before(ticket: Ticket) -> bool:
    """Whether the desk had solved it before it was closed; closing an open ticket sets both times at once."""
    return bool(ticket.resolved_at and ticket.closed_at and ticket.resolved_at < ticket.closed_at)

