"""My work: what is due now, one's own steps and tickets, and what could be taken over; by the time that is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse

from accounts.absences import absent_until
from desk.dispatching.load import loads
from desk.dispatching.queue import waiting_for
from desk.models import NO_DUE_DATE, Status, Ticket
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
        """Overdue, or due within two hours."""
        return [row for row in self._mine if row.slack_at < self.moment + SOON][:MOST_NOW]

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
        tickets = _joined(free).order_by("sort_due_at", "pk")[:MOST_FREE]
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
        own = Ticket.objects.open().filter(assignee=self.actor.user).exclude(Exists(steps))
        rows += [_ticket_row(ticket, REPLY) for ticket in _joined(own).order_by("sort_due_at", "pk")[: MOST_MINE * 2]]
        return sorted(rows, key=lambda row: row.order)

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
        due=deadline_of(item) or item.ticket,
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
