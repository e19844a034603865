"""The conversation of a ticket as people read it: messages, what happened between them, what is new, what is folded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from accounts.models import User
from desk.commands.merging import merged_sources
from desk.events import (
    CHECKLIST_ADDED,
    CHECKLIST_CHANGED,
    CHECKLIST_MOVED,
    CHECKLIST_OPENED,
    CHECKLIST_REMOVED,
    CHECKLIST_TICKED,
    COMMENTED,
    CREATED,
    NOTED,
    TIME_ADDED,
    TIME_CHANGED,
    TIME_REMOVED,
    WATCHER_ADDED,
    WATCHER_REMOVED,
)
from desk.history import Line, describe, events_among
from desk.models import Attachment, Comment, ComposerDraft, ScheduledSend, Ticket
from flowtic.core import clock, markdown
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared

# Events that the thread leaves to the history: they are messages already, or nothing that happened to the matter.
NOT_IN_THREAD = (
    *(COMMENTED, NOTED, CREATED, WATCHER_ADDED, WATCHER_REMOVED),
    *(CHECKLIST_ADDED, CHECKLIST_CHANGED, CHECKLIST_MOVED, CHECKLIST_OPENED, CHECKLIST_REMOVED, CHECKLIST_TICKED),
    *(TIME_ADDED, TIME_CHANGED, TIME_REMOVED),
)
MESSAGES = 100  # the newest ones that are fetched; the page offers the others
FOLD_FROM, UNFOLDED = 12, 8  # with more messages than this only the newest of them, and all new ones, are open
EVENTS = 200
# Lines of one person within this time are one line.
IN_ONE_BREATH = timedelta(minutes=3)
SHOWS: dict[str, str | Promise] = {
    "all": gettext_lazy("All"),
    "messages": gettext_lazy("Messages"),
    "notes": gettext_lazy("Notes"),
    "events": gettext_lazy("Events"),
}
# Of people who only stand beside a message or in a list of names.
UNSEEN = ("password", "phone", "language", "time_zone", "theme", "density", "reason", "decision_reason")
SEPARATOR = re.compile(r"^\s*-{2,}\s*(?:Original Message|Urspr\u00fcngliche Nachricht)\s*-{2,}", re.IGNORECASE)
QUOTED_LINES = 3


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
    quoted: SafeString | None = None  # what a mail repeats of the one it answers
    may_redact: bool = False

    kind = "message"
    is_message = True

    @property
    def pk(self) -> int:
        """Tells the order of what was written at the same moment; the request comes first."""
        return self.comment.pk if self.comment else 0


@dataclass
class Events:
    """Lines between two messages."""

    lines: list[Line]

    kind = "events"
    is_message = False


@dataclass(frozen=True)
class Fold:
    """So many older messages that are left out here."""

    number: int

    kind = "fold"
    is_message = False


@dataclass(frozen=True)
class NewSince:
    """From here on the reader knows nothing yet."""

    at: datetime

    kind = "new"
    is_message = False

    @property
    def is_today(self) -> bool:
        return localtime(self.at).date() == localtime(clock.now()).date()


Entry = Message | Events | Fold | NewSince


_planned = Prepared(
    lambda ids, actor: (
        ScheduledSend.objects.visible_to(actor)
        .filter(ticket__in=ids)
        .select_related("person", "status")
        .order_by("due_at", "pk")
    )
)
_drafts = Prepared(
    lambda ids, actor: (
        ComposerDraft.objects.visible_to(actor)
        .filter(ticket__in=ids)
        .select_related("person", "changed_by")
        .order_by("pk")
    )
)


def _newest(comments: QuerySet[Comment], most: int | None) -> QuerySet[Comment]:
    rows = comments.select_related("author").defer(*(f"author__{name}" for name in UNSEEN))
    return rows.order_by("-created_at", "-pk")[:most]


_comments = Prepared(lambda ids, most: _newest(Comment.objects.filter(ticket__in=ids), most))
_newest_events = Prepared(lambda ids, most: events_among(ids)[:most])


class Conversation:
    """The conversation for an actor who works the ticket; each piece is fetched once, when asked.

    `since`: up to when the actor has seen it. `show`: one of SHOWS. Merged tickets are read along as far as the actor
    may read them.
    """

    def __init__(
        self,
        actor: Actor,
        ticket: Ticket,
        *,
        everything: bool = False,
        show: str = "all",
        since: datetime | None = None,
    ) -> None:
        self.actor, self.ticket, self.everything, self.since = actor, ticket, everything, since
        self.show = show if show in SHOWS else "all"

    @property
    def kinds(self) -> list[tuple[str, str | Promise]]:
        return list(SHOWS.items())

    @cached_property
    def merged(self) -> list[Ticket]:
        """Tickets that are read together with this one."""
        ids = merged_sources(self.ticket)
        if not ids:
            return []
        rows = Ticket.objects.visible_to(self.actor).filter(pk__in=ids).select_related("requester")
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
        if not self.merged and not getattr(self.ticket, "has_files", True):
            return []
        return list(Attachment.objects.filter(self._readable).order_by("pk"))

    @cached_property
    def _comments(self) -> list[Comment]:
        """The newest first."""
        most = None if self.everything else MESSAGES + 1
        if self.merged:
            return list(_newest(Comment.objects.filter(self._readable), most))
        return _comments.among([self.ticket.pk], most)

    @cached_property
    def _shown(self) -> list[Comment]:
        if self.everything or len(self._comments) <= FOLD_FROM:
            return self._comments[:MESSAGES] if not self.everything else self._comments
        return self._comments[: min(max(UNFOLDED, sum(map(self._is_new, self._comments))), MESSAGES)]

    @cached_property
    def hidden(self) -> int:
        """How many of the oldest messages are left out."""
        all_here = self.everything or len(self._comments) <= MESSAGES
        number = len(self._comments) if all_here else Comment.objects.filter(self._readable).count()
        return number - len(self._shown)

    @property
    def seen(self) -> int:
        """The newest message of the ticket itself that the page shows."""
        return max((row.pk for row in self._comments if row.ticket_id == self.ticket.pk), default=0)

    @cached_property
    def history(self) -> list[Line]:
        """The newest events in words, the newest first."""
        return describe(_newest_events.among([self.ticket.pk], EVENTS), internal=True)

    @cached_property
    def thread(self) -> Sequence[Entry]:
        """Messages and what happened between them, in order of time."""
        messages = [self._message(comment) for comment in self._shown]
        start = min((message.at for message in messages), default=None) if self.hidden else None
        openings = [self._opening(row) for row in self._together.values()]
        lines = [line for line in self.history if line.name not in NOT_IN_THREAD and not line.is_consequence]
        lines = [line for line in lines if start is None or line.at >= start]
        entries: list[Message | Line] = [*openings, *messages, *lines]
        wanted = [entry for entry in entries if self._wants(entry)]
        ordered = sorted(wanted, key=lambda entry: (entry.at, not entry.is_message, entry.pk))
        return self._marked(_grouped(ordered), start)

    @cached_property
    def first_new(self) -> str:
        """The id of the first message that the reader has not seen."""
        new = (one for one in self.thread if isinstance(one, Message) and self._is_new(one.comment))
        return next((one.key for one in new), "")

    @property
    def newest(self) -> str:
        """The id of the last message, if there are so many that the last one is out of sight."""
        keys = [entry.key for entry in self.thread if isinstance(entry, Message)]
        return keys[-1] if len(keys) > 5 else ""

    @cached_property
    def planned(self) -> list[ScheduledSend]:
        """What waits to be sent, the next one first."""
        rows: list[ScheduledSend] = _planned.among([self.ticket.pk], self.actor)
        prefetch_related_objects(rows, "files")
        return rows

    @cached_property
    def drafts(self) -> list[ComposerDraft]:
        """One's own and what colleagues share."""
        rows: list[ComposerDraft] = _drafts.among([self.ticket.pk], self.actor)
        prefetch_related_objects(rows, "files")
        return rows

    def own_draft(self, kind: str) -> ComposerDraft | None:
        return next((row for row in self.drafts if row.person == self.actor.user and row.kind == kind), None)

    @property
    def shared_drafts(self) -> list[ComposerDraft]:
        return [row for row in self.drafts if row.person != self.actor.user]

    def _is_new(self, comment: Comment | None) -> bool:
        if comment is None or self.since is None or self.actor.user is None:
            return False
        return comment.created_at > self.since and comment.author_id != self.actor.user.pk

    def _wants(self, entry: Message | Line) -> bool:
        if self.show == "all":
            return True
        if not isinstance(entry, Message):
            return self.show == "events"
        return self.show == ("notes" if entry.is_internal else "messages")

    def _marked(self, entries: list[Message | Events], start: datetime | None) -> list[Entry]:
        """With the fold behind the openings that are older than it, and the line before the first new message."""
        found: list[Entry] = []
        folded, lined = self.hidden == 0, self.since is None
        for entry in entries:
            at = entry.at if isinstance(entry, Message) else entry.lines[0].at
            if not folded and start is not None and at >= start:
                found.append(Fold(self.hidden))
                folded = True
            if not lined and self.since and isinstance(entry, Message) and self._is_new(entry.comment):
                found.append(NewSince(self.since))
                lined = True
            found.append(entry)
        return found if folded else [*found, Fold(self.hidden)]

    def _may_redact(self, ticket: Ticket, author: int | None) -> bool:
        """The row's twin of the rule `ticket.redact`, asked once per page."""
        own = self.actor.user is not None and author == self.actor.user.pk
        return own or self.actor.leads(ticket.department_id)

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
            may_redact=self._may_redact(ticket, ticket.requester_id),
        )

    def _message(self, comment: Comment) -> Message:
        ticket, author = self._together[comment.ticket_id], comment.author
        role = "agent" if author and author.role in User.WORKING_ROLES else ""
        own, quoted = unquoted(comment.body)
        stored = ("", 0) if quoted else (comment.html, comment.html_rules)
        return Message(
            at=comment.created_at,
            key=f"c-{comment.pk}",
            author=author,
            html=markdown.shown(own, *stored),
            is_internal=comment.is_internal,
            role="requester" if comment.author_id == ticket.requester_id else role,
            ticket=ticket,
            comment=comment,
            files=[file for file in self.files if file.comment_id == comment.pk],
            quoted=markdown.shown(quoted) if quoted else None,
            may_redact=self._may_redact(ticket, comment.author_id),
        )


