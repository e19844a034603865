"""What the agent's ticket page shows, fetched in a number of queries that does not grow with the conversation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise, cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.models import Department, Membership, User
from desk.commands.assignment import may_assign
from desk.custom_fields import Answer, answers
from desk.events import COMMENTED, CREATED, NOTED, WATCHER_ADDED, WATCHER_REMOVED
from desk.history import Line, describe, ticket_events
from desk.models import Attachment, Comment, Participant, Priority, Status, StatusTransition, Ticket, TicketLink
from desk.panels import Panel, panels_for
from desk.strips import Strip, strips_for
from flowtic.core import markdown
from flowtic.core.actor import Actor
from flowtic.core.policy import allows

# Events that the thread leaves to the history: they are messages already, or nothing that happened to the matter.
NOT_IN_THREAD = (COMMENTED, NOTED, CREATED, WATCHER_ADDED, WATCHER_REMOVED)
MESSAGES = 100  # the newest ones; the page offers the others
EVENTS = 200
HISTORY_PAGE = 50
ASSIGNEES = 200
# Of people who only stand beside a message or in a list of names.
UNSEEN = ("password", "phone", "language", "time_zone", "theme", "density", "reason", "decision_reason")
# How a link reads from the other end.
PASSIVE: dict[str, str | Promise] = {
    TicketLink.Kind.RELATED: gettext_lazy("related to"),
    TicketLink.Kind.DUPLICATE: gettext_lazy("has the duplicate"),
    TicketLink.Kind.BLOCKS: gettext_lazy("blocked by"),
    TicketLink.Kind.FOLLOW_UP: gettext_lazy("has the follow-up"),
    TicketLink.Kind.SPLIT: gettext_lazy("was split into"),
}


@dataclass
class Message:
    """The request, a reply or a note, with its files."""

    at: datetime
    key: str
    author: User | None
    html: SafeString
    is_internal: bool
    role: str  # requester, agent or ''
    ticket: Ticket  # where it was written: this one, or one that was merged into it
    comment: Comment | None = None
    files: list[Attachment] = field(default_factory=list)

    is_message = True

    @property
    def pk(self) -> int:
        """Tells the order of what was written at the same moment; the request comes first."""
        return self.comment.pk if self.comment else 0


@dataclass
class Events:
    """Lines between two messages."""

    lines: list[Line]

    is_message = False


@dataclass(frozen=True)
class Relation:
    """A link as it reads from this ticket's side."""

    pk: int
    other: Ticket
    words: str
    removable: bool


