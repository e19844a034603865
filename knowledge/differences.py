"""Two texts compared line by line, and within a changed line word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3  # unchanged lines shown beside a change
MOST_LINES = 4_000  # of one text; beyond, the whole is one change
LONGEST_LINE, MOST_PAIRS = 600, 300
_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Piece = tuple[str, bool]  # text, whether it is what changed


@dataclass(frozen=True)
class Line:
    """`kind`: same, old, new, gap. Line numbers count from 1, 0 where there is none."""

    kind: str
    old: int
    new: int
    pieces: tuple[Piece, ...]


def compare(old: str, new: str) -> list[Line]:
    """The changed lines with a few around them; empty when nothing changed."""
    before, after = old.splitlines(), new.splitlines()
    if before == after:
        return []
    if max(len(before), len(after)) > MOST_LINES:
        return [*_old(before, 0), *_new(after, 0)]
    found: list[Line] = []
    pairs = MOST_PAIRS
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(AROUND):
        if found or group[0][1] or group[0][3]:
            found.append(Line("gap", 0, 0, ()))
        for verb, i1, i2, j1, j2 in group:
            if verb == "equal":
                found += [Line("same", i + 1, j1 + n + 1, ((before[i], False),)) for n, i in enumerate(range(i1, i2))]
            elif verb == "replace" and i2 - i1 == j2 - j1 <= pairs:
                pairs -= i2 - i1
                found += _changed(before[i1:i2], after[j1:j2], i1, j1)
            else:
                found += [*_old(before[i1:i2], i1), *_new(after[j1:j2], j1)]
    return found


def _old(lines: Sequence[str], start: int) -> list[Line]:
    return [Line("old", start + n, 0, ((line, False),)) for n, line in enumerate(lines, 1)]


def _new(lines: Sequence[str], start: int) -> list[Line]:
    return [Line("new", 0, start + n, ((line, False),)) for n, line in enumerate(lines, 1)]


def _changed(before: Sequence[str], after: Sequence[str], i: int, j: int) -> list[Line]:
    olds, news = [], []
    for n, (old, new) in enumerate(zip(before, after, strict=True), 1):
        left, right = _words(old, new)
        olds.append(Line("old", i + n, 0, left))
        news.append(Line("new", 0, j + n, right))
    return [*olds, *news]


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if max(len(old), len(new)) > LONGEST_LINE:
        return ((old, False),), ((new, False),)
    a, b = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < 0.4:
        return ((old, False),), ((new, False),)
    left: list[Piece] = []
    right: list[Piece] = []
    for verb, i1, i2, j1, j2 in matcher.get_opcodes():
        if i2 > i1:
            left.append(("".join(a[i1:i2]), verb != "equal"))
        if j2 > j1:
            right.append(("".join(b[j1:j2]), verb != "equal"))
    return tuple(left), tuple(right)
