"""Who is told of what happens to a ticket, why, and by which channel. Nothing is sent or written here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from accounts.events import PERSON_CREATED
from accounts.models import Membership, User
from accounts.notify import Channel, Wishes
from desk import events
from desk.models import Participant, Status, Ticket
from flowtic.core.actor import Actor
from flowtic.core.models import Event


class Reason(TextChoices):
    """Why somebody is told; mails and notifications say it."""

    MENTION = "mention"
    RECEIPT = "receipt"
    REQUESTER = "requester"
    ASSIGNEE = "assignee"
    WATCHER = "watcher"
    LEAD = "lead"
    CLAIMABLE = "claimable"
    # Told by workflows.
    STEP = "step"
    APPROVAL = "approval"
    RULE = "rule"


# Automatic mails in one hour; what goes beyond is written down and not sent. Two machines that answer each other
# stop here.
HOURLY_LIMITS = {
    "receipt": 5,  # receipts to one address
    "contact": 20,  # to one address of somebody without an account
    "person": 100,  # to one address of somebody with an account
    "receipts_to_contacts": 20,  # receipts to all addresses that nobody has proved, together
}
# Addresses that nobody has proved yet: such people get what the desk writes to them, and nothing that others wrote.
UNPROVED = (User.State.CONTACT, User.State.UNVERIFIED, User.State.PENDING)
TOLD_STATUSES = (Status.Category.WAITING, Status.Category.RESOLVED, Status.Category.CLOSED)


@dataclass(frozen=True)
class Told:
    """One person whom one event concerns; `kind` is what the person chooses channels for, '' for who has no account."""

    person: User
    reason: str
    kind: str


Candidates = Iterable[tuple[User | None, Reason]]


def who_is_told(event: Event) -> list[Told]:
    """Everybody who gets a mail about the event at once: whom it concerns and who did not choose otherwise."""
    found, ticket = concerned(event)
    if ticket is None:
        return []
    wishes = wishes_about(ticket, found)
    return [
        told
        for told in found
        if _reachable(told.person, told.reason, ticket)
        and (is_unproved(told.person) or wishes.mail(told.person, told.kind, event.created_at) == Channel.NOW)
    ]


def wishes_about(ticket: Ticket, found: Iterable[Told]) -> Wishes:
    """What these people chose, for this ticket and its department."""
    return Wishes((told.person.pk for told in found), ticket_id=ticket.pk, department=ticket.department.key)


def concerned(event: Event) -> tuple[list[Told], Ticket | None]:
    """Everybody whom the event concerns, each once with the strongest reason; never who did it, except the receipt."""
    rule = RULES.get(event.name)
    ticket = _ticket_of(event) if rule else None
    if rule is None or ticket is None:
        return [], None
    known = _told_by_reply(event)
    told: dict[int, Told] = {}
    for person, reason in rule(event, ticket):
        if person is None or person.pk in told or person.pk in known:
            continue
        if person.pk == event.actor_id and reason != Reason.RECEIPT:
            continue
        told[person.pk] = Told(person, reason, kind_of(event, reason))
    return list(told.values()), ticket


def kind_of(event: Event, reason: str) -> str:
    """Under which line of their choices people find it (desk/notification_kinds.py)."""
    if reason in (Reason.RECEIPT, Reason.REQUESTER):
        return "own"
    if reason in (Reason.MENTION, Reason.CLAIMABLE):
        return str(reason)
    if event.name in (events.PROMISE_WARNED, events.PROMISE_BROKEN):
        return "promise"
    if event.name == events.RATED:
        return "rating"
    if reason == Reason.WATCHER:
        return "watched_note" if event.name == events.NOTED else "watched"
    if reason == Reason.LEAD:
        return "returned"
    return {events.ASSIGNED: "assigned", events.NOTED: "note"}.get(event.name, "reply")


def is_unproved(person: User) -> bool:
    """Whether nobody has shown that the address belongs to the person."""
    return person.state in UNPROVED


def _ticket_of(event: Event) -> Ticket | None:
    if event.ticket_id is None:
        return None
    people = Ticket.objects.select_related("requester", "assignee", "status", "department")
    return people.filter(pk=event.ticket_id).first()


def _created(event: Event, ticket: Ticket) -> Candidates:
    yield ticket.requester, Reason.RECEIPT
    yield from _claimable(ticket)


def _replied(event: Event, ticket: Ticket) -> Candidates:
    yield from _mentioned(event, ticket)
    yield ticket.assignee, Reason.ASSIGNEE
    yield ticket.requester, Reason.REQUESTER
    yield from _watchers(ticket)


def _noted(event: Event, ticket: Ticket) -> Candidates:
    """Watchers who read notes too; by mail only those who chose it."""
    yield from _mentioned(event, ticket)
    yield ticket.assignee, Reason.ASSIGNEE
    for person, reason in _watchers(ticket):
        if person is not None and ticket.internal_for(Actor(person, "email")):
            yield person, reason


def _mentioned(event: Event, ticket: Ticket) -> Candidates:
    """Whom the text names for the first time in this ticket; only people who may read it."""
    named = event.data.get("mentions") or []
    for person in User.objects.active().filter(pk__in=named).order_by("pk") if named else ():
        if ticket.internal_for(Actor(person, "email")):
            yield person, Reason.MENTION


def _assigned(event: Event, ticket: Ticket) -> Candidates:
    """Whom the event names, unless the ticket went on to somebody else since."""
    new = next((entry["new"] for entry in event.changes if entry["field"] == "assignee"), None)
    if new is not None and new == ticket.assignee_id:
        yield ticket.assignee, Reason.ASSIGNEE


def _returned(event: Event, ticket: Ticket) -> Candidates:
    """Who leads the department decides whether somebody else must take it; others may by themselves."""
    for row in ticket.department.memberships.filter(is_lead=True).select_related("user").order_by("pk"):
        yield row.user, Reason.LEAD
    if event.name == events.RETURNED:
        yield from _claimable(ticket)


def _free(event: Event, ticket: Ticket) -> Candidates:
    """It came to another department, or somebody gave it back."""
    yield from _claimable(ticket)


def _claimable(ticket: Ticket) -> Candidates:
    """Who works in the department of a free ticket and asked to hear of such: by default nobody does."""
    if ticket.assignee_id or not ticket.is_open:
        return
    rows = Membership.objects.filter(department=ticket.department_id, user__notification_settings__isnull=False)
    people = User.objects.workers().filter(pk__in=rows.values("user")).order_by("pk")
    found = list(people)
    wishes = Wishes((person.pk for person in found), ticket_id=ticket.pk, department=ticket.department.key)
    for person in found:
        wanted = wishes.of(person, "claimable")
        if wanted.in_app or wanted.mail != Channel.OFF:
            yield person, Reason.CLAIMABLE


def _status_changed(event: Event, ticket: Ticket) -> Candidates:
    if event.data.get("follows"):
        return
    key = next((entry["new"] for entry in event.changes if entry["field"] == "status"), None)
    if Status.objects.filter(key=key, category__in=TOLD_STATUSES).exists():
        yield ticket.requester, Reason.REQUESTER
        yield from _watchers(ticket)


def _merged(event: Event, ticket: Ticket) -> Candidates:
    yield ticket.requester, Reason.REQUESTER


def _promise_warned(event: Event, ticket: Ticket) -> Candidates:
    """Half of the time is only a line in the history; of 80 per cent the assignee is told, without one the leads."""
    if event.data.get("level", 0) < 80:
        return
    if ticket.assignee_id:
        yield ticket.assignee, Reason.ASSIGNEE
    else:
        yield from _returned(event, ticket)


def _rated(event: Event, ticket: Ticket) -> Candidates:
    """Somebody is not satisfied: who worked on it and who leads the department hear so, once per closing."""
    said = [(entry["old"], entry["new"]) for entry in event.changes if entry["field"] == "rating"]
    if any(new == "bad" != old for old, new in said):
        yield ticket.assignee, Reason.ASSIGNEE
        for row in ticket.department.memberships.filter(is_lead=True).select_related("user").order_by("pk"):
            yield row.user, Reason.LEAD


def _promise_broken(event: Event, ticket: Ticket) -> Candidates:
    yield ticket.assignee, Reason.ASSIGNEE
    yield from _returned(event, ticket)


RULES: dict[str, Callable[[Event, Ticket], Candidates]] = {
    events.CREATED: _created,
    events.COMMENTED: _replied,
    events.NOTED: _noted,
    events.ASSIGNED: _assigned,
    events.RETURNED: _returned,
    events.DEPARTMENT_CHANGED: _free,
    events.RELEASED: _free,
    events.STATUS_CHANGED: _status_changed,
    events.REOPENED: _replied,
    events.MERGED: _merged,
    events.PROMISE_WARNED: _promise_warned,
    events.PROMISE_BROKEN: _promise_broken,
    events.RATED: _rated,
}


def _watchers(ticket: Ticket) -> Candidates:
    rows = ticket.participants.filter(reason=Participant.Reason.WATCHER, person__isnull=False)
    for row in rows.select_related("person").order_by("pk"):
        yield row.person, Reason.WATCHER


def _told_by_reply(event: Event) -> set[int]:
    """Who hears of this change by the reply that was written in the same breath: one mail is enough."""
    if event.name not in (events.STATUS_CHANGED, events.REOPENED) or not event.request_id:
        return set()
    reply = Event.objects.filter(
        ticket_id=event.ticket_id,
        name=events.COMMENTED,
        actor=event.actor_id,
        request_id=event.request_id,
        pk__lt=event.pk,
    ).first()
    found, ticket = concerned(reply) if reply else ([], None)
    if ticket is None:
        return set()
    return {
        told.person.pk
        for told in found
        if told.person.state == User.State.ACTIVE or _reachable(told.person, told.reason, ticket)
    }


def _reachable(person: User, reason: str, ticket: Ticket) -> bool:
    """Whether mail may go there at all. What it may say is decided per recipient when it is written."""
    if not person.email:
        return False
    if person.state == User.State.ACTIVE:
        return True
    if not is_unproved(person) or person.pk != ticket.requester_id:
        return False
    return reason == Reason.REQUESTER or _noted_down_by_somebody(person)


def _noted_down_by_somebody(person: User) -> bool:
    """Whether a colleague made this contact; a mail gate that makes one has no actor."""
    return Event.objects.filter(
        subject_type=User._meta.label_lower, subject_id=person.pk, name=PERSON_CREATED, actor__isnull=False
    ).exists()
