"""The report on steps: how much was done, by whom, and how long it waited and took."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.errors import BadRequest
from flowtic.core.time_words import span
from workflows.commands.drive import definition_of
from workflows.commands.rollups import bounds, local_day, waiting_and_touch
from workflows.models import StepDay, Workflow, WorkItem
from workflows.words import name_of

PERIODS = ("day", "week", "month")
DAYS, MOST_DAYS, MOST_TIMES = 30, 1100, 20_000


@dataclass(frozen=True)
class PeriodRow:
    """One day, week or month."""

    start: date
    label: str
    actions: int
    closed: int


@dataclass(frozen=True)
class NamedRow:
    """A workflow, a step or a person with the number of completed actions."""

    key: str
    name: str
    about: str
    actions: int
    closed: int = 0


@dataclass(frozen=True)
class Times:
    """How long a step waited for somebody and how long it was worked on; seconds."""

    workflow: str
    step: str
    count: int
    waited_median: float
    waited_p90: float
    touched_median: float
    touched_p90: float

    @property
    def words(self) -> list[str]:
        values = (self.waited_median, self.waited_p90, self.touched_median, self.touched_p90)
        return [span(timedelta(seconds=value)) for value in values]


class Report:
    """For an address; raises BadRequest for filters that cannot be. Reads sums, and single steps only for times."""

    def __init__(self, actor: Actor, params: Mapping[str, Any]) -> None:
        today = local_day(clock.now())
        self.actor = actor
        self.until = _day(params.get("until"), today)
        self.since = _day(params.get("since"), self.until - timedelta(days=DAYS - 1))
        self.by = params.get("by") or "day"
        self.workflow, self.step = params.get("workflow") or "", params.get("step") or ""
        self.person = _number(params.get("person"))
        if self.by not in PERIODS or not 0 <= (self.until - self.since).days < MOST_DAYS:
            raise BadRequest(_("This period cannot be shown."), fields={"since": _("not valid")})

    # ---- sums ------------------------------------------------------------------------

    @cached_property
    def periods(self) -> list[PeriodRow]:
        """Every period of the range, also those in which nothing happened."""
        actions, closed = self._by("day", self._actions), self._by("day", self._closed)
        found: dict[date, list[int]] = {}
        for offset in range((self.until - self.since).days + 1):
            day = self.since + timedelta(days=offset)
            row = found.setdefault(_start(day, self.by), [0, 0])
            row[0] += actions.get(day, 0)
            row[1] += closed.get(day, 0)
        return [PeriodRow(start, _label(start, self.by), *row) for start, row in found.items()]

    @property
    def most(self) -> int:
        return max((row.actions for row in self.periods), default=0) or 1

    @property
    def total(self) -> int:
        return sum(row.actions for row in self.periods)

    @property
    def total_closed(self) -> int:
        return sum(row.closed for row in self.periods)

    @cached_property
    def by_workflow(self) -> list[NamedRow]:
        closed = self._by("workflow", self._closed)
        rows = [
            NamedRow(self._key(pk), self._name(pk), "", number, closed.pop(pk, 0))
            for pk, number in self._by("workflow", self._actions).items()
        ]
        rows += [NamedRow(self._key(pk), self._name(pk), "", 0, number) for pk, number in closed.items()]
        return sorted(rows, key=lambda row: (-row.actions, row.name))

    @cached_property
    def by_step(self) -> list[NamedRow]:
        rows = self._actions.order_by().values_list("workflow", "step").annotate(number=Sum("completed"))
        found = [NamedRow(step, self._step_name(pk, step), self._name(pk), number) for pk, step, number in rows]
        return sorted(found, key=lambda row: (-row.actions, row.name))

    @cached_property
    def by_person(self) -> list[NamedRow]:
        sums = self._by("person", self._actions)
        names = dict(User.objects.filter(pk__in=[pk for pk in sums if pk]).values_list("pk", "name"))
        found = [NamedRow(str(pk or ""), names.get(pk, "Flowtic"), "", number) for pk, number in sums.items()]
        return sorted(found, key=lambda row: (-row.actions, row.name))

    @property
    def _rows(self) -> Any:
        rows = StepDay.objects.visible_to(self.actor).filter(day__gte=self.since, day__lte=self.until)
        return rows.filter(workflow__key=self.workflow.replace("\0", "")) if self.workflow else rows

    @property
    def _actions(self) -> Any:
        rows = self._rows.exclude(step="")
        rows = rows.filter(step=self.step.replace("\0", "")) if self.step else rows
        return rows.filter(person=self.person) if self.person else rows

    @property
    def _closed(self) -> Any:
        """Whole runs; they belong to no step and no person."""
        return self._rows.none() if self.step or self.person else self._rows.filter(step="")

    def _by(self, column: str, rows: Any) -> dict[Any, int]:
        return dict(rows.order_by().values_list(column).annotate(number=Sum("completed")))

    # ---- times -----------------------------------------------------------------------

    @cached_property
    def times(self) -> list[Times]:
        """Median and the time within which nine of ten were; of the newest MOST_TIMES steps of the range."""
        waited: dict[tuple[int, str], list[float]] = defaultdict(list)
        touched: dict[tuple[int, str], list[float]] = defaultdict(list)
        columns = ("instance__version__workflow", "step", "created_at", "claimed_at", "completed_at")
        for workflow, step, *moments in self._done().values_list(*columns)[:MOST_TIMES]:
            waiting, touch = waiting_and_touch(*moments)
            waited[workflow, step].append(waiting)
            touched[workflow, step].append(touch)
        found = [self._times(key, waited[key], touched[key]) for key in waited]
        return sorted(found, key=lambda row: (-row.waited_median, row.step))

    def _done(self) -> Any:
        start, end = bounds(self.since)[0], bounds(self.until)[1]
        rows = WorkItem.objects.filter(state=WorkItem.State.COMPLETED, completed_at__gte=start, completed_at__lt=end)
        if not self.actor.works_in_every_department:
            rows = rows.filter(ticket__department__in=self.actor.lead_department_ids)
        if self.workflow:
            rows = rows.filter(instance__version__workflow__key=self.workflow.replace("\0", ""))
        rows = rows.filter(step=self.step.replace("\0", "")) if self.step else rows
        rows = rows.filter(completed_by=self.person) if self.person else rows
        return rows.order_by("-completed_at", "pk")

    def _times(self, key: tuple[int, str], waited: Sequence[float], touched: Sequence[float]) -> Times:
        workflow, step = key
        return Times(
            workflow=self._name(workflow),
            step=self._step_name(workflow, step),
            count=len(waited),
            waited_median=median(waited),
            waited_p90=percentile(waited, 90),
            touched_median=median(touched),
            touched_p90=percentile(touched, 90),
        )

    # ---- names -----------------------------------------------------------------------

    @cached_property
    def workflows(self) -> dict[int, Workflow]:
        return Workflow.objects.defer("draft").in_bulk()

    @cached_property
    def people(self) -> list[User]:
        """Who did anything in the range, for the filter."""
        ids = self._rows.exclude(person=None).order_by().values_list("person", flat=True).distinct()
        return list(User.objects.filter(pk__in=list(ids)[:500]).only("name").order_by("name"))

    def _name(self, pk: int) -> str:
        return self.workflows[pk].name if pk in self.workflows else "–"

    def _key(self, pk: int) -> str:
        return self.workflows[pk].key if pk in self.workflows else ""

    def _step_name(self, workflow: int, step: str) -> str:
        """As the live version calls it; steps that are gone keep their key."""
        row = self.workflows.get(workflow)
        return name_of(definition_of(row.live_id), step) if row and row.live_id else step

    # ---- file ------------------------------------------------------------------------

    def table(self, name: str) -> tuple[list[str], Iterable[Sequence[Any]]]:
        """Headings and rows of a table for a file."""
        if name == "periods":
            heads = [_("From"), _("Completed steps"), _("Closed tickets")]
            return heads, [(row.start.isoformat(), row.actions, row.closed) for row in self.periods]
        if name == "workflows":
            heads = [_("Workflow"), _("Completed steps"), _("Closed tickets")]
            return heads, [(row.name, row.actions, row.closed) for row in self.by_workflow]
        if name == "steps":
            heads = [_("Workflow"), _("Step"), _("Completed steps")]
            return heads, [(row.about, row.name, row.actions) for row in self.by_step]
        if name == "people":
            return [_("Person"), _("Completed steps")], [(row.name, row.actions) for row in self.by_person]
        if name == "times":
            return _time_heads(), [
                (
                    row.workflow,
                    row.step,
                    row.count,
                    round(row.waited_median),
                    round(row.waited_p90),
                    round(row.touched_median),
                    round(row.touched_p90),
                )
                for row in self.times
            ]
        raise BadRequest(_("This report has no such table."), fields={"table": _("unknown")})


def _time_heads() -> list[str]:
    seconds = _("%(what)s (seconds)")
    four = (_("Waiting, median"), _("Waiting, 90 %"), _("Working, median"), _("Working, 90 %"))
    return [_("Workflow"), _("Step"), _("Number"), *(seconds % {"what": what} for what in four)]


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest value that at least `share` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def _start(day: date, by: str) -> date:
    if by == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if by == "week" else day


def _label(start: date, by: str) -> str:
    if by == "month":
        return date_format(start, "YEAR_MONTH_FORMAT")
    said = date_format(start, "SHORT_DATE_FORMAT")
    return _("week from %(day)s") % {"day": said} if by == "week" else said


def _day(text: Any, default: date) -> date:
    if not text:
        return default
    try:
        found = datetime.strptime(str(text), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise BadRequest(_("Please give the day as YYYY-MM-DD."), fields={"since": _("not valid")}) from None
    return max(min(found, date(2200, 1, 1)), date(2000, 1, 1))


def _number(text: Any) -> int | None:
    plain = str(text or "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else None
