"""How much of a text's telling words a document holds. Pure: no database."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from flowtic.core.search.frequencies import Frequencies
from flowtic.core.search.terms import Term

K1, B = 1.2, 0.75  # the usual constants of BM25
TITLE = 2.0  # how often a word of the title counts
COMPOUND = 0.4  # what "Netzwerkdrucker" counts for "Drucker"
NAMED = 6  # words of a result that are told
ENOUGH = 0.1  # of the best word's share, to be told


class Document(NamedTuple):
    """The stems of one object that the reader may see."""

    object_id: int
    title: str
    body: str


class Scored(NamedTuple):
    object_id: int
    score: float  # share of the text's information that the document holds, 0 to about 1
    words: tuple[str, ...]


def weights_of(terms: Sequence[Term], known: Frequencies) -> list[float]:
    """What each term tells: rare ones much, words of every other document nearly nothing."""
    size = max(known.documents, 1)
    found = []
    for term in terms:
        seen = min(known.expected(term.tokens), size)
        rare = math.log(1 + (size - seen + 0.5) / (seen + 0.5))
        found.append(rare * term.times * (K1 + 1) / (term.times + K1))
    return found


def scored(
    documents: Sequence[Document], terms: Sequence[Term], weights: Sequence[float], average: float
) -> list[Scored]:
    """The documents, best first."""
    whole = sum(weights) or 1.0
    rows = [_score(document, terms, weights, average, whole) for document in documents]
    return sorted(rows, key=lambda row: (-row.score, -row.object_id))


def _score(document: Document, terms: Sequence[Term], weights: Sequence[float], average: float, whole: float) -> Scored:
    body, title = document.body.split(), document.title.split()
    counts: Counter[str] = Counter(body)
    for token in title:
        counts[token] += TITLE  # type: ignore[assignment]
    text = f"{document.title}{document.body}"
    long = K1 * (1 - B + B * (len(body) + len(title)) / max(average, 1.0))
    shares: list[tuple[float, str]] = []
    for term, weight in zip(terms, weights, strict=True):
        times = max(counts[token] for token in term.tokens)
        if not times and any(f" {start}" in text for start in term.starts):
            times = COMPOUND  # type: ignore[assignment]
        if times:
            shares.append((weight * times / (times + long), term.word))
    shares.sort(reverse=True)
    told = tuple(word for share, word in shares[:NAMED] if share >= ENOUGH * shares[0][0])
    return Scored(document.object_id, sum(share for share, _word in shares) / whole, told)