class TicketPage:
    """Everything about one ticket that the page's parts ask for; each piece is fetched once, when asked.

    For actors who work the ticket: what is shown includes notes. Merged tickets are read along as far as the actor
    may read them.
    """

    def __init__(self, actor: Actor, ticket: Ticket, *, everything: bool = False) -> None:
        self.actor, self.ticket, self.everything = actor, ticket, everything

    # ---- conversation -----------------------------------------------------------------

    @cached_property
    def merged(self) -> list[Ticket]:
        """Tickets that are read together with this one."""
        rows = Ticket.objects.visible_to(self.actor).filter(merged_into=self.ticket).select_related("requester")
        return list(rows.defer("fields", "field_versions").order_by("pk"))

    @cached_property
    def _together(self) -> dict[int, Ticket]:
        return {row.pk: row for row in [self.ticket, *self.merged]}

    @cached_property
    def _readable(self) -> Q:
        """Of the messages and files of all these tickets: notes only where the actor works the ticket."""
        others = [row.pk for row in self.merged]
        inside = Ticket.objects.internal_to(self.actor).filter(pk__in=others) if others else Ticket.objects.none()
        internal = {self.ticket.pk, *inside.values_list("pk", flat=True)}
        return Q(ticket__in=internal) | Q(ticket__in=set(others) - internal, is_internal=False)

    @cached_property
    def files(self) -> list[Attachment]:
        return list(Attachment.objects.filter(self._readable).order_by("pk"))

    @cached_property
    def _comments(self) -> list[Comment]:
        rows = Comment.objects.filter(self._readable).select_related("author").order_by("-created_at", "-pk")
        rows = rows.defer(*(f"author__{name}" for name in UNSEEN))
        return list(rows if self.everything else rows[: MESSAGES + 1])

    @cached_property
    def hidden(self) -> int:
        """How many of the oldest messages are left out."""
        if self.everything or len(self._comments) <= MESSAGES:
            return 0
        return Comment.objects.filter(self._readable).count() - MESSAGES

    @cached_property
    def history(self) -> list[Line]:
        """The newest events in words, the newest first."""
        return describe(list(ticket_events(self.ticket)[:EVENTS]), internal=True)

    @property
    def latest_history(self) -> list[Line]:
        return self.history[:HISTORY_PAGE]

    @property
    def older_history(self) -> int | None:
        """From which event on the history goes on; None when all of it is shown."""
        return self.history[HISTORY_PAGE - 1].pk if len(self.history) > HISTORY_PAGE else None

    @cached_property
    def thread(self) -> Sequence[Message | Events]:
        """Messages and what happened between them, in order of time."""
        shown = self._comments if self.everything else self._comments[:MESSAGES]
        messages = [self._message(comment) for comment in shown]
        start = min((message.at for message in messages), default=None) if self.hidden else None
        openings = [self._opening(row) for row in self._together.values()]
        lines = [line for line in self.history if line.name not in NOT_IN_THREAD and not line.is_consequence]
        lines = [line for line in lines if start is None or line.at >= start]
        entries: list[Message | Line] = [*openings, *messages, *lines]
        return _grouped(sorted(entries, key=lambda entry: (entry.at, not entry.is_message, entry.pk)))

    @property
    def newest(self) -> str:
        """The id of the last message, if there are so many that the last one is out of sight."""
        keys = [entry.key for entry in self.thread if isinstance(entry, Message)]
        return keys[-1] if len(keys) > 5 else ""

    def _opening(self, ticket: Ticket) -> Message:
        return Message(
            at=ticket.created_at,
            key=f"t-{ticket.pk}",
            author=ticket.requester,
            html=markdown.shown(ticket.description),
            is_internal=False,
            role="requester",
            ticket=ticket,
            files=[file for file in self.files if file.comment_id is None and file.ticket_id == ticket.pk],
        )

    def _message(self, comment: Comment) -> Message:
        ticket, author = self._together[comment.ticket_id], comment.author
        role = "agent" if author and author.role in User.WORKING_ROLES else ""
        return Message(
            at=comment.created_at,
            key=f"c-{comment.pk}",
            author=author,
            html=markdown.shown(comment.body, comment.html, comment.html_rules),
            is_internal=comment.is_internal,
            role="requester" if comment.author_id == ticket.requester_id else role,
            ticket=ticket,
            comment=comment,
            files=[file for file in self.files if file.comment_id == comment.pk],
        )

    # ---- what may be done -------------------------------------------------------------

    @property
    def may_write(self) -> bool:
        """Answers, notes and changes; a merged ticket is worked on at the other one."""
        return self.ticket.merged_into_id is None

    may_edit = may_write

    @property
    def may_claim(self) -> bool:
        free = bool(self.ticket.is_open) and self.ticket.assignee_id is None and self.may_write
        return free and allows(self.actor, "ticket.claim", self.ticket)

    @property
    def may_release(self) -> bool:
        owned = bool(self.ticket.is_open) and self.ticket.assignee_id is not None and self.may_write
        return owned and allows(self.actor, "ticket.release", self.ticket)

    @property
    def may_assign(self) -> bool:
        return bool(self.ticket.is_open) and self.may_write and may_assign(self.actor, self.ticket)

    @property
    def may_merge(self) -> bool:
        return allows(self.actor, "ticket.merge", self.ticket)

    @property
    def may_split(self) -> bool:
        return self.may_write and allows(self.actor, "ticket.split", self.ticket)

    @property
    def is_mine(self) -> bool:
        return self.ticket.assignee_id == self.actor.user.pk

    @cached_property
    def targets(self) -> list[Status]:
        """Where the actor may take the ticket."""
        if not self.may_write:
            return []
        allowed = StatusTransition.objects.filter(source=self.ticket.status_id, role=self.actor.role)
        found = allowed.filter(target__active=True).select_related("target").order_by("target__position")
        return [row.target for row in found]

    @property
    def may_reopen(self) -> bool:
        return not self.ticket.is_open and any(status.is_open for status in self.targets)

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.order_by("-rank"))

    @cached_property
    def departments(self) -> list[Department]:
        return list(Department.objects.active())

    @cached_property
    def assignees(self) -> list[User]:
        """Who may own the ticket, the department's own people first; only for who may choose."""
        if not self.may_assign:
            return []
        here = Membership.objects.filter(department=self.ticket.department_id).values("user")
        rows = User.objects.workers().filter(Q(pk__in=here) | Q(role__in=[User.Role.SUPPORT, User.Role.ADMIN]))
        return list(rows.defer(*UNSEEN).order_by("role", "name", "pk")[:ASSIGNEES])

    # ---- side panel -------------------------------------------------------------------

    @cached_property
    def strips(self) -> list[Strip]:
        """Lines of other apps above the conversation."""
        return strips_for(self.actor, self.ticket)

    @cached_property
    def panels(self) -> list[Panel]:
        return panels_for(self.actor, self.ticket)

    @cached_property
    def watchers(self) -> list[User]:
        rows = self.ticket.participants.filter(reason=Participant.Reason.WATCHER, person__isnull=False)
        rows = rows.select_related("person").defer(*(f"person__{name}" for name in UNSEEN)).order_by("person__name")
        return [row.person for row in rows if row.person]

    @property
    def is_watching(self) -> bool:
        return any(person.pk == self.actor.user.pk for person in self.watchers)

    @cached_property
    def links(self) -> list[Relation]:
        """Links to tickets that the actor may see."""
        rows = list(TicketLink.objects.filter(Q(source=self.ticket) | Q(target=self.ticket)).order_by("pk"))
        others = {pk for row in rows for pk in (row.source_id, row.target_id)} - {self.ticket.pk}
        visible = Ticket.objects.visible_to(self.actor).select_related("status") if others else Ticket.objects.none()
        seen = visible.defer("description", "fields", "field_versions").in_bulk(others)
        return [found for row in rows if (found := _relation(row, self.ticket, seen, self.actor))]

    @cached_property
    def tag_names(self) -> list[str]:
        return [tag.name for tag in self.ticket.tags.all()]

    @cached_property
    def answers(self) -> list[Answer]:
        """The filled-in fields of the ticket's form, in words."""
        return answers(self.ticket, internal=True)


