"""One word as the search index stores it: folded, stemmed, and readable from behind.

Every function here is pure. Both sides of a search, the stored text and the question, go through the same
ones, so a rule may be crude as long as it is the same for both.

Three spaces of tokens live in one index:
- stems: `druck`, `connect`, `403` (a-z, digits, other scripts; never an underscore inside);
- `und__`, `it__`: function words as they are written and tokens too short for a full text index;
- `_rekcurdkrew`: the end of a long German noun spelled backwards, so that "Drucker" finds "Netzwerkdrucker"
  by a prefix, which is all that the databases can do; `_it`: the department, not the pronoun.
"""

import functools
import re
import threading
import unicodedata
from typing import NamedTuple

import Stemmer

MAX_TOKEN = 48  # letters; InnoDB drops words above 84, a pasted key is findable by its beginning
MIN_HEAD = 4  # letters of a compound's part that a search may match from behind
MIN_PREFIX = 5  # "auto" as a beginning would find every "automatisch"
PAD = "__"
DEPARTMENT_IT = "_it"  # "IT" as a noun; every English text holds the pronoun


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


GERMAN_WORDS = _listed("""
    aber als also am an auch auf aus bei beim bin bis bist da dann das dass dein deine dem den der des die dies
    diese dieser dieses doch du durch ein eine einem einen einer eines er es euch euer für gegen habe haben hat hatte
    hier ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ist ja kann kein keine können mein meine mich mir mit nach
    nicht noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so um und uns unser unsere unter vom von
    vor war was wegen weil wenn wer werden wie wir wird wo wurde zu zum zur über
""")
ENGLISH_WORDS = _listed("""
    a about after all also am an and any are as at be because been but by can could did do does for from had has
    have he her here his how i if in into is its me my no not of on or our out she should so some than that the their
    them then there these they this to too us was we were what when where which while who why will with would you
    your
""")
_UMLAUTS = str.maketrans("äöü", "aou")
FUNCTION_WORDS = GERMAN_WORDS | ENGLISH_WORDS
GRAMMAR_ONLY = frozenset(word.translate(_UMLAUTS) + PAD for word in FUNCTION_WORDS)
# Words that MySQL and MariaDB leave out of every index (INNODB_FT_DEFAULT_STOPWORD); a stem may look like one.
ENGINE_STOPWORDS = _listed(
    "a about an are as at be by com de en for from how i in is it la of on or that the this to was what when where "
    "who will with und www"
)
# Short nouns that are worth searching as the beginning of a compound ("Mail" finds "Mailserver").
SHORT_PREFIXES = _listed("mail haus raum netz bank lohn geld bild chat akku funk wlan")

_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
_WRITTEN_OUT = re.compile(r"(?<![aeouq])ue|ae|oe")
_UMLAUT_PLURAL = re.compile(r"(?:[äöü]u?|[ao]eu?|(?<!q)ue)[bcdfghklmnprstvwxz]{1,3}ern?$")
_ADJECTIVE = re.compile(r"(?:lich|isch|ig)(?:e[mnrs]?)?$")
# What stands before a verb or a noun without making a compound of it: "Eindruck" is no kind of "Druck".
_PARTICLE = re.compile(
    r"ab|an|auf|aus|bei|be|durch|ein|emp|ent|er|ge|hinter|her|hin|miss|mit|nach|uber|unter|um|un|ver|vor|weg"
    r"|wieder|zer|zuruck|zusammen|zu"
)
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

_stemmers = threading.local()


class Forms(NamedTuple):
    """What one written word becomes in the index."""

    token: str  # stands in the running text, phrases are matched on it
    english: str  # its English stem where that differs, else ""
    behind: tuple[str, ...]  # tokens spelled backwards, for the heads of compounds


class Ends(NamedTuple):
    """What a word of the question matches besides its own stems."""

    starts: tuple[str, ...]  # beginnings of compounds
    behind: tuple[str, ...]  # beginnings of backward tokens


def pad(token: str) -> str:
    """The token, made long and strange enough for a full text index to keep it."""
    return token + PAD if len(token) < 3 or token in ENGINE_STOPWORDS else token


