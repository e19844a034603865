"""Near-duplicates: texts that share at least seven of ten runs of three words (MinHash, then counted exactly)."""

import zlib
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ai_assist.local.examples import Example, normalised, split_byte

if TYPE_CHECKING:
    import numpy as np

WORDS = 3
LEAST_SHARED = 0.7
BANDS, ROWS = 20, 4  # pairs at 0.7 meet in at least one band with a chance of 0.996
MAX_WORDS = 600
MOST_COMPARED = 16  # firsts of one bucket that a text is compared with
_PRIME = (1 << 61) - 1


def mark(examples: Sequence[Example], *, keep_places: bool = False) -> int:
    """Writes `cluster`, `first` and `place` of every example, in their order; returns the number of clusters.

    `keep_places`: the first of a cluster keeps the place it has, the others follow it.
    """
    clusters = groups([f"{example.subject} {example.body}" for example in examples])
    firsts: dict[int, Example] = {}
    for example, cluster in zip(examples, clusters, strict=True):
        first = firsts.setdefault(cluster, example)
        example.cluster, example.first = cluster, first is example
        if first is not example:
            example.place = first.place
        elif not (keep_places and example.place >= 0):
            example.place = split_byte(example.subject, example.body)
    return len(firsts)


def groups(texts: Sequence[str]) -> list[int]:
    """For each text the index of the first text that it nearly repeats, its own when there is none."""
    buckets: dict[int, list[int]] = defaultdict(list)
    hashes = _hash_functions()
    shingles: list[np.ndarray] = []
    result: list[int] = []
    for index, text in enumerate(texts):
        own = _shingles(text)
        shingles.append(own)
        keys = _bands(own, hashes)
        found = _like(own, keys, buckets, shingles)
        result.append(index if found is None else found)
        if found is None:
            for key in keys:
                if len(buckets[key]) < MOST_COMPARED:
                    buckets[key].append(index)
        else:
            shingles[index] = own[:0]  # only firsts are compared with
    return result


def shared(left: "np.ndarray", right: "np.ndarray") -> float:
    """Jaccard: what both have of what either has."""
    import numpy as np

    both = len(np.intersect1d(left, right, assume_unique=True))
    either = len(left) + len(right) - both
    return both / either if either else 1.0


def _shingles(text: str) -> "np.ndarray":
    import numpy as np

    words = normalised(text).split()[:MAX_WORDS]
    runs = {" ".join(words[at : at + WORDS]) for at in range(max(len(words) - WORDS + 1, 1))}
    return np.unique(np.fromiter((zlib.crc32(run.encode()) for run in runs), dtype=np.uint64, count=len(runs)))


def _hash_functions() -> tuple["np.ndarray", "np.ndarray"]:
    import numpy as np

    chance = np.random.default_rng(20_260)
    multipliers = chance.integers(1, 1 << 31, size=(BANDS * ROWS, 1), dtype=np.uint64) | np.uint64(1)
    return multipliers, chance.integers(0, 1 << 31, size=(BANDS * ROWS, 1), dtype=np.uint64)


def _bands(shingles: "np.ndarray", hashes: tuple["np.ndarray", "np.ndarray"]) -> list[int]:
    """One number per band; texts that share one may be alike."""
    import numpy as np

    multipliers, additions = hashes
    # At most 2^32 * 2^31 + 2^31: no overflow.
    lowest = ((multipliers * shingles + additions) % np.uint64(_PRIME) % np.uint64(4_294_967_291)).min(axis=1)
    rows = lowest.reshape(BANDS, ROWS)
    return [number << 32 | zlib.crc32(rows[number].tobytes()) for number in range(BANDS)]


def _like(
    own: "np.ndarray",
    keys: list[int],
    buckets: dict[int, list[int]],
    shingles: list["np.ndarray"],
) -> int | None:
    seen: set[int] = set()
    for key in keys:
        for other in buckets.get(key, ()):
            if other not in seen:
                seen.add(other)
                if shared(own, shingles[other]) >= LEAST_SHARED:
                    return other
    return None
