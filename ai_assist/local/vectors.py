"""Texts as numbers: words and pairs of words, and runs of 3 to 5 characters inside words, weighted by TF-IDF.

The runs find German compounds and endings, the words explain themselves. Counting is done per distinct word, so the
cost grows with the vocabulary rather than with the length of the texts, and memory is bounded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ai_assist.local.examples import Example

if TYPE_CHECKING:
    import numpy as np

MOST_WORDS, MOST_RUNS, MOST_FACTS = 50_000, 66_000, 4_000
LEAST_TEXTS = 2
LEAST_FACTS = 3
FACT_WEIGHT = 0.5
# Distinct features of a block that are counted at once: when there are more, those seen once so far are dropped.
MOST_SEEN = 600_000
MOST_CACHED = 100_000
LONGEST_CHUNK = 40
SIZES = (3, 4, 5)
WORD, RUN, FACT = "w", "c", "f"

_TOKEN = re.compile(r"\b\w\w+\b")


def tokens_of(text: str) -> list[str]:
    """Words of two letters and more in order, in small."""
    return _TOKEN.findall(text.lower())


def words_of(text: str) -> list[str]:
    """Words and pairs of neighbours, in small."""
    words = tokens_of(text)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def chunks_of(text: str) -> list[str]:
    """What stands between blanks, in small, marks included: the runs of characters are taken from these."""
    return [chunk[:LONGEST_CHUNK] for chunk in text.lower().split()]


def runs_of(chunk: str) -> Iterator[str]:
    """Runs of characters of one chunk with a blank on either side; a chunk shorter than a run counts once."""
    padded = f" {chunk} "
    for size in SIZES:
        for start in range(max(len(padded) - size + 1, 1)):
            yield padded[start : start + size]
        if len(padded) <= size:
            return


class Vocabulary:
    """The features that texts are described by, in three blocks: words, runs, facts."""

    def __init__(self, blocks: dict[str, list[str]], idf: "np.ndarray") -> None:
        """`idf` in the order of words, runs, facts (which have 1)."""
        self.blocks, self.idf = blocks, idf
        self.ids: dict[str, dict[str, int]] = {}
        start = 0
        for name in (WORD, RUN, FACT):
            self.ids[name] = {feature: start + at for at, feature in enumerate(blocks[name])}
            start += len(blocks[name])
        self.size = start
        self._cache: dict[str, np.ndarray] = {}

    def vector(self, text: str, extra: Sequence[str] = ()) -> tuple["np.ndarray", "np.ndarray"]:
        """(indices, weights) of one text; each block has length 1 by itself, facts FACT_WEIGHT."""
        import numpy as np

        words = self.ids[WORD]
        parts = [
            self._weighted(np.array([words[word] for word in words_of(text) if word in words], dtype=np.int32)),
            self._weighted(self._run_ids(text)),
            self._facts(extra),
        ]
        return np.concatenate([ids for ids, _ in parts]), np.concatenate([weights for _, weights in parts])

    def matrix(self, examples: Iterable[Example]) -> Any:
        """Sparse rows of single precision, one per example."""
        import numpy as np
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

        indices, data, ends = [], [], [0]
        for example in examples:
            ids, weights = self.vector(example.text, example.extra)
            indices.append(ids)
            data.append(weights)
            ends.append(ends[-1] + len(ids))
        if not indices:
            return csr_matrix((0, self.size), dtype=np.float32)
        shape = (len(indices), self.size)
        return csr_matrix((np.concatenate(data), np.concatenate(indices), np.array(ends)), shape=shape)

    def _run_ids(self, text: str) -> "np.ndarray":
        import numpy as np

        known = self.ids[RUN]
        found = []
        for chunk in chunks_of(text):
            ids = self._cache.get(chunk)
            if ids is None:
                ids = np.array([known[run] for run in runs_of(chunk) if run in known], dtype=np.int32)
                if len(self._cache) >= MOST_CACHED:
                    self._cache.clear()
                self._cache[chunk] = ids
            found.append(ids)
        return np.concatenate(found) if found else np.empty(0, dtype=np.int32)

    def _weighted(self, ids: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
        import numpy as np

        distinct, counts = np.unique(ids, return_counts=True)
        weights = (1 + np.log(counts)) * self.idf[distinct]
        length = np.sqrt((weights**2).sum())
        return distinct, (weights / length if length else weights).astype(np.float32)

    def _facts(self, extra: Sequence[str]) -> tuple["np.ndarray", "np.ndarray"]:
        import numpy as np

        known = self.ids[FACT]
        ids = np.unique(np.array([known[fact] for fact in extra if fact in known], dtype=np.int32))
        return ids, np.full(len(ids), FACT_WEIGHT, dtype=np.float32)

    def forget_cache(self) -> None:
        self._cache.clear()


class Counter:
    """In how many texts each feature stands; memory bounded by MOST_SEEN and MOST_CACHED.

    A feature that was dropped and comes again starts anew, so rare ones may be missed in very large desks.
    """

    def __init__(self) -> None:
        self.texts = 0
        self._ids: dict[str, dict[str, int]] = {WORD: {}, RUN: {}, FACT: {}}
        self._counts: dict[str, np.ndarray] = {}
        self._cache: dict[str, np.ndarray] = {}
        self._full: set[str] = set()

    def add(self, text: str, extra: Sequence[str] = ()) -> None:
        self.texts += 1
        for block in (WORD, RUN, FACT):
            if len(self._ids[block]) >= MOST_SEEN and block not in self._full:
                self._drop_rare(block)
        self._count(WORD, self._numbers(WORD, set(words_of(text))))
        self._count(FACT, self._numbers(FACT, set(extra)))
        found = [self._runs(chunk) for chunk in set(chunks_of(text))]
        if found:
            import numpy as np

            self._count(RUN, np.unique(np.concatenate(found)))

    def vocabulary(self) -> Vocabulary:
        """The most frequent features of each block that stand in enough texts."""
        import numpy as np

        blocks, frequencies = {}, []
        for block, most, least in (
            (WORD, MOST_WORDS, LEAST_TEXTS),
            (RUN, MOST_RUNS, LEAST_TEXTS),
            (FACT, MOST_FACTS, LEAST_FACTS),
        ):
            names = list(self._ids[block])
            counts = self._counts.get(block, np.zeros(0, dtype=np.int32))[: len(names)]
            chosen = np.flatnonzero(counts >= least)
            if len(chosen) > most:
                chosen = np.sort(chosen[np.argsort(-counts[chosen], kind="stable")[:most]])
            blocks[block] = [names[at] for at in chosen]
            frequencies.append(counts[chosen] if block != FACT else np.full(len(chosen), self.texts))
        idf = np.log((1 + self.texts) / (1 + np.concatenate(frequencies))) + 1
        return Vocabulary(blocks, idf.astype(np.float32))

    def _numbers(self, block: str, features: Iterable[str]) -> "np.ndarray":
        import numpy as np

        ids = self._ids[block]
        found = []
        for feature in features:
            number = ids.get(feature)
            if number is None:
                if block in self._full:
                    continue
                number = ids[feature] = len(ids)
            found.append(number)
        return np.array(found, dtype=np.int32)

    def _runs(self, chunk: str) -> "np.ndarray":
        ids = self._cache.get(chunk)
        if ids is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            ids = self._cache[chunk] = self._numbers(RUN, set(runs_of(chunk)))
        return ids

    def _drop_rare(self, block: str) -> None:
        """Forgets what was seen once; a block that stays full takes nothing new any more."""
        import numpy as np

        counts = self._counts[block]
        kept = [(name, counts[at]) for name, at in self._ids[block].items() if counts[at] >= LEAST_TEXTS]
        self._ids[block] = {name: at for at, (name, _count) in enumerate(kept)}
        self._counts[block] = np.array([count for _name, count in kept], dtype=np.int32)
        self._cache.clear()
        if len(kept) > MOST_SEEN * 3 // 4:
            self._full.add(block)

    def _count(self, block: str, ids: "np.ndarray") -> None:
        import numpy as np

        counts = self._counts.get(block)
        if counts is None or len(counts) < len(self._ids[block]):
            grown = np.zeros(max(len(self._ids[block]) * 2, 1024), dtype=np.int32)
            if counts is not None:
                grown[: len(counts)] = counts
            counts = self._counts[block] = grown
        counts[ids] += 1


def learn_vocabulary(examples: Iterable[Example]) -> Vocabulary:
    counter = Counter()
    for example in examples:
        counter.add(example.text, example.extra)
    return counter.vocabulary()