def find(actor: Actor, number: str) -> Ticket | None:
    """The ticket of that number with all its parts joined, if the actor sees it."""
    joined = Ticket.objects.select_related(
        "status",
        "priority",
        "department",
        "requester",
        "reporter",
        "assignee",
        "request_type",
        "form_version",
        "merged_into",
    )
    unseen = (f"{who}__{name}" for who in ("requester", "reporter", "assignee") for name in UNSEEN)
    return joined.visible_to(actor).defer(*unseen).filter(number=number).first()


def _grouped(entries: Iterable[Message | Line]) -> list[Message | Events]:
    found: list[Message | Events] = []
    for entry in entries:
        if isinstance(entry, Message):
            found.append(entry)
        elif found and isinstance(found[-1], Events):
            found[-1].lines.append(entry)
        else:
            found.append(Events([entry]))
    return found


def _relation(link: TicketLink, ticket: Ticket, seen: dict[int, Ticket], actor: Actor) -> Relation | None:
    """The link from the ticket's side; None when the other ticket is not the actor's to see."""
    active = link.source_id == ticket.pk
    other = seen.get(link.target_id if active else link.source_id)
    if other is None:
        return None
    words = link.get_kind_display() if active else str(PASSIVE[link.kind])
    return Relation(link.pk, other, words, removable=active or actor.works_in(other.department_id))


def value_of(ticket: Ticket, name: str) -> Any:
    """A property as forms name it."""
    return [tag.name for tag in ticket.tags.all()] if name == "tags" else getattr(ticket, name)
