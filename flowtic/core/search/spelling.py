"""Words that were meant: the closest ones among a few that somebody may read. Pure."""

from collections.abc import Iterable, Sequence

from flowtic.core.search.text import PART
from flowtic.core.search.words import lower

SHORTEST = 4  # letters: of shorter words everything is close to everything
MAX_WORDS = 6_000  # compared per question


def closest(word: str, among: Iterable[str]) -> str | None:
    """The most alike word at one or two changed letters from `word` (two from eight letters on), else None."""
    small = lower(word)
    if len(small) < SHORTEST or any(char.isdigit() for char in small):
        return None
    allowed = 2 if len(small) >= 8 else 1
    pairs = _pairs(small)
    best: tuple[float, str] | None = None
    for n, other in enumerate(among):
        if n >= MAX_WORDS:
            break
        plain = lower(other)
        if plain == small:
            return None  # it is written like that
        if abs(len(plain) - len(small)) > allowed or len(_pairs(plain) & pairs) < len(pairs) - 1 - 2 * allowed:
            continue
        far = distance(small, plain, allowed)
        if far <= allowed and (best is None or far < best[0]):
            best = (far, other)
    return best[1] if best else None


def corrected(text: str, known: Sequence[str]) -> str:
    """The text with every word replaced that is nearly one of the known; '' where nothing changes."""
    changed = PART.sub(lambda found: closest(found[0], known) or found[0], text)
    return changed if changed != text else ""


def distance(one: str, other: str, most: int) -> int:
    """Letters to change, add, leave out or swap with the next one; `most` + 1 for anything more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, char in enumerate(one, 1):
        older, before, row = before, row, [n]
        for m, sign in enumerate(other, 1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (char != sign))
            if n > 1 and m > 1 and char == other[m - 2] and one[n - 2] == sign:
                cost = min(cost, older[m - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _pairs(word: str) -> set[str]:
    framed = f" {word} "
    return {framed[n : n + 2] for n in range(len(framed) - 1)}
