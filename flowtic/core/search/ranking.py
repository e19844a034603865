"""Order of the hits of one question: how well they fit, and how new they are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from flowtic.core import clock
from flowtic.core.search.frequencies import frequencies
from flowtic.core.search.matching import documents_of
from flowtic.core.search.scoring import scored, weights_of
from flowtic.core.search.terms import terms_of

HALF = 180.0  # days after which being new counts half
OLD = 0.35  # what is left of the score for very old ones


def ranked(
    queryset: QuerySet[Any], kind: str, text: str, ids: Sequence[int], *, inside: Collection[int] = ()
) -> dict[int, float]:
    """How well each of some objects fits the words; `inside`: of those the notes count, too."""
    terms = terms_of(text)
    if not terms or not ids:
        return dict.fromkeys(ids, 0.0)
    known = frequencies(queryset, kind)
    documents = documents_of(queryset.db, kind, ids, inside=set(inside))
    found = dict.fromkeys(ids, 0.0)
    rows = scored(documents, terms, weights_of(terms, known), known.average)
    found.update((row.object_id, row.score) for row in rows)
    return found


def newest_first(scores: Mapping[int, float], moments: Mapping[int, datetime]) -> list[int]:
    """Ids by score times how recent; equal ones in the order given."""
    now = clock.now()

    def worth(object_id: int) -> float:
        days = max((now - moments[object_id]).total_seconds() / 86_400, 0.0)
        return (scores[object_id] + 0.05) * (OLD + (1 - OLD) * HALF / (HALF + days))

    return sorted(scores, key=worth, reverse=True)
