"""What engines answer: plain values, before anything is stored."""

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Source:
    """Something a suggestion rests on. Titles are read when shown, under the reader's rights."""

    kind: str  # "article" or "ticket"
    id: int

    def stored(self, number: int) -> dict[str, Any]:
        return {"n": number, "kind": self.kind, "id": self.id}


@dataclass(frozen=True)
class Guess:
    """A value for one field of a ticket. `value` is a plain JSON value (primary key or key)."""

    field: str
    value: Any
    confidence: float
    engine: str
    engine_version: str = ""
    # {"code": "words", "words": [...]}, {"code": "similar", "tickets": [pk, ...]}, {"code": "rule", ...}
    reasons: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    sources: list[Source] = dataclasses.field(default_factory=list)
    # The next best: [(value, confidence), ...]
    others: list[tuple[Any, float]] = dataclasses.field(default_factory=list)


@dataclass(frozen=True)
class Similar:
    """A solved ticket that resembles another one."""

    ticket_id: int
    score: float  # 0 to 1
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArticleHit:
    """An article that fits a text."""

    article_id: int
    score: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snippet:
    """A part of an answer that solved a similar ticket."""

    text: str
    ticket_id: int
    comment_id: int
    score: float


@dataclass(frozen=True)
class Duration:
    """How long tickets like this one take, in hours of calendar time: eight of ten end between low and high."""

    low: float
    median: float
    high: float
    # On how many tickets it rests, and how often such ranges were right when measured.
    tickets: int
    coverage: float | None
    group: str = ""
