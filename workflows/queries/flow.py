"""All runs of a workflow at a glance: where they stand, how long steps take, what holds them up, what has failed."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from flowtic.core.time_words import span
from workflows.commands.drive import definition_of
from workflows.commands.rollups import local_day
from workflows.definition.drawing import FAILED, Drawing, draw
from workflows.definition.format import Definition
from workflows.engine.state import ERROR
from workflows.models import EffectRun, Instance, Timer, Workflow, WorkflowVersion, WorkItem
from workflows.models.instance import InstanceQuerySet
from workflows.names import DatabaseNames
from workflows.words import error_words, name_of

WEEKS, MOST_ITEMS, MOST_RUNS, MOST_FAILED = 12, 20_000, 5000, 100
HEATS = (0.15, 0.35, 0.6, 0.85)  # of the longest step


@dataclass(frozen=True)
class StepTimes:
    """What a step took in the last weeks: number, medians of waiting and of work, its share of all the time."""

    key: str
    name: str
    number: int
    standing: int
    waited: str
    worked: str
    both: float
    share: int
    weeks: list[str]
    bars: list[tuple[int, int, int]]  # x, y, height


@dataclass(frozen=True)
class FailedRun:
    """A run that stands still; one line per failed place."""

    instance: Instance
    causes: list[tuple[str, str]]


class FlowPage:
    """Of the version with that number, else the live one, else the newest."""

    def __init__(self, actor: Actor, workflow: Workflow, number: int | None = None) -> None:
        self.actor, self.workflow = actor, workflow
        found = workflow.versions.filter(number=number).first() if number else None
        self.version: WorkflowVersion | None = found or workflow.live or workflow.versions.first()

    @cached_property
    def definition(self) -> Definition:
        assert self.version is not None  # noqa: S101  (asked by the template first)
        return definition_of(self.version.pk)

    def _runs(self) -> InstanceQuerySet:
        return Instance.objects.visible_to(self.actor).filter(version=self.version)

    @property
    def may_operate(self) -> bool:
        return self.actor.is_admin or allows(self.actor, "workflow.edit", self.workflow)

    # ---- where they stand ----------------------------------------------------------------

    @cached_property
    def standing(self) -> Counter[str]:
        """Runs at each step."""
        states = self._runs().running().values_list("state", flat=True).order_by("-pk")[:MOST_RUNS]
        return Counter(step for state in states for step in {one["step"] for one in state["tokens"].values()})

    @cached_property
    def running(self) -> int:
        return self._runs().running().count()

    @cached_property
    def failed(self) -> list[FailedRun]:
        rows = Instance.objects.visible_to(self.actor).running().filter(version__workflow=self.workflow, has_error=True)
        listed = rows.select_related("ticket", "version").defer("version__document").order_by("moved_at")[:MOST_FAILED]
        return [FailedRun(row, causes_of(row)) for row in listed]

    # ---- how long ------------------------------------------------------------------------

    @cached_property
    def _first_week(self) -> date:
        today = local_day(clock.now())
        return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)

    @cached_property
    def _done(self) -> dict[str, list[tuple[int, float, float]]]:
        """By step: (week, seconds of waiting, seconds of work)."""
        since = clock.now() - timedelta(weeks=WEEKS)
        rows = WorkItem.objects.filter(
            state=WorkItem.State.COMPLETED, completed_at__gte=since, instance__version__workflow=self.workflow
        ).filter(instance__in=Instance.objects.visible_to(self.actor))
        found: dict[str, list[tuple[int, float, float]]] = {}
        columns = ("step", "created_at", "claimed_at", "completed_at")
        for step, created, claimed, over in rows.order_by("-pk").values_list(*columns)[:MOST_ITEMS]:
            begun = min(claimed or over, over)
            times = max((begun - created).total_seconds(), 0.0), max((over - begun).total_seconds(), 0.0)
            found.setdefault(step, []).append((self._week(over), *times))
        return found

    def _week(self, moment: datetime) -> int:
        return (local_day(moment) - self._first_week).days // 7

    @property
    def weeks(self) -> list[date]:
        return [self._first_week + timedelta(weeks=number) for number in range(WEEKS)]

    @cached_property
    def steps(self) -> list[StepTimes]:
        """In the order of the document; steps that were not done in this time are left out."""
        total = sum(waited + worked for rows in self._done.values() for _week, waited, worked in rows) or 1.0
        keys = [key for key in self.definition.steps if key in self._done]
        return [self._times(key, self._done[key], total) for key in keys]

    def _times(self, key: str, rows: list[tuple[int, float, float]], total: float) -> StepTimes:
        by_week: dict[int, list[float]] = {}
        for week, waited, worked in rows:
            by_week.setdefault(week, []).append(waited + worked)
        medians = [median(by_week[week]) if week in by_week else None for week in range(WEEKS)]
        most = max((one for one in medians if one), default=0.0) or 1.0
        heights = [max(round(40 * one / most), 1) if one else 0 for one in medians]
        own = sum(waited + worked for _week, waited, worked in rows)
        return StepTimes(
            key=key,
            name=name_of(self.definition, key),
            number=len(rows),
            standing=self.standing[key],
            waited=span(timedelta(seconds=median(one[1] for one in rows))),
            worked=span(timedelta(seconds=median(one[2] for one in rows))),
            both=median(one[1] + one[2] for one in rows),
            share=round(100 * own / total),
            weeks=[span(timedelta(seconds=one)) if one is not None else "–" for one in medians],
            bars=[(number * 10, 40 - height, height) for number, height in enumerate(heights)],
        )

    @property
    def bottleneck(self) -> StepTimes | None:
        """Where most of the time goes, all runs together."""
        own = {key: sum(one[1] + one[2] for one in rows) for key, rows in self._done.items()}
        return max(self.steps, key=lambda step: own[step.key], default=None)

    # ---- picture -------------------------------------------------------------------------

    @cached_property
    def drawing(self) -> Drawing:
        longest = max((step.both for step in self.steps), default=0.0) or 1.0
        heat = {step.key: (_heat(step.both / longest), span(timedelta(seconds=step.both))) for step in self.steps}
        failed = {step: FAILED for run in self.failed if run.instance.version_id == self.definition_version
                  for step in failed_steps(run.instance)}  # fmt: skip
        base = reverse("workflows:runs")
        return draw(
            self.definition,
            states=failed,
            counts=dict(self.standing),
            heat=heat,
            names=DatabaseNames(),
            href=lambda key: f"{base}?workflow={self.workflow.key}&step={key}",
            ident="flow-diagram",
        )

    @property
    def definition_version(self) -> int:
        return self.version.pk if self.version else 0


def _heat(share: float) -> int:
    return sum(share >= limit for limit in HEATS)


def failed_steps(instance: Instance) -> list[str]:
    return [token["step"] for token in instance.state["tokens"].values() if token["state"] == ERROR]


def failed_tokens(instance: Instance) -> list[str]:
    return [name for name, token in instance.state["tokens"].items() if token["state"] == ERROR]


def causes_of(instance: Instance) -> list[tuple[str, str]]:
    """(step, why it failed) of every place that stands still."""
    definition = definition_of(instance.version_id)
    found = []
    for token in instance.state["tokens"].values():
        if token["state"] == ERROR:
            error: dict[str, Any] = token.get("error") or {}
            words = error_words(error.get("code", ""), error.get("message", ""))
            found.append((name_of(definition, token["step"]), words))
    return found


def standing_at(rows: InstanceQuerySet, step: str) -> InstanceQuerySet:
    """Those of the runs that wait, or have failed, at that step."""
    here: list[Q] = [
        Q(Exists(WorkItem.objects.open().filter(instance=OuterRef("pk"), step=step))),
        Q(Exists(Timer.objects.filter(instance=OuterRef("pk"), step=step))),
        Q(Exists(EffectRun.objects.filter(instance=OuterRef("pk"), step=step, state=EffectRun.State.PENDING))),
        Q(pk__in=_failed_at(rows, step)),
    ]
    found = here[0]
    for one in here[1:]:
        found |= one
    return rows.filter(found)


def _failed_at(rows: InstanceQuerySet, step: str) -> list[int]:
    failed = Instance.objects.filter(pk__in=rows.filter(has_error=True).values("pk")).values_list("pk", "state")[:1000]
    return [
        pk
        for pk, state in failed
        if any(token["step"] == step and token["state"] == ERROR for token in state["tokens"].values())
    ]
