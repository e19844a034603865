"""What the local engine learns from: a text, what is known beside it, and the values people gave it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_TEXT = 4000  # characters of one ticket; what matters stands at the beginning

# Shares of the split, as the first byte of a digest of the text: below 51 test, then thresholds, then training.
TEST_BELOW = 51
THRESHOLD_BELOW = 77

_MARKUP = re.compile(r"<[^<>]{1,200}>|\S{1,100}@\S{1,100}")
_NO_LETTER = re.compile(r"[\W\d_]+")


@dataclass
class Example:
    """One ticket. `extra` are facts as words ("requester=12"), `labels` the values by target."""

    subject: str
    body: str
    extra: tuple[str, ...] = ()
    language: str = ""
    labels: dict[str, Any] = field(default_factory=dict)
    # Byte of the split; of the first member of its cluster of near-duplicates.
    place: int = -1
    # Number of its cluster, and whether it is the first there.
    cluster: int = -1
    first: bool = True

    @property
    def text(self) -> str:
        return f"{self.subject}\n{self.body}"[:MAX_TEXT]


def normalised(text: str) -> str:
    """Only letters in small, one blank between words: what near-duplicates are compared by."""
    return _NO_LETTER.sub(" ", _MARKUP.sub(" ", text.lower())).strip()


def split_byte(subject: str, body: str) -> int:
    """0 to 255: the same for the same text in every run, on every machine."""
    return hashlib.sha256(f"{normalised(subject)}\n{normalised(body)}".encode()).digest()[0]


@dataclass(frozen=True)
class Split:
    """Examples that share no near-duplicate: one to learn, one to choose thresholds, one to judge."""

    train: Sequence[Example]
    threshold: Sequence[Example]
    test: Sequence[Example]


def split(examples: Iterable[Example]) -> Split:
    """The firsts of all clusters by their place. `duplicates.mark` has been there before."""
    firsts = [example for example in examples if example.first]
    return Split(
        train=[example for example in firsts if example.place >= THRESHOLD_BELOW],
        threshold=[example for example in firsts if TEST_BELOW <= example.place < THRESHOLD_BELOW],
        test=[example for example in firsts if example.place < TEST_BELOW],
    )
