"""What the desk promises, and each promise that was made for a ticket. The arithmetic is desk/sla.py's."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.calendars import business, local
from desk import sla
from desk.models.localised import LocalisedName
from flowtic.core import clock, durations
from flowtic.core.actor import Actor
from flowtic.core.business_time import BusinessCalendar
from flowtic.core.fields import FlagField, IdentityField
from flowtic.core.prepared import Prepared

LONGEST_TARGET = timedelta(hours=24 * 366)


class Kind(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    RESOLUTION = "resolution", _("Resolution")


def readable_targets(value: Any) -> None:
    """{"first_response": {"high": "PT4H", …}, …}: working time by kind and priority."""
    if not isinstance(value, dict) or set(value) - set(Kind.values):
        raise ValidationError(_now("Give targets for first response, next response and resolution."), code="targets")
    for row in value.values():
        if not isinstance(row, dict) or not all(isinstance(key, str) for key in row):
            raise ValidationError(_now("Give one target for each priority."), code="targets")
        for text in row.values():
            try:
                length = durations.parse(text)
            except ValueError as error:
                raise ValidationError(str(error), code="targets") from None
            if not timedelta() < length <= LONGEST_TARGET:
                raise ValidationError(_now("A target lies between one second and a year."), code="targets")


class SlaPolicy(LocalisedName):
    """Targets for the tickets on which its condition holds; the first active policy that fits counts."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    # None: that of the ticket's department.
    calendar = models.ForeignKey(
        "accounts.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working hours")
    )
    targets = models.JSONField(_("targets"), default=dict, validators=[readable_targets])

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("promise rule")
        verbose_name_plural = _("promise rules")

    def target(self, kind: str, priority: str) -> timedelta | None:
        """What is promised, None for nothing."""
        text = (self.targets.get(kind) or {}).get(priority)
        return durations.parse(text) if text else None


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        return self.filter(met_at=None, cancelled_at=None)

    def reported_to(self, actor: Actor) -> "PromiseQuerySet":
        """Promises of the departments whose reports the actor sees: leads their own, support and admins all."""
        if actor.works_in_every_department:
            return self
        return self.filter(department__in=actor.lead_department_ids)


class Promise(models.Model):
    """One clock of one ticket; what depends on time is derived from `runs` by `settle` and stored for lists."""

    Kind = Kind

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="promises")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    policy = models.ForeignKey(SlaPolicy, models.PROTECT, related_name="+")
    calendar = models.ForeignKey("accounts.Calendar", models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="+", db_index=False)
    priority = models.CharField(max_length=20)
    target_seconds = models.PositiveIntegerField()
    # [[start, end or null], …] as ISO texts
    runs = models.JSONField(default=list)
    started_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    consumed_seconds = models.PositiveIntegerField(default=0)
    breached = FlagField(default=False)
    # The highest of sla.LEVELS that people were told of.
    warned = models.PositiveSmallIntegerField(default=0)
    next_check_at = models.DateTimeField(null=True)
    # "2026-11", where the calendar is: of the end when kept, of the due date when broken; '' while undecided.
    month = models.CharField(max_length=7, blank=True)

    objects = PromiseQuerySet.as_manager()

    # What `settle` writes.
    DERIVED = ("due_at", "paused_at", "consumed_seconds", "breached", "warned", "next_check_at", "month")

    class Meta:
        indexes = [
            models.Index(fields=["next_check_at"], name="promise_check"),
            models.Index(fields=["month", "department"], name="promise_month"),
        ]
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.ticket_id}"

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.cancelled_at is None

    @property
    def paused(self) -> bool:
        return self.paused_at is not None

    @property
    def target(self) -> timedelta:
        return timedelta(seconds=self.target_seconds)

    @property
    def clock_runs(self) -> tuple[sla.Run, ...]:
        """`runs` as the arithmetic wants them."""
        moments = ((datetime.fromisoformat(start), end and datetime.fromisoformat(end)) for start, end in self.runs)
        return tuple(sla.Run(start, end) for start, end in moments)

    @clock_runs.setter
    def clock_runs(self, runs: sla.Runs) -> None:
        self.runs = [[run.start.isoformat(), run.end and run.end.isoformat()] for run in runs]

    @property
    def urgency(self) -> tuple[bool, datetime, int]:
        """Sorts the promises of one ticket: the first running one to be due, else the one with the least time left."""
        return (self.due_at is None, self.due_at or self.started_at, self.target_seconds - self.consumed_seconds)

    @property
    def hours(self) -> BusinessCalendar:
        return business(self.calendar)

    def share(self, now: datetime | None = None) -> float:
        """Per cent used up."""
        return sla.share(self.clock_runs, self.target, self.hours, now or clock.now())

    def left(self, now: datetime) -> timedelta:
        """Working time until it is due; less than nothing when that has passed."""
        return self.target - sla.consumed(self.clock_runs, self.hours, now)

    def standing(self, now: datetime) -> tuple[float, timedelta]:
        """`share` and `left` at once: the working time is counted for both."""
        spent = sla.consumed(self.clock_runs, self.hours, now)
        return sla.share_of(spent, self.target), self.target - spent

    def level(self, now: datetime) -> int:
        """The highest of sla.LEVELS that is reached."""
        return sla.level(self.clock_runs, self.target, self.hours, now)

    def settle(self, now: datetime) -> None:
        """Derives from runs, target and calendar all that is stored beside them."""
        runs, hours = self.clock_runs, self.hours
        finished = [run for run in runs if run.end]
        self.due_at = sla.due(runs, self.target, hours)
        self.consumed_seconds = int(sla.consumed(finished, hours, now).total_seconds())
        self.paused_at = runs[-1].end if self.is_open else None
        self.breached = sla.is_broken(runs, self.target, hours, now)
        if self.warned:
            self.warned = min(self.warned, sla.level(runs, self.target, hours, now))
        self.next_check_at = sla.next_level_at(runs, self.target, hours, self.warned) if self.is_open else None
        decided = self.due_at if self.breached else self.met_at
        self.month = local(decided, self.calendar).strftime("%Y-%m") if decided else ""


_open_promises = Prepared(lambda ids: Promise.objects.open().filter(ticket__in=ids).select_related("calendar"))


def clocks_of(tickets: Iterable[Any]) -> dict[int, Promise]:
    """By ticket the promise that its due date or its pause comes from; asks only where there may be one."""
    wanted = [row.pk for row in tickets if row.is_open and not row.due_fixed and _may_have_clock(row)]
    if not wanted:
        return {}
    found: dict[int, Promise] = {}
    for row in _open_promises.among(wanted):
        other = found.get(row.ticket_id)
        if other is None or row.urgency < other.urgency:
            found[row.ticket_id] = row
    return found


def _may_have_clock(ticket: Any) -> bool:
    return ticket.due_at is not None or ticket.status.category == "waiting"
