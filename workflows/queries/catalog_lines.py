"""The list of workflows: how each of them does, and which of them can no longer work. Few queries, however many."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.policy import allows
from flowtic.core.time_words import span
from workflows.commands.rollups import local_day
from workflows.definition.findings import Finding, Findings
from workflows.definition.shape import check_shape
from workflows.definition.validation import errors, validate
from workflows.directory import DatabaseDirectory
from workflows.models import Instance, Workflow
from workflows.request_forms import asked_of

WEEKS, MOST_RUNS = 12, 20_000
RECENT = timedelta(days=7)
BAR, HEIGHT = 8, 24


@dataclass(frozen=True)
class Bar:
    """A week of the small picture: `x`, `y` and `height` in its own measure."""

    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Line:
    """A workflow in the list. `wrong`: what keeps the version in use, or the only draft, from working."""

    workflow: Workflow
    running: int = 0
    failed: int = 0
    failed_lately: int = 0
    duration: str = ""
    weeks: Sequence[int] = (0,) * WEEKS
    wrong: Sequence[Finding] = ()
    draft_errors: int = 0
    may_edit: bool = False
    readable: bool = True

    @property
    def live(self) -> int | None:
        return self.workflow.live.number if self.workflow.live else None

    @property
    def is_mended_in_draft(self) -> bool:
        """The version in use is broken, the draft beside it is not: it only waits to be published."""
        return self.live is not None and self.has_draft and not self.draft_errors

    @property
    def has_draft(self) -> bool:
        return bool(self.workflow.has_draft)  # type: ignore[attr-defined]

    @property
    def finished(self) -> int:
        return sum(self.weeks)

    @property
    def bars(self) -> list[Bar]:
        most = max(self.weeks) or 1
        heights = [max(round(HEIGHT * number / most), 2) if number else 0 for number in self.weeks]
        return [Bar(x * (BAR + 2), HEIGHT - height, height) for x, height in enumerate(heights)]


@dataclass
class _Times:
    seconds: list[float] = field(default_factory=list)
    weeks: list[int] = field(default_factory=lambda: [0] * WEEKS)


def catalog(actor: Actor) -> list[Line]:
    """Every workflow; what is broken comes first."""
    has_draft = ExpressionWrapper(Q(draft__isnull=False), output_field=BooleanField())
    shown = Workflow.objects.visible_to(actor).select_related("department", "live").annotate(has_draft=has_draft)
    rows = list(shown.defer("draft", "live__document").order_by("key"))
    counts, times = _counts(actor), _times(actor)
    wrong = _wrong(actor, rows)
    lines = []
    for row in rows:
        running, failed, lately = counts.get(row.pk, (0, 0, 0))
        own = times.get(row.pk) or _Times()
        found = wrong[row.pk]
        lines.append(
            Line(
                workflow=row,
                running=running,
                failed=failed,
                failed_lately=lately,
                duration=span(timedelta(seconds=median(own.seconds))) if own.seconds else "",
                weeks=own.weeks,
                wrong=found.live if row.live else found.draft,
                draft_errors=len(found.draft),
                may_edit=allows(actor, "workflow.edit", row),
                readable=found.readable,
            )
        )
    return sorted(lines, key=lambda line: not line.wrong)


def _counts(actor: Actor) -> dict[int, tuple[int, int, int]]:
    """By workflow: runs on their way, those that stand still, and those that do since a few days."""
    failed = Q(has_error=True)
    lately = failed & Q(moved_at__gte=clock.now() - RECENT)
    rows = Instance.objects.visible_to(actor).running().order_by().values_list("version__workflow")
    found = rows.annotate(number=Count("pk"), failed=Count("pk", filter=failed), lately=Count("pk", filter=lately))
    return {pk: (number, failed, lately) for pk, number, failed, lately in found}


def first_week(now: datetime) -> date:
    """The Monday with which the small pictures begin."""
    today = local_day(now)
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def _times(actor: Actor) -> dict[int, _Times]:
    """By workflow: how long the runs that ended lately took, and how many ended in each week."""
    now = clock.now()
    begin = first_week(now)
    ended = Instance.objects.visible_to(actor).filter(
        status=Instance.State.FINISHED, moved_at__gte=now - timedelta(weeks=WEEKS)
    )
    found: dict[int, _Times] = defaultdict(_Times)
    columns = ("version__workflow", "started_at", "ended_at")
    for workflow, started, over in ended.order_by("-moved_at", "-pk").values_list(*columns)[:MOST_RUNS]:
        own, week = found[workflow], (local_day(over) - begin).days // 7
        own.seconds.append(max((over - started).total_seconds(), 0.0))
        if 0 <= week < WEEKS:
            own.weeks[week] += 1
    return found


# ---- what is broken ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wrong:
    live: list[Finding]
    draft: list[Finding]
    readable: bool = True


def _wrong(actor: Actor, rows: Sequence[Workflow]) -> dict[int, _Wrong]:
    """The errors of the versions in use and of the drafts, for who may mend them; the directory is read once."""
    mendable = [row.pk for row in rows if allows(actor, "workflow.edit", row)]
    directory, asked = DatabaseDirectory(), asked_of(mendable)
    found = {row.pk: _Wrong([], []) for row in rows}
    documents = Workflow.objects.filter(pk__in=mendable).values_list("pk", "live__document", "draft")
    for pk, live, draft in documents:
        latest = draft if draft is not None else live
        found[pk] = _Wrong(
            _errors(live, directory, asked[pk]) if live is not None else [],
            _errors(draft, directory, asked[pk]) if draft is not None else [],
            latest is None or check_shape(latest, Findings()),
        )
    return found


def _errors(document: Any, directory: DatabaseDirectory, asked: Any) -> list[Finding]:
    return errors(validate(document, directory, asked))
