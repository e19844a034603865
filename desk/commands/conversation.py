"""Public replies and internal notes."""

from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from desk import events, search
from desk.commands import promises
from desk.commands.attaching import keep_files
from desk.commands.creation import MAX_TEXT, create_ticket
from desk.commands.status import change_status, move, reopen
from desk.mentions import mentioned
from desk.models import Comment, Participant, Status, Ticket, TicketLink
from desk.seeds import INITIAL
from flowtic.core import clock, markdown
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require

C = Status.Category


class Unseen(Conflict):
    """Sent without having read what others wrote meanwhile; `comments` names it."""

    code = "unseen"


@command
def add_comment(
    actor: Actor,
    ticket: Ticket,
    *,
    body: str,
    internal: bool,
    files: Sequence[File] = (),
    status: Status | None = None,
    seen: int | None = None,
    despite: int = 0,
) -> Comment:
    """A reply or note, optionally with the status the ticket takes afterwards.

    `seen`: the newest message on the writer's screen; what others wrote since refuses with Unseen. `despite`: the
    newest one that the writer was shown, and sent it anyway. A note makes the colleagues it names watchers.

    A requester's reply brings a waiting or resolved ticket back to the desk, reopens a closed one within the days
    allowed, and opens a linked follow-up after that: look at the returned comment's ticket.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.merged_into_id:
        ticket = Ticket.objects.lock(ticket.merged_into_id)
    require(actor, "ticket.note" if internal else "ticket.reply", ticket)
    body = clean_body(body)
    # Who asked is answered like everybody else, also where the same person works such tickets.
    asked = actor.user is not None and ticket.requester_id == actor.user.pk
    works = internal or (ticket.internal_for(actor) and not asked)
    if not works and not ticket.is_open and _too_late(ticket):
        return _follow_up(actor, ticket, body, files)
    check_seen(actor, ticket, seen, despite)
    comment = write_comment(actor, ticket, body=body, internal=internal)
    kept = keep_files(actor, ticket, files, comment=comment, internal=internal) if files else []
    fields = ["updated_at"]
    ticket.updated_at = comment.created_at
    if works and not internal and ticket.first_response_at is None and ticket.requester_id != comment.author_id:
        ticket.first_response_at = comment.created_at
        fields.append("first_response_at")
    if works and not internal and ticket.requester_id != comment.author_id:
        fields += promises.answered(ticket, comment.created_at)
    ticket.save(update_fields=fields)
    record(
        actor,
        events.NOTED if internal else events.COMMENTED,
        ticket,
        ticket_id=ticket.pk,
        data={"comment": comment.pk, "files": [item.name for item in kept]}
        | _told(actor, ticket, body, internal, despite),
    )
    if status is not None and status.pk != ticket.status_id:
        change_status(actor, ticket, status=status)
    elif not works and not internal:
        _back_to_desk(actor, ticket, asked=asked)
    comment.ticket = ticket
    return comment


def write_comment(actor: Actor, ticket: Ticket, *, body: str, internal: bool) -> Comment:
    """The row and its place in the search; for commands."""
    comment = Comment.objects.create(
        ticket=ticket,
        author=actor.user,
        body=body,
        html=markdown.to_html(body),
        html_rules=markdown.RULES,
        is_internal=internal,
        via=actor.via,
        created_at=clock.now(),
    )
    search.index_comment(comment)
    return comment


def clean_body(body: str) -> str:
    body = body.replace("\0", "").strip()
    if not body:
        raise Invalid(_("Please write something."), fields={"body": _("Please write something.")})
    if len(body) > MAX_TEXT:
        raise Invalid(_("The text is too long."), fields={"body": _("The text is too long.")})
    return body


def check_seen(actor: Actor, ticket: Ticket, seen: int | None, despite: int = 0) -> None:
    """Raises Unseen when others wrote something behind these messages; the ticket is locked."""
    if seen is None:
        return
    newer = ticket.comments.filter(pk__gt=max(seen, despite)).exclude(author=actor.user).order_by("pk")
    if found := list(newer.values_list("pk", flat=True)):
        raise Unseen(_("Others wrote something since you opened this."), comments=found)


def _told(actor: Actor, ticket: Ticket, body: str, internal: bool, despite: int) -> dict[str, Any]:
    """What else the fact says: who was named in a note, and what the writer sent it in spite of."""
    named = [person for person in mentioned(body, ticket) if person != actor.user] if internal else []
    known = ticket.participants.filter(reason=Participant.Reason.WATCHER).values_list("person", flat=True)
    watching = set(known) if named else set()
    new = [person for person in named if person.pk not in watching]
    now, level, reason = clock.now(), Participant.Level.PUBLIC, Participant.Reason.WATCHER
    Participant.objects.bulk_create(
        Participant(ticket=ticket, person=person, level=level, reason=reason, created_at=now) for person in new
    )
    told: dict[str, Any] = {"mentions": [person.pk for person in named]} if named else {}
    return told | ({"despite": despite} if despite else {})


def _too_late(ticket: Ticket) -> bool:
    until = ticket.reopen_until()
    return until is not None and clock.now() > until


def _back_to_desk(actor: Actor, ticket: Ticket, *, asked: bool) -> None:
    """What a requester's word does to a ticket that waits or was thought done: the machine moves it."""
    ticket = Ticket.objects.lock(ticket.pk)
    machine = Actor(user=actor.user, via=actor.via, machine="reply")
    if not ticket.is_open:
        reopen(machine, ticket)
    elif ticket.status.category == C.WAITING and ticket.status.kind == Status.Kind.WAITING_REQUESTER:
        key = "in_progress" if ticket.assignee_id else INITIAL
        move(machine, ticket, Status.objects.get(key=key), follows=events.COMMENTED)
    if asked and (due := promises.asked(ticket)):
        ticket.save(update_fields=due)


def _follow_up(actor: Actor, ticket: Ticket, body: str, files: Sequence[File]) -> Comment:
    """A new ticket linked to the closed one, with the reply as its text."""
    machine = Actor(user=actor.user, via=actor.via, machine="follow_up")
    new = create_ticket(
        machine,
        subject=ticket.subject,
        description=body,
        requester=actor.user,
        department=ticket.department if ticket.department.active else None,
        files=files,
        kind=ticket.kind,
        source="",
    )
    TicketLink.objects.create(source=new, target=ticket, kind=TicketLink.Kind.FOLLOW_UP, created_at=clock.now())
    record(actor, events.FOLLOWED_UP, ticket, ticket_id=ticket.pk, data={"number": new.number, "ticket": new.pk})
    # The reply is the new ticket's text; callers get a comment that points there.
    return Comment(ticket=new, author=actor.user, body=body, created_at=new.created_at)
