"""Checklists as pages show them: how far each ticket is, the templates on offer, and what new tickets get."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import ngettext

from desk import events
from desk.commands.checklists import use_checklist
from desk.models import ChecklistItem, ChecklistTemplate, Ticket
from flowtic.core.actor import Actor
from flowtic.core.events import subscribe
from flowtic.core.models import Event

ROBOT = Actor.system("checklist")


@dataclass(frozen=True)
class Progress:
    done: int
    total: int

    @property
    def open(self) -> int:
        return self.total - self.done

    def __str__(self) -> str:
        return f"{self.done}/{self.total}"

    @property
    def warning(self) -> str:
        """What is said when the ticket ends while lines are open; '' when none is."""
        if not self.open:
            return ""
        text = ngettext(
            "%(n)d line of the checklist is still open.", "%(n)d lines of the checklist are still open.", self.open
        )
        return text % {"n": self.open}


def progress_of(ids: Iterable[int]) -> dict[int, Progress]:
    """By ticket, only of those that have a checklist; one query."""
    rows = ChecklistItem.objects.filter(ticket__in=list(ids)).order_by().values_list("ticket")
    counted = rows.annotate(total=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False)))
    return {ticket: Progress(done, total) for ticket, total, done in counted}


def open_lines(ticket: Ticket) -> str:
    """The warning for a ticket that has ended; '' for one that goes on, or where all is done."""
    if ticket.is_open:
        return ""
    found = progress_of([ticket.pk]).get(ticket.pk)
    return found.warning if found else ""


def offered(actor: Actor) -> list[ChecklistTemplate]:
    """What the ticket page offers."""
    return list(ChecklistTemplate.objects.visible_to(actor).filter(active=True))


@subscribe(events.CREATED, key="desk.checklists")
def begin_with(event: Event) -> None:
    """A new ticket gets the lists of its request type, each once."""
    ticket = Ticket.objects.filter(pk=event.ticket_id or 0, request_type__isnull=False).first()
    if ticket is None:
        return
    used = Event.objects.filter(ticket_id=ticket.pk, name=events.CHECKLIST_USED).values_list("data", flat=True)
    done = {data.get("template") for data in used}
    for template in ChecklistTemplate.objects.filter(request_type=ticket.request_type_id, active=True):
        if template.pk not in done:
            use_checklist(ROBOT, ticket, template=template)
