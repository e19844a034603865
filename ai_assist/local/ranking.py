"""Second look at what the search found: runs of characters see endings and compounds that whole words do not.

The order is that of the mean of both views, each relative to its best, the second one counting twice (measured: see
docs/ai-quality.md). Pure, and light enough for a page.
"""

import functools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ai_assist.local.vectors import chunks_of, runs_of

LETTERS = 1000  # of each text
LOOKED_AT = 30  # candidates
SEARCH, RUNS = 1, 2  # what the views count


@dataclass(frozen=True)
class Candidate:
    """What the search found, best first: its text and its score there."""

    id: int
    text: str
    score: float
    words: tuple[str, ...] = ()


def fused(question: str, found: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """The candidates, best first, with a score from 0 to 1: the mean of both views."""
    alike = likeness(question, [candidate.text for candidate in found])
    best, most = max((row.score for row in found), default=0) or 1, max(alike, default=0) or 1
    order = sorted(range(len(found)), key=lambda at: -(SEARCH * found[at].score / best + RUNS * alike[at] / most))
    return [(found[at], round(min((found[at].score + alike[at]) / 2, 1.0), 4)) for at in order]


def likeness(question: str, texts: Sequence[str]) -> list[float]:
    """Cosine of TF-IDF over runs of characters, their rarity judged among these texts."""
    asked, counted = _counts(question), [_counts(text) for text in texts]
    texts_with = Counter(run for counts in (asked, *counted) for run in counts)
    size = len(texts) + 1
    weight = {run: math.log((1 + size) / (1 + number)) + 1 for run, number in texts_with.items()}
    own = {run: (1 + math.log(times)) * weight[run] for run, times in asked.items()}
    own_length = math.sqrt(sum(value * value for value in own.values()))
    result = []
    for counts in counted:
        shared, square = 0.0, 0.0
        for run, times in counts.items():
            value = (1 + math.log(times)) * weight[run]
            square += value * value
            shared += value * own.get(run, 0.0)
        length = own_length * math.sqrt(square)
        result.append(shared / length if length else 0.0)
    return result


def _counts(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for chunk, times in Counter(chunks_of(text[:LETTERS])).items():
        for run in _runs(chunk):
            counts[run] += times
    return counts


@functools.lru_cache(maxsize=4096)
def _runs(chunk: str) -> tuple[str, ...]:
    return tuple(runs_of(chunk))
