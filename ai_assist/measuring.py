"""How often suggestions for a field were right: counted from what people decided, never from what a model believes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import comb

from django.utils import timezone

from ai_assist.models import Suggestion, Trust
from ai_assist.models.trust import WINDOW
from flowtic.core import clock

Outcome = Suggestion.Outcome
DECIDED = (Outcome.ACCEPTED, Outcome.CHANGED, Outcome.DISMISSED)
# Rows looked at: many of them agreed with the ticket and say nothing about changing it.
READ = 2000
# The newest decisions that are held against the bar on their own, and how unlikely their result must be.
RECENT, UNLIKELY = 40, 0.05
BINS = 10
WEEKS = 12


@dataclass(frozen=True)
class Bin:
    """Suggestions of about the same confidence: what they promised and how often they were right."""

    low: float
    high: float
    promised: float
    right: float
    number: int


@dataclass(frozen=True)
class Week:
    start: date
    number: int
    precision: float | None


@dataclass(frozen=True)
class Measure:
    """The last decisions of a field. `right`: one entry each, oldest first."""

    decided: int
    precision: float | None
    coverage: float | None
    right: tuple[bool, ...] = ()
    bins: tuple[Bin, ...] = ()
    error: float | None = None
    weeks: tuple[Week, ...] = ()


@dataclass(frozen=True)
class _Row:
    right: bool
    confidence: float
    agreed: bool
    at: date


def measure(name: str, trust: Trust) -> Measure:
    """Precision over the last decisions about suggestions that would have changed something; coverage and calibration
    over all of them."""
    rows = _decided(name)
    told = [row for row in rows if not row.agreed and row.confidence >= trust.threshold][-WINDOW:]
    right = tuple(row.right for row in told)
    bins = _bins(rows)
    return Measure(
        decided=len(right),
        precision=sum(right) / len(right) if right else None,
        coverage=_coverage(name, trust.threshold),
        right=right,
        bins=bins,
        error=_calibration_error(bins),
        weeks=tuple(_weeks(row for row in rows if not row.agreed and row.confidence >= trust.threshold)),
    )


def drifts(right: Sequence[bool], bar: float) -> bool:
    """Whether the newest decisions alone are too bad for luck: a field that meets `bar` would do so this badly in
    fewer than one of twenty cases."""
    newest = right[-RECENT:]
    if len(newest) < RECENT // 2:
        return False
    number, hits = len(newest), sum(newest)
    if hits >= bar * number:
        return False
    chance = sum(comb(number, k) * bar**k * (1 - bar) ** (number - k) for k in range(hits + 1))
    return chance < UNLIKELY


def _decided(name: str) -> list[_Row]:
    """Oldest first."""
    rows = Suggestion.objects.filter(field=name, feature=Suggestion.Feature.CLASSIFY, outcome__in=DECIDED)
    found = rows.exclude(confidence=None).order_by("-decided_at", "-pk")
    values = found.values_list("outcome", "confidence", "value", "before", "decided_at")[:READ]
    return [
        _Row(outcome == Outcome.ACCEPTED, confidence or 0.0, value == before, timezone.localtime(at).date())
        for outcome, confidence, value, before, at in reversed(values)
    ]


def _coverage(name: str, threshold: float) -> float | None:
    """Of the tickets looked at lately, the share for which the field's guess was certain enough."""
    rows = Suggestion.objects.filter(feature=Suggestion.Feature.CLASSIFY).order_by("-pk")
    best: dict[int | None, float] = {}
    for ticket, field, confidence in rows.values_list("ticket_id", "field", "confidence")[:READ]:
        best[ticket] = max(best.get(ticket, 0.0), confidence or 0.0) if field == name else best.get(ticket, 0.0)
    return sum(value >= threshold for value in best.values()) / len(best) if best else None


def _bins(rows: Sequence[_Row]) -> tuple[Bin, ...]:
    sorted_in: list[list[_Row]] = [[] for _ in range(BINS)]
    for row in rows:
        sorted_in[min(int(row.confidence * BINS), BINS - 1)].append(row)
    return tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            sum(row.confidence for row in held) / len(held),
            sum(row.right for row in held) / len(held),
            len(held),
        )
        for place, held in enumerate(sorted_in)
        if held
    )


def _calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean distance between what was promised and what came true, weighted by how many."""
    total = sum(one.number for one in bins)
    return sum(one.number * abs(one.promised - one.right) for one in bins) / total if total else None


def _weeks(rows: Iterable[_Row]) -> list[Week]:
    today = timezone.localtime(clock.now()).date()
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    held: dict[date, list[bool]] = {start: [] for start in starts}
    for row in rows:
        start = row.at - timedelta(days=row.at.weekday())
        if start in held:
            held[start].append(row.right)
    return [Week(start, len(right), sum(right) / len(right) if right else None) for start, right in held.items()]
