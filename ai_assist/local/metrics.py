"""Figures by which answers are judged. Pure, on plain sequences; shares are between 0 and 1."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypedDict

Value = Hashable
BINS = 15


class Recall(TypedDict):
    rows: int
    recall: float


def accuracy(truth: Sequence[Value], guessed: Sequence[Value]) -> float:
    return _share(sum(a == b for a, b in zip(truth, guessed, strict=True)), len(truth))


def top(truth: Sequence[Value], ranked: Sequence[Sequence[Value]], places: int) -> float:
    """How often the right value is among the first so many."""
    return _share(sum(a in row[:places] for a, row in zip(truth, ranked, strict=True)), len(truth))


def macro_f1(truth: Sequence[Value], guessed: Sequence[Value]) -> float:
    """Mean over all values that occur on either side, each counting the same."""
    right = Counter(a for a, b in zip(truth, guessed, strict=True) if a == b)
    there, said = Counter(truth), Counter(guessed)
    values = set(there) | set(said)
    return sum(2 * right[value] / (there[value] + said[value]) for value in values) / len(values) if values else 0.0


def recalls(truth: Sequence[Value], guessed: Sequence[Value]) -> dict[Value, Recall]:
    """By value: how many rows have it and how many of those were found. Accuracy alone hides the small ones."""
    right = Counter(a for a, b in zip(truth, guessed, strict=True) if a == b)
    return {
        value: {"rows": rows, "recall": round(right[value] / rows, 4)} for value, rows in Counter(truth).most_common()
    }


def calibration_error(right: Sequence[bool], confidence: Sequence[float], bins: int = BINS) -> float:
    """Expected calibration error: mean distance between confidence and share of right answers, over equal bins."""
    sums = [[0, 0.0, 0] for _ in range(bins)]
    for hit, sure in zip(right, confidence, strict=True):
        place = sums[min(int(sure * bins), bins - 1)]
        place[0], place[1], place[2] = place[0] + 1, place[1] + sure, place[2] + bool(hit)
    return sum(abs(total - hits) for _rows, total, hits in sums) / len(right) if right else 0.0


def threshold_for(
    right: Sequence[bool], confidence: Sequence[float], precision: float, least: int
) -> tuple[float, int] | None:
    """(lowest confidence, rows above it) at which so many answers are right, with at least `least` rows; or None."""
    rows = sorted(zip(confidence, right, strict=True), reverse=True)
    best, hits = None, 0
    for number, (sure, hit) in enumerate(rows, 1):
        hits += bool(hit)
        tied = number < len(rows) and rows[number][0] == sure
        if number >= least and not tied and hits >= precision * number:
            best = (sure, number)
    return best


def above(right: Sequence[bool], confidence: Sequence[float], threshold: float | None) -> tuple[float, float | None]:
    """(coverage, precision) of the answers that are sure enough; precision None when there is none."""
    taken = [hit for hit, sure in zip(right, confidence, strict=True) if threshold is not None and sure >= threshold]
    return _share(len(taken), len(right)), (_share(sum(taken), len(taken)) if taken else None)


def recall_at(ranks: Sequence[int | None], places: int) -> float:
    """`ranks`: place of the right one, from 1, None when it was not found."""
    return _share(sum(rank is not None and rank <= places for rank in ranks), len(ranks))


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    return sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
