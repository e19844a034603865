"""Personal data is replaced before a text leaves the house, and put back into what returns.

Placeholders such as [NAME_1] stand for one value within one call; what they mean stays in this process.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

PLACEHOLDER = re.compile(r"(\[(?:NAME|EMAIL|PHONE|IBAN|WORD)_\d{1,4}\])")
# Models write them without brackets, in small letters, with a blank.
_ECHO = re.compile(r"\[?\b(NAME|EMAIL|PHONE|IBAN|WORD)[ _](\d{1,4})\b\]?", re.IGNORECASE)
_HALF = re.compile(r"\[[A-Za-z]{0,5}[ _]?\d{0,4}$")

_EMAIL = re.compile(r"[\w.+'%-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_PHONE = re.compile(r"(?<![\w.,:/-])(?:\+\d{1,3}|00\d{2}|\(?0\d)[\d \u00a0()/.-]{4,22}\d(?![\w-])")
_NO_PHONE = re.compile(r"^\(?\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|^0\d:\d\d|^\d{1,3}(?:\.\d{1,3}){3}$|^0\d\.\d\d?\.")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SALUTATION = re.compile(r"^(?:herrn?|frau|fräulein|mr|mrs|ms|miss|mister|dr|prof)$", re.IGNORECASE)
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
SHORTEST_PART = 3

# The first word of a name, folded -> the whole names that begin with it, folded word by word, and whether a comma may
# stand between them (family name first).
NameIndex = Mapping[str, Sequence[tuple[tuple[str, ...], bool]]]


class Masker:
    """Masks the texts of one call alike. `kinds`: names, emails, phones, ibans; own words are always masked."""

    def __init__(
        self,
        kinds: Iterable[str],
        *,
        people: Iterable[str] = (),
        known: NameIndex | None = None,
        words: Iterable[str] = (),
    ):
        self._kinds = frozenset(kinds)
        people = [name for name in people if name.strip()]
        self._known = {**(known or {})}
        for first, names in name_index(people).items():
            self._known[first] = [*self._known.get(first, ()), *names]
        parts = {fold(part) for name in people for part in _WORD.findall(name)}
        self._parts = {part for part in parts if len(part) >= SHORTEST_PART}
        own = sorted({word.strip() for word in words if len(word.strip()) > 1}, key=len, reverse=True)
        self._own = (
            re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, own)) + r")(?!\w)", re.IGNORECASE) if own else None
        )
        self._given: dict[tuple[str, str], str] = {}
        self._meant: dict[str, str] = {}

    @property
    def used(self) -> bool:
        return bool(self._meant)

    def mask(self, text: str) -> str:
        """The text without what is to stay here."""
        # Somebody may have typed something that looks like a placeholder: it must not become anybody's name.
        text = PLACEHOLDER.sub(lambda found: self._placeholder("WORD", found.group()), text)
        if self._own is not None:
            text = self._each(text, lambda part: self._sub(self._own, "WORD", part))
        if "ibans" in self._kinds:
            text = self._each(text, lambda part: _IBAN.sub(self._iban, part))
        if "emails" in self._kinds:
            text = self._each(text, lambda part: self._sub(_EMAIL, "EMAIL", part))
        if "phones" in self._kinds:
            text = self._each(text, lambda part: _PHONE.sub(self._phone, part))
        return self._each(text, self._names) if "names" in self._kinds else text

    def restore(self, text: str, *, growing: bool = False) -> str:
        """The text with the values again; of one that still grows, half a placeholder at the end is left out."""
        if growing:
            text = _HALF.sub("", text)
        return _ECHO.sub(lambda found: self._meant.get(f"{found[1].upper()}_{int(found[2])}", found.group()), text)

    def restore_all(self, value: Any) -> Any:
        """The same in every text of a JSON value."""
        if isinstance(value, str):
            return self.restore(value)
        if isinstance(value, list):
            return [self.restore_all(item) for item in value]
        if isinstance(value, dict):
            return {name: self.restore_all(item) for name, item in value.items()}
        return value

    def _each(self, text: str, change: Callable[[str], str]) -> str:
        """Changes what lies between the placeholders."""
        parts = PLACEHOLDER.split(text)
        return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))

    def _sub(self, pattern: Any, kind: str, text: str) -> str:
        return str(pattern.sub(lambda found: self._placeholder(kind, found.group()), text))

    def _placeholder(self, kind: str, value: str) -> str:
        key = (kind, value)
        if key not in self._given:
            number = sum(1 for known, _value in self._given if known == kind) + 1
            self._given[key] = f"{kind}_{number}"
            self._meant[self._given[key]] = value
        return f"[{self._given[key]}]"

    def _iban(self, found: re.Match[str]) -> str:
        """The longest beginning whose checksum is right: words may follow without a break."""
        text = found.group()
        for end in range(len(text), 14, -1):
            if not text[end - 1].isalnum() or (end < len(text) and text[end].isalnum() and text[end - 1].isalpha()):
                continue
            if is_iban(text[:end]):
                return self._placeholder("IBAN", text[:end]) + text[end:]
        return text

    def _phone(self, found: re.Match[str]) -> str:
        text = found.group()
        digits = sum(sign.isdigit() for sign in text)
        if not 7 <= digits <= 15 or _NO_PHONE.match(text):
            return text
        return self._placeholder("PHONE", text)

    def _names(self, text: str) -> str:
        words = list(_WORD.finditer(text))
        folded = [fold(word.group()) for word in words]
        pieces, at, number = [], 0, 0
        while number < len(words):
            length = self._name_at(text, words, folded, number)
            if length:
                start, end = words[number].start(), words[number + length - 1].end()
                pieces += [text[at:start], self._placeholder("NAME", text[start:end])]
                at = end
            number += length or 1
        return "".join([*pieces, text[at:]])

    def _name_at(self, text: str, words: list[re.Match[str]], folded: list[str], number: int) -> int:
        """How many words from here on are a name."""
        best = 0
        for name, comma in self._known.get(folded[number], ()):
            size = len(name)
            same = size > best and _same(tuple(folded[number : number + size]), name)
            if same and _adjacent(text, words, number, size, comma=comma):
                best = size
        if best:
            return best
        word = words[number].group()
        if not word[0].isupper():
            return 0
        if folded[number] in self._parts or folded[number].removesuffix("s") in self._parts:
            return 1
        # After "Frau" a name follows, whoever it is.
        before = words[number - 1] if number else None
        called = before is not None and _SALUTATION.match(before.group())
        titled = called and not _SALUTATION.match(word)
        return int(bool(titled and before and text[before.end() : words[number].start()].strip(". \u00a0") == ""))


def name_index(names: Iterable[str]) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    """Whole names of at least two words by their first word, in both orders."""
    index: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for name in names:
        parts = tuple(fold(part) for part in _WORD.findall(name))
        if len(parts) < 2:
            continue
        turned = (parts[-1], *parts[:-1])
        index.setdefault(parts[0], []).append((parts, False))
        index.setdefault(turned[0], []).append((turned, True))
    return index


def fold(word: str) -> str:
    """One spelling for all: small letters, umlauts written out."""
    return word.casefold().translate(_FOLDED)


def is_iban(text: str) -> bool:
    """Whether it is an account number by length and checksum (ISO 13616)."""
    plain = re.sub(r"[^A-Za-z0-9]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _same(found: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return found == name or (found[:-1] == name[:-1] and found[-1:] == (name[-1] + "s",))


def _adjacent(text: str, words: list[re.Match[str]], number: int, size: int, *, comma: bool) -> bool:
    """Whether only blanks stand between these words, or a comma where one may."""
    between = ("", ",") if comma else ("",)
    pairs = zip(words[number : number + size - 1], words[number + 1 : number + size], strict=True)
    return all(text[left.end() : right.start()].strip(" \t\u00a0") in between for left, right in pairs)
