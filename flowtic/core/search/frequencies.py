"""How common a word is among the objects of a kind, judged by a sample of what requesters may read too."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, QuerySet

from flowtic.core.models.search import SearchDocument
from flowtic.core.search.documents import key_of

SAMPLE = 2_000  # documents
LETTERS = 4_000  # of each
FRESH = 600.0  # seconds that a sample counts
SMALL_FRESH = 20.0  # the same while the sample is all there is, which a few new texts change
BATCH = 500

_samples: dict[tuple[str, str], "Frequencies"] = {}


@dataclass(frozen=True)
class Frequencies:
    """In how many of `size` documents a token stands; `documents`: how many there may be in all."""

    size: int
    documents: int
    average: float  # tokens of a document
    counts: Counter[str]
    newest: int  # id
    taken: float = field(default_factory=time.monotonic)

    def expected(self, tokens: tuple[str, ...]) -> float:
        """In about how many documents of all one of the tokens stands."""
        seen = max((self.counts[token] for token in tokens), default=0)
        return max(seen, 0.5) * self.documents / self.size if self.size else 0.5

    @property
    def is_fresh(self) -> bool:
        age = time.monotonic() - self.taken
        return age < (FRESH if self.documents > SAMPLE else SMALL_FRESH)


def frequencies(queryset: QuerySet[Any], kind: str) -> Frequencies:
    """Of all objects of the queryset's model, whoever asks; kept by this process for a while."""
    newest = queryset.model._base_manager.using(queryset.db).aggregate(newest=Max("pk"))["newest"] or 0
    known = _samples.get((queryset.db, kind))
    # A database whose ids start again (tests) or that has doubled since then is another one.
    if known is None or not known.is_fresh or not known.newest / 2 <= newest <= known.newest * 2:
        known = _samples[(queryset.db, kind)] = _sample(queryset.db, kind, newest)
    return known


def entries(queryset: QuerySet[Any], kind: str, token: str) -> float:
    """About how many entries an index of all kinds holds for a token, as far as this process has sampled kinds."""
    frequencies(queryset, kind)
    return max(known.expected((token,)) for (database, _), known in _samples.items() if database == queryset.db)


def forget() -> None:
    """Take new samples, after a rebuild and in tests."""
    _samples.clear()


def _sample(database: str, kind: str, newest: int) -> Frequencies:
    step = max(newest / SAMPLE, 1.0)
    ids = sorted({round(newest - n * step) for n in range(min(SAMPLE, newest))})
    counts: Counter[str] = Counter()
    size = length = 0
    for start in range(0, len(ids), BATCH):
        keys = [key_of(kind, object_id) for object_id in ids[start : start + BATCH]]
        rows = SearchDocument.objects.using(database).filter(pk__in=keys)
        for title, public in rows.values_list("title_stems", "public_stems"):
            tokens = f"{title}{public[:LETTERS]}".split()
            counts.update(set(tokens))
            size, length = size + 1, length + len(tokens)
    if size > SAMPLE / 4:  # words of one text only count as unseen: most of the memory, none of the use
        counts = Counter({token: count for token, count in counts.items() if count > 1})
    documents = round(newest * size / len(ids)) if ids else 0
    return Frequencies(size, max(documents, size), length / size if size else 1.0, counts, newest)
