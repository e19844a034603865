"""My work: what is due now, one's own steps and tickets, and what could be taken over; by the time that is left."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from accounts.absences import absent_until
from desk.dispatching.load import loads
from desk.dispatching.queue import ORDER, waiting_for
from desk.mentions import Mention, unanswered
from desk.models import NO_DUE_DATE, Status, Ticket
from desk.models.snooze import snoozed_q
from flowtic.core import clock
from flowtic.core.actor import Actor
from workflows import menu
from workflows.commands.drive import definition_of
from workflows.models import WorkItem
from workflows.queries.deadlines import deadline_of
from workflows.queries.steps import UNREAD
from workflows.words import name_of

SOON = timedelta(hours=2)
MOST_NOW, MOST_MINE, MOST_FREE = 7, 50, 25
DO, DECIDE, REPLY, CLAIM = "do", "decide", "reply", "claim"
TICKET = ("ticket__priority", "ticket__requester", "ticket__department")


@dataclass(frozen=True)
class Row:
    """A step or a ticket. `verb` is the one thing to do with it; `slack_at` sorts."""

    key: str
    url: str
    title: str
    ticket: Ticket
    verb: str
    post: str
    slack_at: datetime
    due: Any
    is_step: bool
    asked_by: str = ""  # who named the reader in a text that the reader has not seen

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.slack_at, -self.ticket.priority.rank, self.ticket.created_at, self.key)


class MyWork:
    """Everything of one agent; reads only."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.moment = actor, clock.now()

    # ---- header ----------------------------------------------------------------------

    @cached_property
    def load(self) -> int:
        return loads([self.actor.user])[self.actor.user.pk]

    @property
    def cap(self) -> int | None:
        return self.actor.user.capacity

    @cached_property
    def away_until(self) -> datetime | None:
        """When the person is back; None when they are here."""
        return absent_until(self.actor.user, self.moment)

    # ---- lists -----------------------------------------------------------------------

    @cached_property
    def now(self) -> list[Row]:
        """What is overdue, then where one is asked by name, then what is due within two hours."""
        urgent = [row for row in self._mine if row.slack_at < self.moment + SOON or row.asked_by]
        asked = [row for row in self._asked if row.key not in {row.key for row in urgent}]
        return sorted([*urgent, *asked], key=self._rank)[:MOST_NOW]

    @cached_property
    def mine(self) -> list[Row]:
        """The rest of one's own steps and tickets."""
        shown = {row.key for row in self.now}
        return [row for row in self._mine if row.key not in shown][:MOST_MINE]

    @cached_property
    def free(self) -> list[Row]:
        """Steps and tickets of one's departments that nobody has."""
        steps = self._items(WorkItem.objects.claimable_by(self.actor), MOST_FREE)
        free = waiting_for(self.actor).exclude(Exists(_open_steps()))
        tickets = _joined(free)[:MOST_FREE]
        rows = [*(_step_row(item, CLAIM) for item in steps), *(_ticket_row(ticket, CLAIM) for ticket in tickets)]
        return sorted(rows, key=lambda row: row.order)[:MOST_FREE]

    @property
    def is_empty(self) -> bool:
        return not (self.now or self.mine or self.free)

    @cached_property
    def _mine(self) -> list[Row]:
        held = WorkItem.objects.open().for_people().filter(assignee=self.actor.user)
        rows = [_step_row(item, DECIDE if item.kind == WorkItem.Kind.APPROVAL else DO) for item in self._items(held)]
        # A ticket whose step is mine is there through its step.
        steps = _open_steps().filter(assignee=self.actor.user)
        here = Q(snoozed_q(snoozed=False)) | Q(pk__in=list(self._mentions))
        own = Ticket.objects.open().filter(here, assignee=self.actor.user).exclude(Exists(steps))
        rows += [_ticket_row(ticket, REPLY) for ticket in _joined(own).order_by(*ORDER)[: MOST_MINE * 2]]
        return sorted(map(self._with_mention, rows), key=lambda row: row.order)

    @cached_property
    def _mentions(self) -> dict[int, Mention]:
        return unanswered(self.actor)

    @cached_property
    def _asked(self) -> list[Row]:
        """Tickets of others where somebody asks for this person."""
        if not self._mentions:
            return []
        others = _joined(Ticket.objects.filter(pk__in=list(self._mentions)).exclude(assignee=self.actor.user))
        return [self._with_mention(_ticket_row(ticket, REPLY)) for ticket in others]

    def _with_mention(self, row: Row) -> Row:
        found = self._mentions.get(row.ticket.pk)
        if found is None:
            return row
        place = f"#c-{found.comment}" if found.comment and not row.is_step else ""
        return replace(row, asked_by=found.by, url=f"{row.url}{place}")

    def _rank(self, row: Row) -> tuple[Any, ...]:
        overdue = row.slack_at < self.moment
        return (0 if overdue else 1 if row.asked_by else 2, *row.order)

    def _items(self, rows: Any, limit: int = MOST_MINE * 2) -> Iterable[WorkItem]:
        related = rows.select_related("instance__version__workflow", "ticket__status", *TICKET)
        light = related.defer("instance__state", "ticket__description", "ticket__fields", *UNREAD)
        return light.order_by("sort_due_at", "pk")[:limit]


def _open_steps() -> Any:
    return WorkItem.objects.open().for_people().filter(ticket=OuterRef("pk"))


def _joined(tickets: Any) -> Any:
    related = tickets.select_related("status", "priority", "requester", "department")
    return related.defer("description", "fields", "field_versions")


def _step_row(item: WorkItem, verb: str) -> Row:
    url = reverse("workflows:work_item", args=[item.pk])
    return Row(
        key=f"item-{item.pk}",
        url=url,
        title=name_of(definition_of(item.instance.version_id), item.step),
        ticket=item.ticket,
        verb=verb,
        post=f"{url}/claim" if verb == CLAIM else "",
        slack_at=min(item.sort_due_at, item.ticket.sort_due_at),
        due=(deadline_of(item) if item.sort_due_at <= item.ticket.sort_due_at else None) or item.ticket,
        is_step=True,
    )


def _ticket_row(ticket: Ticket, verb: str) -> Row:
    paused = ticket.status.category == Status.Category.WAITING
    return Row(
        key=f"ticket-{ticket.pk}",
        url=ticket.get_absolute_url(),
        title=ticket.subject,
        ticket=ticket,
        verb=verb,
        post=reverse("workflows:claim_ticket", args=[ticket.number]) if verb == CLAIM else "",
        slack_at=NO_DUE_DATE if paused else ticket.sort_due_at,
        due=ticket,
        is_step=False,
    )


# ---- menus ---------------------------------------------------------------------------


def open_items(actor: Actor) -> dict[str, int]:
    """How many open steps of each kind the actor holds: for menus, perhaps half a minute old."""
    found = menu.kept(actor.user.pk)
    if found is None:
        rows = WorkItem.objects.open().for_people().filter(assignee=actor.user.pk).order_by().values_list("kind")
        found = dict(rows.annotate(number=Count("pk")))
        menu.keep(actor.user.pk, found)
    return found


def open_count(actor: Actor) -> int:
    return sum(open_items(actor).values())


def approval_count(actor: Actor) -> int:
    return open_items(actor).get(WorkItem.Kind.APPROVAL, 0)