def unquoted(body: str) -> tuple[str, str]:
    """The text and what it quotes at its end, as mail programs do it; ("…", "") where nothing is worth folding."""
    if "\n>" not in body and "---" not in body:
        return body, ""
    lines = body.splitlines()
    cut = next((at for at, line in enumerate(lines) if SEPARATOR.match(line)), None)
    if cut is None:
        cut = len(lines)
        while cut and (not lines[cut - 1].strip() or lines[cut - 1].lstrip().startswith(">")):
            cut -= 1
        # "On Monday Ann wrote:" belongs to it.
        if cut and lines[cut - 1].rstrip().endswith(":"):
            cut -= 1
    own, quoted = "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip()
    worth = len([line for line in quoted.splitlines() if line.strip()]) >= QUOTED_LINES
    return (own, quoted) if own and worth else (body, "")


def _grouped(entries: Iterable[Message | Line]) -> list[Message | Events]:
    found: list[Message | Events] = []
    for entry in entries:
        if isinstance(entry, Message):
            found.append(entry)
        elif found and isinstance(found[-1], Events):
            _append(found[-1].lines, entry)
        else:
            found.append(Events([entry]))
    return found


def _append(lines: list[Line], line: Line) -> None:
    """What one person did in one breath is one line."""
    last = lines[-1]
    same = (last.actor, last.door) == (line.actor, line.door) and last.actor and line.actor
    if same and line.at - last.at < IN_ONE_BREATH:
        lines[-1] = replace(last, text=f"{last.text} \u00b7{line.text}")
    else:
        lines.append(line)
