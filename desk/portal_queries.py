"""What the pages of the portal read: the requester's side of tickets, never more."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from accounts.models import Department, User
from desk.commands.merging import merged_sources
from desk.custom_fields import Answer, answers
from desk.milestones import SHOWN_EVENTS, Line, Milestone, Names, PlainState, lines, milestones, plain_state
from desk.models import Attachment, Comment, Participant, Status, Ticket, TicketLink
from desk.ratings import open_until
from desk.seeds import INITIAL
from flowtic.core import clock, markdown, search
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from flowtic.core.paging import Page, Sort, page
from flowtic.core.policy import allows

Reason = Participant.Reason
NEWEST = Sort("updated", ("-updated_at",))
PAGE_SIZE = 20
LATEST = 3
MESSAGES = 100  # the newest ones; the page offers the others


@dataclass(frozen=True)
class Row:
    """One ticket in a list of the portal."""

    ticket: Ticket
    state: PlainState


@dataclass(frozen=True)
class Message:
    """One entry of the conversation that the person may read."""

    key: str
    author: User | None
    role: str  # you, desk, requester or ''
    html: SafeString
    at: datetime
    files: list[Attachment]
    line: Line | None = None
    leads_to: Ticket | None = None


@dataclass(frozen=True)
class Doors:
    """What the person may do with the ticket now. `reply`: open, reopens, follow_up or none."""

    reply: str
    close: bool
    reopen: bool
    until: datetime | None
    rate_until: datetime | None = None  # None: there is nothing to rate


@dataclass(frozen=True)
class TicketView:
    """Everything the ticket page of the portal shows."""

    ticket: Ticket
    state: PlainState
    steps: list[Milestone]
    messages: list[Message]
    hidden: int
    doors: Doors
    follows: Ticket | None
    answers: list[Answer] = field(default_factory=list)


def own_tickets(actor: Actor) -> Any:
    """Tickets that the actor asked for or follows. For who works tickets that is less than what they see."""
    tickets = Ticket.objects.visible_to(actor)
    if not actor.can_work:
        return tickets
    asked = Participant.objects.filter(person=actor.user, reason__in=(Reason.REQUESTER, Reason.WATCHER))
    return tickets.filter(pk__in=asked.values("ticket_id"))


def latest(actor: Actor) -> list[Row]:
    """The newest tickets, those first that wait for the person's answer."""
    found = _for_rows(actor)
    waiting = list(found.filter(is_open=True, status__in=_waiting()).order_by(*NEWEST.order_by())[:LATEST])
    rest = found.exclude(pk__in=[ticket.pk for ticket in waiting]).order_by(*NEWEST.order_by())
    return plain_rows([*waiting, *rest[: LATEST - len(waiting)]])


def ticket_page(actor: Actor, *, state: str, text: str, cursor: str) -> tuple[Page[Ticket], list[Row]]:
    """One page of the person's tickets, newest first. `state`: open, closed or all."""
    tickets = _for_rows(actor)
    if state != "all":
        tickets = tickets.filter(is_open=state == "open")
    tickets = search.filter_by_text(tickets.order_by(*NEWEST.order_by()), "ticket", text)
    found = page(tickets, NEWEST, cursor=cursor, limit=PAGE_SIZE)
    return found, plain_rows(found.rows)


def ticket_view(actor: Actor, ticket: Ticket, *, everything: bool) -> TicketView:
    """The ticket as its requester reads it. `everything`: also the oldest messages of a long conversation."""
    merged = merged_sources(ticket)
    together = [ticket]
    if merged:
        together += Ticket.objects.visible_to(actor).filter(pk__in=merged).select_related("requester")
    history = list(Event.objects.filter(ticket_id=ticket.pk, public=True, name__in=SHOWN_EVENTS).order_by("pk"))
    messages, hidden = _messages(actor, together, everything=everything)
    return TicketView(
        ticket=ticket,
        state=plain_state(ticket.status),
        steps=milestones(ticket, history),
        messages=sorted([*messages, *_told(actor, history)], key=lambda entry: entry.at),
        hidden=hidden,
        doors=doors(actor, ticket),
        follows=_visible(actor).filter(links_in__source=ticket, links_in__kind=TicketLink.Kind.FOLLOW_UP).first(),
        answers=answers(ticket, internal=False),
    )


