"""What the agent's ticket page shows, fetched in a number of queries that does not grow with the conversation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy

from accounts.models import Department, Membership, TicketMute, User
from accounts.notify import is_muted
from desk.checklists import Progress, offered
from desk.commands.assignment import may_assign
from desk.custom_fields import Answer, answers
from desk.history_filter import History, HistoryFilter
from desk.models import (
    Attachment,
    ChecklistItem,
    ChecklistTemplate,
    Participant,
    Priority,
    Status,
    StatusTransition,
    Ticket,
    TicketLink,
    TimeEntry,
)
from desk.panels import Panel, panels_for
from desk.snoozing import Moment, moments
from desk.strips import Strip, strips_for
from desk.thread import UNSEEN, Conversation
from desk.ticket_actions import Entry, actions_for
from desk.time_spent import entries_of, words
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from flowtic.core.prepared import Prepared

HISTORY_PAGE = 50
ASSIGNEES = 200
# How a link reads from the other end.
PASSIVE: dict[str, str | Promise] = {
    TicketLink.Kind.RELATED: gettext_lazy("related to"),
    TicketLink.Kind.DUPLICATE: gettext_lazy("has the duplicate"),
    TicketLink.Kind.BLOCKS: gettext_lazy("blocked by"),
    TicketLink.Kind.FOLLOW_UP: gettext_lazy("has the follow-up"),
    TicketLink.Kind.SPLIT: gettext_lazy("was split into"),
    TicketLink.Kind.CHILD: gettext_lazy("parent of"),
}


@dataclass(frozen=True)
class Relation:
    """A link as it reads from this ticket's side."""

    pk: int
    other: Ticket
    words: str
    removable: bool


class TicketPage(Conversation):
    """Everything about one ticket that the page's parts ask for; each piece is fetched once, when asked."""

    # ---- history ----------------------------------------------------------------------

    def narrow(self, query: Mapping[str, str]) -> None:
        """Shows only the part of the history that the address asks for."""
        self.asked = HistoryFilter.of(query)

    asked = HistoryFilter()

    @cached_property
    def past(self) -> History:
        """What the tab shows; the thread has its own lines."""
        return History(self.ticket, self.asked, size=HISTORY_PAGE)

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
        return [row.target for row in _transitions.among([self.ticket.status_id], self.actor.role)]

    @property
    def may_reopen(self) -> bool:
        return not self.ticket.is_open and any(status.is_open for status in self.targets)

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(Priority.objects.order_by("-rank"))

    @property
    def moments(self) -> list[Moment]:
        """Until when the ticket may be put off at one press."""
        return list(moments())

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
    def added_actions(self) -> list[Entry]:
        """What other apps add to the menu."""
        return actions_for(self.actor, self.ticket)

    @cached_property
    def panels(self) -> list[Panel]:
        return panels_for(self.actor, self.ticket)

    @cached_property
    def watchers(self) -> list[User]:
        return [row.person for row in _watchers.among([self.ticket.pk]) if row.person]

    @property
    def is_watching(self) -> bool:
        return any(person.pk == self.actor.user.pk for person in self.watchers)

    @cached_property
    def is_muted(self) -> bool:
        """Whether the actor wants to hear nothing of the ticket."""
        return is_muted(self.actor, self.ticket.pk) if getattr(self.ticket, "has_mutes", True) else False

    @cached_property
    def checklist(self) -> list[ChecklistItem]:
        if not getattr(self.ticket, "has_checklist", True):
            return []
        rows = self.ticket.checklist.select_related("done_by")
        return list(rows.defer(*(f"done_by__{name}" for name in UNSEEN)))

    @property
    def progress(self) -> Progress:
        return Progress(sum(item.is_done for item in self.checklist), len(self.checklist))

    @cached_property
    def checklists(self) -> list[ChecklistTemplate]:
        """The lists that may be put on the ticket."""
        return offered(self.actor) if getattr(self.ticket, "has_templates", True) else []

    @cached_property
    def time_entries(self) -> list[TimeEntry]:
        return entries_of(self.ticket) if getattr(self.ticket, "has_times", True) else []

    @property
    def time_spent(self) -> str:
        return words(sum(entry.minutes for entry in self.time_entries)) if self.time_entries else ""

    @cached_property
    def links(self) -> list[Relation]:
        """Links to tickets that the actor may see."""
        if not getattr(self.ticket, "has_links", True):
            return []
        rows = list(TicketLink.objects.filter(Q(source=self.ticket) | Q(target=self.ticket)).order_by("pk"))
        others = {pk for row in rows for pk in (row.source_id, row.target_id)} - {self.ticket.pk}
        visible = Ticket.objects.visible_to(self.actor).select_related("status") if others else Ticket.objects.none()
        seen = visible.defer("description", "fields", "field_versions").in_bulk(others)
        return [found for row in rows if (found := _relation(row, self.ticket, seen, self.actor))]

    @cached_property
    def tag_names(self) -> list[str]:
        return [tag.name for tag in self.ticket.tags.all()] if getattr(self.ticket, "has_tags", True) else []

    @cached_property
    def answers(self) -> list[Answer]:
        """The filled-in fields of the ticket's form, in words."""
        return answers(self.ticket, internal=True)


def find(actor: Actor, number: str) -> Ticket | None:
    """The ticket of that number with all its parts joined, if the actor sees it."""
    return next(iter(_whole.named(number, actor)), None)


def _whole_rows(numbers: Collection[str], actor: Actor) -> QuerySet[Ticket]:
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
        "snooze",
    )
    unseen = (f"{who}__{name}" for who in ("requester", "reporter", "assignee") for name in UNSEEN)
    # What most tickets have none of is not asked for once more.
    parts = {
        "has_checklist": Exists(ChecklistItem.objects.filter(ticket=OuterRef("pk"))),
        "has_times": Exists(TimeEntry.objects.filter(ticket=OuterRef("pk"))),
        "has_templates": Exists(ChecklistTemplate.objects.filter(active=True)),
        "has_mutes": Exists(TicketMute.objects.filter(ticket_id=OuterRef("pk"))),
        "has_tags": Exists(Ticket.tags.through.objects.filter(ticket=OuterRef("pk"))),
        "has_links": Exists(TicketLink.objects.filter(source=OuterRef("pk")))
        | Exists(TicketLink.objects.filter(target=OuterRef("pk"))),
        "has_files": Exists(Attachment.objects.filter(ticket=OuterRef("pk"))),
    }
    return joined.visible_to(actor).defer(*unseen).annotate(**parts).filter(number__in=numbers).order_by()


def _watcher_rows(ids: Collection[int]) -> QuerySet[Participant]:
    rows = Participant.objects.filter(ticket__in=ids, reason=Participant.Reason.WATCHER, person__isnull=False)
    return rows.select_related("person").defer(*(f"person__{name}" for name in UNSEEN)).order_by("person__name")


_whole = Prepared(_whole_rows)
_watchers = Prepared(_watcher_rows)
_transitions = Prepared(
    lambda ids, role: (
        StatusTransition.objects.filter(source__in=ids, role=role, target__active=True)
        .select_related("target")
        .order_by("target__position")
    )
)


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
