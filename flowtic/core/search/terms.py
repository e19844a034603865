"""A whole text (a ticket, a heading) as the words it can be compared by. Pure: no database."""

from dataclasses import dataclass

from flowtic.core.search.text import clean, written_words
from flowtic.core.search.words import DEPARTMENT_IT, FUNCTION_WORDS, bigrams, ends, forms, lower

MAX_TEXT = 6_000  # characters of the text that are looked at
MAX_TERMS = 120  # different words
HEADING = 5  # words; in so short a text every one is meant
MAX_DIGITS = 4  # longer figures (telephone, date and order numbers) tell of one matter only
# What is written in every letter and says nothing of its matter, as it is written and by its tokens.
_COURTESY = """
    bitte danke dank vielen grüße gruß freundliche freundlichen hallo guten morgen tag abend herr frau geehrte geehrter
    geehrten damen herren liebe lieber team voraus kollegen please thanks thank you regards hello hi dear best kind
    sir madam many morning sincerely
"""
COURTEOUS = frozenset(_COURTESY.split())
COURTESY = frozenset(forms(word).token for word in COURTEOUS)


@dataclass
class Term:
    """One word of the text with everything it is stored as."""

    word: str  # as it was first written
    tokens: tuple[str, ...]  # its German and its English stem
    starts: tuple[str, ...]  # beginnings of tokens that are compounds with it
    times: int = 1


def terms_of(text: str) -> list[Term]:
    """The different words of a text in order, without function words."""
    found: dict[str, Term] = {}
    for word, joined in written_words(clean(text[:MAX_TEXT])):
        for token, term in _terms(word, joined=joined):
            known = found.get(token)
            if known is not None:
                known.times += 1
            elif len(found) < MAX_TERMS:
                found[token] = term
    if len(found) <= HEADING:
        return list(found.values())
    return [term for token, term in found.items() if token not in COURTESY]


def _terms(word: str, *, joined: bool) -> list[tuple[str, Term]]:
    pairs = None if joined else bigrams(word)
    if pairs is not None:
        return [(pair, Term(pair.rstrip("_"), (pair,), ())) for pair in pairs]
    small = lower(word)
    if word == "IT":
        return [(DEPARTMENT_IT, Term(word, (DEPARTMENT_IT,), ()))]
    if small in FUNCTION_WORDS or (small.isdigit() and len(small) > MAX_DIGITS) or len(small) == 1:
        return []
    token, english, _behind = forms(word)
    starts, behind = ends(word)
    return [(token, Term(word, (token, english) if english else (token,), (*starts, *behind)))]
