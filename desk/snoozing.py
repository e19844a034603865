"""Tickets that are put off: the moments offered, the filter of lists, and the clock that brings them back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from desk import events
from desk.commands.snoozing import wake_ticket
from desk.models import Snooze, Ticket
from desk.models.snooze import UNTIL_ANSWER
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError
from flowtic.core.events import subscribe
from flowtic.core.leases import leased
from flowtic.core.models import Event

log = structlog.get_logger("flowtic.desk")

BATCH = 500
MORNING = time(8)
CLOCK = Actor.system("snooze")


@dataclass(frozen=True)
class Moment:
    """One choice of the menu, in the reader's time zone."""

    label: str
    until: datetime

    @property
    def value(self) -> str:
        return self.until.isoformat()

    @property
    def said(self) -> str:
        """The moment beside its label: day and hour within a week, else the date; '' where only the answer counts."""
        ahead = self.until - clock.now()
        if ahead >= UNTIL_ANSWER:
            return ""
        return date_format(self.until, "D H:i" if ahead < timedelta(days=7) else "SHORT_DATE_FORMAT")


def moments(now: datetime | None = None) -> Iterator[Moment]:
    """In four hours; tomorrow, next Monday and in a month at eight in the morning; and when the requester answers, who
    brings a ticket back in any case."""
    local = timezone.localtime(now or clock.now())
    yield Moment(_("In 4 hours"), local.replace(second=0, microsecond=0) + timedelta(hours=4))
    for label, days in (
        (_("Tomorrow"), 1),
        (_("Next Monday"), 7 - local.weekday()),
        (_("In a month"), 30),
    ):
        day = local.date() + timedelta(days=days)
        yield Moment(label, timezone.make_aware(datetime.combine(day, MORNING)))
    yield Moment(_("Until an answer"), local + UNTIL_ANSWER + timedelta(hours=12))


@leased("desk.wake_snoozed", 120)
def wake_due() -> int:
    """Brings back what was put off until now; returns how many."""
    number = 0
    rows = Snooze.objects.filter(until__lte=clock.now()).order_by("until").values_list("ticket", flat=True)[:BATCH]
    for ticket in Ticket.objects.filter(pk__in=list(rows)):
        try:
            wake_ticket(CLOCK, ticket)
            number += 1
        except CommandError as error:
            log.info("wake_refused", ticket=ticket.number, reason=error.message)
    return number


@subscribe(events.COMMENTED, events.REOPENED, events.STATUS_CHANGED, key="desk.snooze")
def wake_early(event: Event) -> None:
    """A reply of the requester brings the ticket back before its time; so does its end."""
    row = Snooze.objects.filter(ticket=event.ticket_id).select_related("ticket").first()
    if row is None:
        return
    answered = event.name == events.COMMENTED and event.actor_id == row.ticket.requester_id
    if answered or event.name == events.REOPENED or not row.ticket.is_open:
        wake_ticket(CLOCK, row.ticket)