def doors(actor: Actor, ticket: Ticket) -> Doors:
    """What may be done now, by the same rules that the commands apply."""
    until = ticket.reopen_until()
    if ticket.merged_into_id or not allows(actor, "ticket.reply", ticket):
        return Doors("none", close=False, reopen=False, until=until)
    late = bool(until and clock.now() > until)
    reply = "open" if ticket.is_open else "follow_up" if late else "reopens"
    if not allows(actor, "ticket.change_status", ticket):
        return Doors(reply, close=False, reopen=False, until=until)
    targets = {status.key: status for status in Status.objects.filter(key__in=("closed", INITIAL))}
    closed, back = targets.get("closed"), targets.get(INITIAL)
    return Doors(
        reply,
        close=bool(closed and closed.pk != ticket.status_id and ticket.can_become(closed, actor)),
        reopen=bool(back and not ticket.is_open and not late and ticket.can_become(back, actor)),
        until=until,
        rate_until=open_until(actor, ticket),
    )


def _messages(actor: Actor, together: list[Ticket], *, everything: bool) -> tuple[list[Message], int]:
    ids = [ticket.pk for ticket in together]
    comments = (
        Comment.objects.filter(ticket__in=ids, is_internal=False)
        .select_related("author")
        .order_by("-created_at", "-pk")
    )
    found = list(comments if everything else comments[: MESSAGES + 1])
    hidden = 0 if everything or len(found) <= MESSAGES else comments.count() - MESSAGES
    shown = found if everything else found[:MESSAGES]
    files: dict[tuple[int, int | None], list[Attachment]] = defaultdict(list)
    for item in Attachment.objects.filter(ticket__in=ids, is_internal=False).order_by("pk"):
        files[item.ticket_id, item.comment_id].append(item)
    first = [_first(actor, ticket, files[ticket.pk, None]) for ticket in together]
    return [*first, *(_message(actor, comment, together, files) for comment in shown)], hidden


def _first(actor: Actor, ticket: Ticket, files: list[Attachment]) -> Message:
    """The description, as what the requester wrote."""
    return Message(
        key=f"ticket-{ticket.pk}-text",
        author=ticket.requester,
        role=_role(actor, ticket.requester, [ticket]),
        html=markdown.shown(ticket.description),
        at=ticket.created_at,
        files=files,
    )


def _message(actor: Actor, comment: Comment, together: list[Ticket], files: dict[Any, list[Attachment]]) -> Message:
    return Message(
        key=f"comment-{comment.pk}",
        author=comment.author,
        role=_role(actor, comment.author, together),
        html=markdown.shown(comment.body, comment.html, comment.html_rules),
        at=comment.created_at,
        files=files[comment.ticket_id, comment.pk],
    )


def _role(actor: Actor, author: User | None, together: Iterable[Ticket]) -> str:
    if author is None:
        return "desk"
    if author.pk == actor.user.pk:
        return "you"
    if any(author.pk == ticket.requester_id for ticket in together):
        return "requester"
    return "desk" if author.role in User.WORKING_ROLES else ""


def _visible(actor: Actor) -> Any:
    return Ticket.objects.visible_to(actor).only("number")


def _told(actor: Actor, history: list[Event]) -> list[Message]:
    """The history in words; a follow-up is a link for who may open it."""
    found = _lines(history)
    ids = [line.ticket_id for line in found if line.ticket_id]
    targets = _visible(actor).in_bulk(ids) if ids else {}
    return [
        Message(f"event-{number}", None, "", SafeString(""), line.at, [], line, targets.get(line.ticket_id))
        for number, line in enumerate(found)
    ]


def _lines(history: list[Event]) -> list[Line]:
    """Names come along only for people and departments that the events speak of."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in history:
        for entry in event.changes:
            if isinstance(entry["new"], int):
                wanted[entry["field"]].add(entry["new"])
    people = dict(User.objects.filter(pk__in=wanted["assignee"]).values_list("pk", "name"))
    departments = {row.pk: row.name for row in Department.objects.filter(pk__in=wanted["department"])}
    kinds = dict(Status.objects.values_list("key", "kind"))
    return lines(history, Names(people, departments, kinds))


def _for_rows(actor: Actor) -> Any:
    """Without the texts; statuses are fetched beside, so that the order of the list decides the plan."""
    return own_tickets(actor).prefetch_related("status").defer("description", "fields", "field_versions")


def _waiting() -> Any:
    return Status.objects.filter(kind=Status.Kind.WAITING_REQUESTER)


def plain_rows(tickets: Iterable[Ticket]) -> list[Row]:
    """Tickets with their states in plain words."""
    return [Row(ticket, plain_state(ticket.status)) for ticket in tickets]
