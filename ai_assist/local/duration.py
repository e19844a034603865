"""How long tickets of a department and request type take: learned from the last weeks, open tickets included."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ai_assist.local.survival import LEAST_ENDED, Coverage, Curve, Spell, choose, curves
from ai_assist.models import LearnedModel
from ai_assist.results import Duration
from desk.models import Ticket
from flowtic.core import clock

TARGET = "duration"
# The shortest window with enough ended tickets counts: what was usual a year ago says little.
WINDOWS = (60, 180, 365)
BATCH = 2000
MOST_ROWS = 50_000
BACK_TESTS = 4  # weeks, each judged with what was known at its beginning
LEAST_JUDGED = 20


@dataclass(frozen=True)
class Known:
    """When a ticket came and when it was solved (None: still open), and its groups from narrow to wide."""

    created: datetime
    ended: datetime | None
    groups: tuple[str, ...]

    def as_of(self, moment: datetime) -> Spell:
        end = self.ended if self.ended and self.ended <= moment else None
        return Spell(_hours((end or moment) - self.created), end is not None, self.groups)


@dataclass(frozen=True)
class Learned:
    rows: int
    groups: int
    scores: dict[str, Any]
    parameters: dict[str, Any]


def groups_of(department: int, request_type: int | None) -> tuple[str, ...]:
    narrow = (f"{department}/{request_type}",) if request_type else ()
    return (*narrow, str(department))


def learn_durations() -> Learned | None:
    """Curves of this desk as of now; None with too few solved tickets."""
    now = clock.now()
    known = _read(now - timedelta(days=WINDOWS[-1] + 7 * BACK_TESTS))
    found, days = fit(known, now)
    if not found:
        return None
    stored = {"" if group == () else str(group): curve.stored() for group, curve in found.items()}
    whole = found[()]
    scores = back_test(known, now)
    return Learned(whole.ended + whole.open, len(found), scores, {"days": days, "curves": stored})


def fit(known: Sequence[Known], moment: datetime) -> tuple[dict[Any, Curve], int]:
    """(curves by group, days of the window) as they could have been known at that moment; ({}, 0) with too little."""
    for days in WINDOWS:
        since = moment - timedelta(days=days)
        spells = [row.as_of(moment) for row in known if since <= row.created < moment]
        if sum(spell.ended for spell in spells) >= LEAST_ENDED:
            return curves(spells), days
    return {}, 0


def back_test(known: Sequence[Known], now: datetime) -> dict[str, Any]:
    """How often the ranges were right, week by week, each from what was known when the week began."""
    coverage, errors = Coverage(), []
    for week in range(BACK_TESTS, 0, -1):
        start = now - timedelta(days=7 * week)
        found, _days = fit(known, start)
        for row in known if found else ():
            if start <= row.created < start + timedelta(days=7):
                spell, chosen = row.as_of(now), choose(found, row.groups)
                span = chosen[1].range() if chosen else None
                coverage.add(span, spell.hours, ended=spell.ended)
                if span and spell.ended:
                    errors.append(abs(span[1] - spell.hours))
    share = coverage.share if coverage.judged >= LEAST_JUDGED else None
    middle = sorted(errors)[len(errors) // 2] if errors else None
    return {
        "coverage": None if share is None else round(share, 4),
        "judged": coverage.judged,
        "median_error": None if middle is None else round(middle, 2),
    }


def expected(ticket: Ticket) -> Duration | None:
    """The range for that ticket, given that it is still open after its age; None when nothing is known."""
    row = LearnedModel.objects.filter(target=TARGET, live=True).order_by("-version").first()
    if row is None:
        return None
    stored = row.parameters.get("curves") or {}
    age = max(_hours(clock.now() - ticket.created_at), 0.0) if ticket.is_open else 0.0
    for group in (*groups_of(ticket.department_id, ticket.request_type_id), ""):
        if group in stored:
            curve = Curve.read(stored[group])
            span = curve.range(age)
            if span is not None:
                return Duration(*span, tickets=curve.ended, coverage=row.scores.get("coverage"), group=group)
    return None


def _read(since: datetime) -> list[Known]:
    """Tickets that people asked here since then; imported ones bring no times of their own."""
    rows = Ticket.objects.filter(created_at__gte=since, merged_into=None).exclude(source=Ticket.Source.IMPORT)
    rows = rows.exclude(status__kind="rejected").order_by("-pk")
    columns = ("pk", "created_at", "resolved_at", "closed_at", "is_open", "department_id", "request_type_id")
    known: list[Known] = []
    before: int | None = None
    while len(known) < MOST_ROWS:
        batch = list((rows if before is None else rows.filter(pk__lt=before)).values_list(*columns)[:BATCH])
        for _pk, created, resolved, closed, is_open, department, request_type in batch:
            ended = None if is_open else (resolved or closed)
            # Closed without a time, or at the moment it came: written down afterwards, says nothing.
            if is_open or (ended is not None and ended > created):
                known.append(Known(created, ended, groups_of(department, request_type)))
        if len(batch) < BATCH:
            break
        before = batch[-1][0]
    return known


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
