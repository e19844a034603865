"""Objects that share the most telling words with a whole text: similar tickets, articles for a ticket.

The index proposes by the rarest words of the text, as many as its work allows; what it proposes is read and scored
here, the same on every database.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.functions import Left

from flowtic.core.models.search import SearchDocument
from flowtic.core.search.documents import key_of, kind_number
from flowtic.core.search.engines import engine_of
from flowtic.core.search.frequencies import Frequencies, frequencies
from flowtic.core.search.scoring import Document, scored, weights_of
from flowtic.core.search.terms import Term, terms_of
from flowtic.core.search.text import Match

CANDIDATES = 200  # documents read and scored
PROPOSED = 3_000  # ids taken from the index, of which the reader may see some
POSTINGS = 6_000  # entries of the index that a search may read
ASKED = 24  # words that the index is asked for, at most half of them ones that no document of the sample has
LETTERS = 12_000  # of a document
BATCH = 500


@dataclass(frozen=True)
class Found:
    """One object: how well it fits (0 nothing shared, 1 everything), and by which words of the text."""

    object_id: int
    score: float
    words: tuple[str, ...]


def best_matches(
    queryset: QuerySet[Any], kind: str, text: str, *, internal: bool = False, limit: int = 10, pk_field: str = "pk"
) -> list[Found]:
    """The rows of the queryset (not sliced) that fit the text best, best first.

    Any word may match. `internal`: their notes count too, so the reader must be allowed to read those of every row.
    The work is bounded, however long the text and however many the rows.
    """
    terms = terms_of(text)
    if not terms:
        return []
    known = frequencies(queryset, kind)
    weights = weights_of(terms, known)
    ids = _candidates(queryset, kind, _rarest(terms, known), internal=internal, pk_field=pk_field)
    documents = documents_of(queryset.db, kind, ids, inside=set(ids) if internal else ())
    rows = [row for row in scored(documents, terms, weights, known.average) if row.score > 0]
    return [Found(row.object_id, round(row.score, 4), row.words) for row in rows[:limit]]


def _rarest(terms: Sequence[Term], known: Frequencies) -> list[Match]:
    """What the index is asked for: the rarest words, until it would read too much."""
    ordered = sorted(terms, key=lambda term: known.expected(term.tokens))
    unseen = [term for term in ordered if not any(known.counts[token] for token in term.tokens)]
    seen = [term for term in ordered if term not in unseen]
    unseen = unseen[: max(ASKED // 2, ASKED - len(seen))]
    matches: list[Match] = []
    reads = 0.0
    for term in [*unseen, *seen[: ASKED - len(unseen)]]:
        reads += known.expected(term.tokens)
        if matches and reads > POSTINGS:
            break
        matches += [Match((token,)) for token in term.tokens]
        matches += [Match((start,), True) for start in term.starts]
    return list(dict.fromkeys(matches))


def _candidates(
    queryset: QuerySet[Any], kind: str, matches: Sequence[Match], *, internal: bool, pk_field: str
) -> list[int]:
    """Ids of rows that may be read, those the index thinks best of first."""
    rows = queryset.order_by().values_list(pk_field, flat=True)
    few = list(rows[: CANDIDATES + 1])
    if len(few) <= CANDIDATES:
        return few
    engine = engine_of(connections[queryset.db])
    proposed = engine.proposals(kind_number(kind), matches, internal=internal, limit=PROPOSED)
    found: list[int] = []
    for start in range(0, len(proposed), BATCH):
        batch = proposed[start : start + BATCH]
        allowed = set(rows.filter(**{f"{pk_field}__in": batch}))
        found += [object_id for object_id in batch if object_id in allowed]
        if len(found) >= CANDIDATES:
            break
    return found[:CANDIDATES]


def documents_of(database: str, kind: str, ids: Sequence[int], *, inside: Collection[int]) -> list[Document]:
    """The stems of some objects; those of the notes only of the objects in `inside`."""
    parts = ["title_stems", "public_stems", *(["internal_stems"] if inside else [])]
    rows = SearchDocument.objects.using(database).filter(pk__in=[key_of(kind, object_id) for object_id in ids])
    rows = rows.annotate(**{f"part_{n}": Left(part, LETTERS) for n, part in enumerate(parts)})
    read = rows.values_list("object_id", *(f"part_{n}" for n in range(len(parts))))
    return [
        Document(object_id, title, f"{public}{''.join(notes) if object_id in inside else ''}")
        for object_id, title, public, *notes in read
    ]
