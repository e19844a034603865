"""Second and third look at what the search found, for what stems alone do not see.

Second, of all candidates: words and pairs of words as they are written, which tell phrases that belong together; words
of grammar and courtesy are left out first, so that pairs are of words that mean something. Third, of the best of those:
runs of characters, which see German endings and compounds. The first line of a text that goes on, its subject, counts
several times in both. The order is that of the sum of the three views, each relative to its best (weights measured: see
docs/ai-quality.md). A question of a few words has no phrases of its own to go by: there the second look is left out.
Pure, and light enough for a page.
"""

import functools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ai_assist.local.vectors import chunks_of, runs_of, tokens_of
from flowtic.core.search.terms import COURTEOUS
from flowtic.core.search.words import FUNCTION_WORDS

LETTERS = 1000  # of each text, for runs
WORD_LETTERS = 3000  # of each text, for words
LOOKED_AT = 100  # candidates
CLOSER = 30  # those that are looked at a third time
SUBJECT = 3  # times that the first line counts
EMPTY = FUNCTION_WORDS | COURTEOUS
LONG = 15  # words of a question from which on its phrases tell something
# What the views count: search, words, runs.
OF_TEXTS, OF_QUESTIONS = (1, 2, 2), (1, 0, 1)


@dataclass(frozen=True)
class Candidate:
    """What the search found, best first: its text and its score there."""

    id: int
    text: str
    score: float
    words: tuple[str, ...] = ()


def fused(question: str, found: Sequence[Candidate]) -> list[tuple[Candidate, float]]:
    """The best CLOSER candidates, best first, with a score from 0 to 1: the mean of search and runs."""
    search, words, runs = OF_TEXTS if len(question.split()) >= LONG else OF_QUESTIONS
    best = max((row.score for row in found), default=0) or 1
    sums = [search * row.score / best for row in found]
    if words:
        worded = _shares(alike(_asked(_words, question), [_words(row.text) for row in found]))
        sums = [seen + words * share for seen, share in zip(sums, worded, strict=True)]
    closer = sorted(range(len(found)), key=lambda at: -sums[at])[:CLOSER]
    likely = likeness(question, [found[at].text for at in closer])
    total = [sums[at] + runs * share for at, share in zip(closer, _shares(likely), strict=True)]
    order = sorted(range(len(closer)), key=lambda place: -total[place])
    return [(row := found[closer[place]], round(min((row.score + likely[place]) / 2, 1.0), 4)) for place in order]


def likeness(question: str, texts: Sequence[str]) -> list[float]:
    """Cosine of TF-IDF over runs of characters, their rarity judged among these texts."""
    return alike(_asked(_counts, question), [_counts(text) for text in texts])


def alike(asked: Counter[str], counted: Sequence[Counter[str]]) -> list[float]:
    """Cosine of TF-IDF of each with what is asked, rarity judged among all of them."""
    texts_with = Counter(part for counts in (asked, *counted) for part in counts)
    size = len(counted) + 1
    weight = {part: math.log((1 + size) / (1 + number)) + 1 for part, number in texts_with.items()}
    own = {part: (1 + math.log(times)) * weight[part] for part, times in asked.items()}
    own_length = math.sqrt(sum(value * value for value in own.values()))
    result = []
    for counts in counted:
        shared, square = 0.0, 0.0
        for part, times in counts.items():
            value = (1 + math.log(times)) * weight[part]
            square += value * value
            shared += value * own.get(part, 0.0)
        length = own_length * math.sqrt(square)
        result.append(shared / length if length else 0.0)
    return result


def _shares(values: Sequence[float]) -> list[float]:
    """Each relative to the best."""
    most = max(values, default=0) or 1
    return [value / most for value in values]


def _asked(counted: Callable[[str], Counter[str]], question: str) -> Counter[str]:
    """The counts of a question; what its first line says counts SUBJECT times, unless that is all there is."""
    counts = counted(question)
    subject, _line, rest = question.partition("\n")
    if rest.strip():
        for part, times in counted(subject).items():
            counts[part] += (SUBJECT - 1) * times
    return counts


def _words(text: str) -> Counter[str]:
    words = [word for word in tokens_of(text[:WORD_LETTERS]) if word not in EMPTY]
    return Counter(words + [f"{first} {second}" for first, second in pairwise(words)])


def _counts(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for chunk, times in Counter(chunks_of(text[:LETTERS])).items():
        for run in _runs(chunk):
            counts[run] += times
    return counts


@functools.lru_cache(maxsize=4096)
def _runs(chunk: str) -> tuple[str, ...]:
    return tuple(runs_of(chunk))