def lower(word: str) -> str:
    """Small letters without accents; umlauts stay, they are letters of their own."""
    if word.isascii():
        return word.lower()
    word = word.lower().translate(_LETTERS)
    if word.isascii():
        return word
    plain = "".join(_without_accent(char) for char in word)
    return unicodedata.normalize("NFC", plain)


def german_form(word: str) -> str:
    """`Muenchen`, `München` and `Munchen` are one word, and so are `Strasse` and `Straße`."""
    return _WRITTEN_OUT.sub(lambda match: match[0][0], word.translate(_UMLAUTS))


def light(word: str, form: str) -> str:
    """The German form of a noun without its case and plural ending, but with `-er`: a printer is no pressure.

    Goes by the last letters alone, so a compound and its head lose the same.
    """
    if _UMLAUT_PLURAL.search(word):
        return form.removesuffix("n").removesuffix("er")
    if form.endswith(("en", "es")):
        return form[:-2]
    if form.endswith(("e", "ern", "eln")):
        return form[:-1]
    if form.endswith("s") and form[-2:-1] in "abdfghklmnort":
        return form[:-1]
    return form


@functools.lru_cache(maxsize=8192)
def forms(word: str) -> Forms:
    """Index forms of a word as it was written (its capital counts: German nouns have one)."""
    small = lower(word)[:MAX_TOKEN]
    if small in FUNCTION_WORDS:
        return Forms(small.translate(_UMLAUTS) + PAD, "", ())
    if not _is_latin(small):
        return Forms(pad(german_form(small)), "", ())
    german, english = _stem("german", german_form(small)), _stem("english", small)
    if english == german or not small.isascii():
        english = ""
    return Forms(pad(german), english and pad(english), _behind(small, capital=word[0].isupper()))


def ends(word: str) -> Ends:
    """Beginnings that a word of the question may match: its compounds, from the front and from behind."""
    small = lower(word)[:MAX_TOKEN]
    if small in FUNCTION_WORDS or not _is_latin(small):
        return Ends((), ())
    form = german_form(small)
    short = light(small, form)
    if len(short) >= MIN_PREFIX or small in SHORT_PREFIXES:
        starts: tuple[str, ...] = (short,)
    else:
        starts = (form,) if len(form) >= MIN_PREFIX else ()
    if len(short) >= MIN_HEAD:
        return Ends(starts, (_backwards(short),))
    return Ends(starts, (_backwards(form),) if len(form) > MIN_HEAD else ())


def bigrams(word: str) -> list[str] | None:
    """Chinese, Japanese and Korean are written without blanks: pairs of signs stand for words. None: not such."""
    if word.isascii() or not _EAST_ASIAN.search(word):
        return None
    signs = lower(word)[: MAX_TOKEN * 4]
    return [pad(signs[n : n + 2]) for n in range(max(1, len(signs) - 1))]


def _behind(small: str, *, capital: bool) -> tuple[str, ...]:
    """The word spelled backwards up to its third letter, where it may be a compound; else nothing."""
    if small.startswith("email"):  # "Mail" is meant as often as not
        return (_backwards("mail" + small[5:].removesuffix("s")),)
    # Where two letters are an umlaut written out or the seam of a compound (Kontoeinstellung), both are kept.
    found = set()
    for form in {german_form(small), small.translate(_UMLAUTS)}:
        if len(form) < (7 if capital else 9) or _ADJECTIVE.search(form):
            continue
        particle = _PARTICLE.match(form)
        cut = max(3, particle.end() + 1) if particle else 3
        endings = {light(small, form)} | ({form} if form.endswith("en") else set())
        found |= {_backwards(ending[cut:]) for ending in endings if len(ending) - cut >= MIN_HEAD}
    return tuple(sorted(found))


def _backwards(part: str) -> str:
    return "_" + part[::-1]


def _is_latin(small: str) -> bool:
    return small.isalpha() and (small.isascii() or small.translate(_UMLAUTS).isascii())


def _without_accent(char: str) -> str:
    if char in "äöü":
        return char
    return "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))


def _stem(language: str, word: str) -> str:
    """Snowball. A stemmer must not be shared by threads; `forms` caches, so it needs no cache of its own."""
    stemmer = getattr(_stemmers, language, None)
    if stemmer is None:
        stemmer = Stemmer.Stemmer(language, 0)
        setattr(_stemmers, language, stemmer)
    return stemmer.stemWord(word)
