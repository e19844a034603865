"""Finding judged in memory: the search's own scoring and the second look, over documents that are in no database.

What differs from a desk: the proposals come from a dictionary instead of the database's index.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ai_assist.local import metrics
from ai_assist.local.ranking import LOOKED_AT, Candidate, fused
from flowtic.core.search.frequencies import Frequencies
from flowtic.core.search.matching import CANDIDATES
from flowtic.core.search.scoring import Document, scored, weights_of
from flowtic.core.search.terms import terms_of
from flowtic.core.search.text import index_text


@dataclass(frozen=True)
class Text:
    title: str
    body: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.body}".strip()


class Shelf:
    """Documents that can be asked for the best matches of a text."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts = texts
        self.documents = [
            Document(at, f" {index_text(text.title).tokens} ", f" {index_text(text.body).tokens} ")
            for at, text in enumerate(texts)
        ]
        self.holders: dict[str, list[int]] = defaultdict(list)
        lengths = 0
        for document in self.documents:
            tokens = f"{document.title}{document.body}".split()
            lengths += len(tokens)
            for token in set(tokens):
                self.holders[token].append(document.object_id)
        counts = Counter({token: len(ids) for token, ids in self.holders.items()})
        size = len(texts)
        self.known = Frequencies(size=size, documents=size, average=lengths / max(size, 1), counts=counts, newest=size)

    def ask(self, question: str) -> list[int]:
        """Places of the best documents, best first."""
        terms = terms_of(question)
        weights = weights_of(terms, self.known)
        votes: Counter[int] = Counter()
        for term, weight in zip(terms, weights, strict=True):
            holders = {at for token in term.tokens for at in self.holders.get(token, ())}
            for at in holders:
                votes[at] += weight  # type: ignore[assignment]
        proposed = [self.documents[at] for at, _votes in votes.most_common(CANDIDATES)]
        best = scored(proposed, terms, weights, self.known.average)[:LOOKED_AT]
        found = [Candidate(row.object_id, self.texts[row.object_id].whole, row.score, row.words) for row in best]
        return [candidate.id for candidate, _score in fused(question, found)]


def ranks(shelf: Shelf, questions: Sequence[tuple[str, Callable[[int], bool]]]) -> list[int | None]:
    """For each (question, whether a place is right) the rank of the first right one."""
    result: list[int | None] = []
    for question, is_right in questions:
        found = shelf.ask(question)
        result.append(next((place for place, at in enumerate(found, 1) if is_right(at)), None))
    return result


def figures(found: Sequence[int | None], documents: int) -> dict[str, float | int]:
    return {
        "questions": len(found),
        "documents": documents,
        "recall_at_1": round(metrics.recall_at(found, 1), 4),
        "recall_at_5": round(metrics.recall_at(found, 5), 4),
        "mrr": round(metrics.reciprocal_rank(found), 4),
    }


def error_of(share: float, rows: int) -> float:
    """One standard error of a share."""
    return math.sqrt(share * (1 - share) / rows) if rows else 0.0
