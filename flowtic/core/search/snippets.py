"""The words of a question in a text that somebody reads: what to mark, and which part to show. Pure."""

import functools
import re
from collections.abc import Iterator

from flowtic.core.search.text import PART, Match, Question, clean, parse_question
from flowtic.core.search.words import DEPARTMENT_IT, forms

SHOWN = 180  # characters of a snippet
READ = 20_000  # characters of a text that are looked through
BEFORE = 50  # characters in front of the first hit
MAX_MARKS = 12
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_SIGNS = re.compile(r"^(?:#{1,6} |>+ ?|[-*+] )|\*\*|``+|(?<!\w)[*_`](?=\w)|(?<=[\w.!?])[*_`](?!\w)", re.MULTILINE)

Pieces = list[tuple[str, bool]]  # text and whether it is marked


def marked(text: str, question: str | Question) -> Pieces:
    """The whole text in pieces."""
    text = text[:READ]
    return _pieces(text, 0, len(text), list(_hits(text, _parsed(question)))[:MAX_MARKS])


def snippet(text: str, question: str | Question, *, length: int = SHOWN) -> Pieces:
    """The part of the text with most of the question's words, with dots where it is cut. [] without a text."""
    text = " ".join(clean(_plain(text[:READ])).split())
    hits = list(_hits(text, _parsed(question)))
    start = _best_start(hits, length) if hits else 0
    end = min(len(text), start + length)
    start, end = _at_words(text, start, end)
    pieces = _pieces(text, start, end, hits[:500])
    if pieces and start:
        pieces.insert(0, ("… ", False))
    if pieces and end < len(text):
        pieces.append((" …", False))
    return pieces


def has_mark(pieces: Pieces) -> bool:
    return any(mark for _text, mark in pieces)


def _plain(markdown: str) -> str:
    """The words without Markdown's signs, as far as that is plain."""
    return _SIGNS.sub("", _LINK.sub(r"\1", markdown))


def _parsed(question: str | Question) -> Question:
    return parse_question(question) if isinstance(question, str) else question


class _Wanted:
    """A question made ready for looking at words: what a single word may be, and the phrases."""

    def __init__(self, question: Question) -> None:
        self.whole: dict[str, int] = {}
        self.starts: dict[str, int] = {}
        self.phrases: list[tuple[Match, int]] = []
        for number, clause in enumerate(question):
            for match in clause:
                if len(match.tokens) > 1:
                    self.phrases.append((match, number))
                else:
                    (self.starts if match.open_end else self.whole).setdefault(match.tokens[0], number)
        self._any_start = tuple(self.starts)

    def clause_of(self, tokens: tuple[str, ...]) -> int | None:
        """The clause that one of a word's tokens answers."""
        for token in tokens:
            if token in self.whole:
                return self.whole[token]
            if self._any_start and token.startswith(self._any_start):
                return next(number for start, number in self.starts.items() if token.startswith(start))
        return None


def _hits(text: str, question: Question) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of the clause of each word that answers one."""
    if not question:
        return
    wanted = _Wanted(question)
    words = [(found.start(), found.end(), _tokens(found[0])) for found in PART.finditer(text)]
    for place, (start, end, tokens) in enumerate(words):
        number = wanted.clause_of(tokens)
        if number is not None:
            yield start, end, number
            continue
        for match, clause in wanted.phrases:
            if _is_phrase(words[place : place + len(match.tokens)], match):
                yield start, words[place + len(match.tokens) - 1][1], clause
                break


@functools.lru_cache(maxsize=8192)
def _tokens(word: str) -> tuple[str, ...]:
    token, english, behind = forms(word)
    also = (DEPARTMENT_IT,) if word == "IT" else ()
    return (token, *((english,) if english else ()), *behind, *also)


def _is_phrase(words: list[tuple[int, int, tuple[str, ...]]], match: Match) -> bool:
    """Whether the words are the match's, one by one."""
    if len(words) < len(match.tokens):
        return False
    *whole, last = [own for _start, _end, own in words]
    if not all(token in own for token, own in zip(match.tokens, whole, strict=False)):
        return False
    token = match.tokens[-1]
    return any(one == token or (match.open_end and one.startswith(token)) for one in last)


def _best_start(hits: list[tuple[int, int, int]], length: int) -> int:
    """Where the window begins that holds the most different clauses, then the most hits."""
    best, chosen = (-1, -1), 0
    for n, (start, _end, _number) in enumerate(hits[:200]):
        inside = [hit for hit in hits[n : n + 40] if hit[1] <= start - BEFORE + length]
        worth = (len({hit[2] for hit in inside}), len(inside))
        if worth > best:
            best, chosen = worth, start
    return max(0, chosen - BEFORE)


def _at_words(text: str, start: int, end: int) -> tuple[int, int]:
    """The window moved to blanks nearby, so that no word is cut."""
    if start and (blank := text.find(" ", start, start + 25)) > 0:
        start = blank + 1
    if end < len(text) and (blank := text.rfind(" ", max(start, end - 25), end)) > start:
        end = blank
    return start, end


def _pieces(text: str, start: int, end: int, hits: list[tuple[int, int, int]]) -> Pieces:
    pieces: Pieces = []
    at = start
    for first, last, _number in hits:
        if first < at or last > end:
            continue
        if first > at:
            pieces.append((text[at:first], False))
        pieces.append((text[first:last], True))
        at = last
    if at < end:
        pieces.append((text[at:end], False))
    return pieces
