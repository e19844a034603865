"""What the agent's ticket page shows, fetched in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from accounts.models import Department, User
from desk import markdown
from desk.commands.assignment import may_assign
from desk.models import Attachment, Comment, Participant, Priority, Status, StatusTransition, Ticket, TicketLink
from desk.sentences import sentences
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from flowtic.core.policy import allows

# Events whose fact is a message of the thread already.
SAID_BY_MESSAGE = ("ticket.commented", "ticket.noted", "ticket.created")
HISTORY_LIMIT = 500
ICONS = {
    "ticket.assigned": "user",
    "ticket.claimed": "user",
    "ticket.released": "undo",
    "ticket.status_changed": "flow",
    "ticket.reopened": "undo",
    "ticket.department_changed": "building",
    "ticket.merged": "merge",
    "ticket.received": "merge",
    "ticket.unmerged": "split",
    "ticket.split": "split",
    "ticket.attached": "clip",
    "ticket.detached": "clip",
    "ticket.linked": "link",
    "ticket.unlinked": "link",
}


@dataclass
class Line:
    """An event as one line of the thread or the history."""

    at: datetime
    text: str
    icon: str
    name: str
    is_message: bool = False


@dataclass
class Message:
    """The request, a reply or a note, with its files."""

    at: datetime
    key: str
    author: User | None
    html: SafeString
    is_internal: bool
    role: str
    number: str = ""  # of the merged ticket it was written in
    comment: Comment | None = None
    files: list[Attachment] = field(default_factory=list)
    is_message: bool = True


class TicketPage:
    """Everything about one ticket that the page's parts ask for; each piece is fetched once, when asked."""

    def __init__(self, actor: Actor, ticket: Ticket) -> None:
        self.actor, self.ticket = actor, ticket

    def may(self, action: str) -> bool:
        return allows(self.actor, f"ticket.{action}", self.ticket)

    @cached_property
    def may_edit(self) -> bool:
        return self.may("edit") and self.ticket.merged_into_id is None

    @cached_property
    def may_status(self) -> bool:
        return self.may("change_status") and self.ticket.merged_into_id is None

    @cached_property
    def merged(self) -> list[Ticket]:
        """Tickets that are read together with this one."""
        rows = Ticket.objects.filter(merged_into=self.ticket).select_related("requester")
        return list(rows.defer("fields", "field_versions"))

    @cached_property
    def _together(self) -> dict[int, Ticket]:
        return {row.pk: row for row in [self.ticket, *self.merged]}

    @cached_property
    def _files(self) -> list[Attachment]:
        return list(Attachment.objects.filter(ticket__in=self._together).order_by("pk"))

    @property
    def loose_files(self) -> list[Attachment]:
        """Files of the ticket itself, not of a message."""
        return [file for file in self._files if file.comment_id is None]

    @cached_property
    def files(self) -> list[Attachment]:
        return self._files

    @cached_property
    def history(self) -> list[Line]:
        """Every event in words, oldest first."""
        events = list(Event.objects.filter(ticket_id__in=self._together).order_by("-pk")[:HISTORY_LIMIT])[::-1]
        return [
            Line(event.created_at, text, ICONS.get(event.name, "edit" if event.changes else "dots"), event.name)
            for event, text in zip(events, sentences(events), strict=True)
        ]

    @cached_property
    def thread(self) -> Sequence[Message | Line]:
        """Messages and events in order of time."""
        messages = [self._opening(row) for row in self._together.values()]
        comments = (
            Comment.objects.filter(ticket__in=self._together).select_related("author").order_by("created_at", "pk")
        )
        messages += [self._message(comment) for comment in comments]
        lines = [line for line in self.history if line.name not in SAID_BY_MESSAGE]
        return sorted([*messages, *lines], key=lambda entry: (entry.at, not entry.is_message))

    def _opening(self, ticket: Ticket) -> Message:
        return Message(
            ticket.created_at,
            f"t-{ticket.pk}",
            ticket.requester,
            markdown.shown(ticket.description),
            False,
            "requester",
            "" if ticket.pk == self.ticket.pk else ticket.number,
            files=[file for file in self._files if file.comment_id is None and file.ticket_id == ticket.pk],
        )

    def _message(self, comment: Comment) -> Message:
        ticket = self._together[comment.ticket_id]
        return Message(
            comment.created_at,
            f"c-{comment.pk}",
            comment.author,
            markdown.shown(comment.body, comment.html, comment.html_rules),
            comment.is_internal,
            "requester" if comment.author_id == ticket.requester_id else "agent",
            "" if ticket.pk == self.ticket.pk else ticket.number,
            comment,
            [file for file in self._files if file.comment_id == comment.pk],
        )

    @cached_property
    def statuses(self) -> list[Status]:
        """Where the actor may take the ticket, the present status first."""
        role = self.ticket.acting_role(self.actor)
        allowed = StatusTransition.objects.filter(source=self.ticket.status_id, role=role, target__active=True)
        rows = [row.target for row in allowed.select_related("target").order_by("target__position")]
        return [self.ticket.status, *rows]

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.order_by("-rank"))

    @cached_property
    def departments(self) -> list[Department]:
        return list(Department.objects.active())

    @cached_property
    def assignees(self) -> list[User]:
        """Who may own the ticket, if the actor may choose."""
        if not self.may_assign:
            return []
        everywhere = Q(role__in=[User.Role.SUPPORT, User.Role.ADMIN])
        here = Q(memberships__department=self.ticket.department_id)
        return list(User.objects.workers().filter(everywhere | here).distinct().order_by("name")[:200])

    @cached_property
    def may_assign(self) -> bool:
        return self.ticket.is_open and may_assign(self.actor, self.ticket)

    @property
    def is_mine(self) -> bool:
        return self.ticket.assignee_id == self.actor.user.pk

    @cached_property
    def _participants(self) -> list[Participant]:
        return list(self.ticket.participants.select_related("person", "department").order_by("pk"))

    @property
    def watchers(self) -> list[User]:
        watching = Participant.Reason.WATCHER
        return [row.person for row in self._participants if row.reason == watching and row.person is not None]

    @property
    def is_watching(self) -> bool:
        return any(person.pk == self.actor.user.pk for person in self.watchers)

    @cached_property
    def links(self) -> list[tuple[TicketLink, Ticket, str]]:
        """(link, the other ticket, how they relate) of the tickets the actor may see."""
        both = Q(source=self.ticket) | Q(target=self.ticket)
        rows = TicketLink.objects.filter(both).select_related("source__status", "target__status").order_by("pk")
        others = {row.target_id if row.source_id == self.ticket.pk else row.source_id for row in rows}
        seen = (
            set(Ticket.objects.visible_to(self.actor).filter(pk__in=others).values_list("pk", flat=True))
            if others
            else set()
        )
        found = []
        for row in rows:
            other = row.target if row.source_id == self.ticket.pk else row.source
            if other.pk in seen:
                found.append((row, other, row.get_kind_display()))
        return found

    @property
    def tags(self) -> str:
        return ", ".join(tag.name for tag in self.ticket.tags.all())

    @property
    def custom_fields(self) -> list[tuple[str, Any]]:
        """(label, value) of the request type's fields that are filled in."""
        kind = self.ticket.request_type
        specs = kind.schema.get("fields", []) if kind else []
        labels = {spec["key"]: spec.get(f"label_{_language()}") or spec["key"] for spec in specs}
        return [
            (labels.get(key, key), ", ".join(map(str, value)) if isinstance(value, list) else value)
            for key, value in self.ticket.fields.items()
        ]


def _language() -> str:
    from django.utils.translation import get_language

    return "de" if (get_language() or "en").startswith("de") else "en"


def find(actor: Actor, number: str) -> Ticket | None:
    """The ticket of that number with all its parts joined, if the actor sees it."""
    joined = Ticket.objects.select_related(
        "status", "priority", "department", "requester", "reporter", "assignee", "request_type", "merged_into"
    )
    return joined.prefetch_related("tags").visible_to(actor).filter(number=number).first()
