"""Text to tokens for the index, and a question to clauses. Pure: no database, no settings."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from flowtic.core.search.words import (
    DEPARTMENT_IT,
    ENGLISH_WORDS,
    FUNCTION_WORDS,
    GERMAN_WORDS,
    MAX_TOKEN,
    bigrams,
    ends,
    forms,
    german_form,
    lower,
)

MAX_INDEXED = 200_000  # characters of one text; a pasted log is findable by its beginning
MAX_QUESTION = 1_000  # characters
MAX_CLAUSES = 12  # words or phrases of one question, the rest is not looked at
MAX_PHRASE = 16  # words
MAX_JOINED = 5  # parts of "FT-2026-000123" that are also stored as one word

# Letters and digits, joined inside by one mark at a time: E-403, 10.0.0.7, anna.s@firma.example, don't
_CHUNK = re.compile(r"[^\W_]+(?:[-./@:_'’+&\\][^\W_]+)*")
_QUESTION = re.compile(r'["“„«»”]([^"“„«»”]*)["“„«»”]|([^\W_]+(?:[-./@:_\'’+&\\][^\W_]+)*)(\*?)')
PART = re.compile(r"[^\W_]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]|[\u2010\u2011]")


class Match(NamedTuple):
    """Tokens that stand one after the other; `open_end`: the last one may go on."""

    tokens: tuple[str, ...]
    open_end: bool = False


Clause = tuple[Match, ...]  # any of these
Question = tuple[Clause, ...]  # all of these


class Indexed(NamedTuple):
    tokens: str  # separated by one blank each
    language: str  # "de", "en" or "" where it is not clear


def index_text(text: str, language: str | None = None) -> Indexed:
    """The tokens of a text: its words in order, then what they can also be found by, each once.

    `language` counts only where the text does not tell.
    """
    words = list(written_words(clean(text[:MAX_INDEXED])))
    language = detect_language([word for word, _joined in words]) or language
    running: list[str] = []
    also: dict[str, None] = {}
    for word, joined in words:
        pairs = bigrams(word) if not joined else None
        if pairs is not None:
            running += pairs
            continue
        token, english, behind = forms(word)
        if joined:
            also[token] = None
        else:
            running.append(token)
        # A German text needs English stems only for English words in it: those that lose an ending.
        if english and (language != "de" or english != word.lower()):
            also[english] = None
        if behind and (language != "en" or word[0].isupper()):
            also.update(dict.fromkeys(behind))
        if word == "IT" or (language != "en" and word.lower() == "it"):
            also[DEPARTMENT_IT] = None
    for token in running:
        also.pop(token, None)
    return Indexed(" ".join([*running, *also]), language or "")


def detect_language(words: list[str]) -> str:
    """By the function words of a text "de" or "en", or "" where they are too few or mixed."""
    small = [word.lower() for word in words]
    german = sum(word in GERMAN_WORDS for word in small)
    english = sum(word in ENGLISH_WORDS for word in small)
    if german >= 2 and german >= 2 * english:
        return "de"
    return "en" if english >= 2 and english >= 2 * german else ""


def parse_question(text: str, *, typing: bool = False) -> Question:
    """What somebody typed as clauses that must all hold. `typing`: the last word may be unfinished.

    Quoted words form a phrase, `word*` a beginning. Function words count only when there is nothing else. No
    character of the text has any other meaning.
    """
    text = clean(text[:MAX_QUESTION])
    strong: list[Clause] = []
    weak: list[Clause] = []
    last_end = len(text.rstrip())
    for found in _QUESTION.finditer(text):
        phrase, chunk, star = found.groups()
        if phrase is not None:
            clause = _phrase(phrase)
        else:
            clause = _chunk(chunk, open_end=bool(star) or (typing and found.end() == last_end))
        if clause:
            (weak if chunk and _is_weak(chunk, text) else strong).append(clause)
        if len(strong) == MAX_CLAUSES:
            break
    return tuple(dict.fromkeys(strong or weak[:MAX_CLAUSES]))


def _is_weak(word: str, question: str) -> bool:
    """Whether a word says nothing beside others: "der", "und", and "it" unless it is the IT."""
    small = lower(word)
    if small != "it":
        return small in FUNCTION_WORDS
    others = {part.lower() for part in PART.findall(question)} - {"it"}
    return word != "IT" and not others.isdisjoint(ENGLISH_WORDS - GERMAN_WORDS)


def clean(text: str) -> str:
    if text.isascii():
        return text
    text = _UNSEEN.sub(lambda sign: "-" if sign[0] in "\u2010\u2011" else "", text)
    return unicodedata.normalize("NFKC", text)


def written_words(text: str) -> Iterator[tuple[str, bool]]:
    """Words in order; True for one that is several of them without the hyphens between (E-Mail: Email)."""
    for found in _CHUNK.finditer(text):
        chunk = found[0]
        if chunk.isalnum():
            yield chunk, False
            continue
        parts = PART.findall(chunk)
        for part in parts:
            yield part, False
        if _joins(chunk, parts):
            yield "".join(parts), True


def _joins(chunk: str, parts: list[str]) -> bool:
    return "-" in chunk and len(parts) <= MAX_JOINED and chunk.count("-") == len(parts) - 1


def _chunk(chunk: str, *, open_end: bool) -> Clause:
    """Ways to match one word of the question; a chunk with marks inside is a phrase of its parts."""
    parts = PART.findall(chunk)
    if len(parts) == 1:
        return _word(chunk, open_end=open_end)
    matches = [_sequence(parts, open_end=open_end)]
    if _joins(chunk, parts):
        matches += _word("".join(parts), open_end=open_end)
    return tuple(dict.fromkeys(matches))


def _word(word: str, *, open_end: bool) -> Clause:
    if bigrams(word):
        return (_sequence([word], open_end=False),)
    if lower(word) == "it" and not open_end:
        return (Match((DEPARTMENT_IT,)),)
    token, english, _behind = forms(word)
    starts, behind = ends(word)
    if open_end:
        starts = (*starts, german_form(lower(word))[:MAX_TOKEN])
    opened = dict.fromkeys(start for start in starts if not start.startswith(tuple(set(starts) - {start})))
    whole = [stem for stem in dict.fromkeys((token, english)) if stem and not stem.startswith(tuple(opened))]
    return (*(Match((stem,)) for stem in whole), *(Match((start,), True) for start in (*opened, *behind)))


def _phrase(text: str) -> Clause:
    parts = [part for found in _CHUNK.finditer(text) for part in PART.findall(found[0])]
    return (_sequence(parts, open_end=False),) if parts else ()


def _sequence(parts: list[str], *, open_end: bool) -> Match:
    tokens: list[str] = []
    for part in parts[:MAX_PHRASE]:
        tokens += bigrams(part) or [forms(part).token]
    if open_end and tokens:
        tokens[-1] = german_form(lower(parts[-1]))[:MAX_TOKEN]
    return Match(tuple(tokens[:MAX_PHRASE]), open_end)
