"""What somebody typed into the one search field: words, `name:value` pairs and numbers. Pure: no database.

Only the names below are operators; `http://host` or `error:` stay words. English and German names mean the same.
"""

import re
from dataclasses import dataclass

from flowtic.core.search.text import MAX_QUESTION

NAMES = {
    "status": "status",
    "from": "from",
    "von": "from",
    "to": "to",
    "an": "to",
    "assignee": "to",
    "zuständig": "to",
    "zustaendig": "to",
    "department": "department",
    "abteilung": "department",
    "priority": "priority",
    "priorität": "priority",
    "prioritaet": "priority",
    "tag": "tag",
    "stichwort": "tag",
    "is": "is",
    "ist": "is",
    "created": "created",
    "erstellt": "created",
    "updated": "updated",
    "geändert": "updated",
    "geaendert": "updated",
}
MAX_OPERATORS = 12

_QUOTES = '"“„«»”'
_OPERATOR = re.compile(rf"(?<!\S)([^\W\d_]+):(?:[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]|([^\s{_QUOTES}]+))")
_NUMBER = re.compile(r"(?<!\S)#([0-9]{1,12})(?!\S)|(?<!\S)([A-Za-z]{1,10}-[0-9]{4}-[0-9]{1,12})(?!\S)", re.ASCII)


@dataclass(frozen=True)
class Operator:
    """`name` is the English one; `value` as typed, without quotes."""

    name: str
    value: str
    typed: str


@dataclass(frozen=True)
class Asked:
    """A question taken apart. `numbers`: of objects, as typed and without the #. `brief`: only titles are shown."""

    text: str
    words: str
    operators: tuple[Operator, ...] = ()
    numbers: tuple[str, ...] = ()
    brief: bool = False

    @property
    def names(self) -> frozenset[str]:
        return frozenset(operator.name for operator in self.operators)

    def values(self, name: str) -> list[str]:
        return [operator.value for operator in self.operators if operator.name == name]

    @property
    def is_blank(self) -> bool:
        return not (self.words.strip() or self.operators or self.numbers)


def read_question(text: str) -> Asked:
    """Never raises, for any text; what is too long is cut."""
    text = " ".join(text.replace("\0", " ")[:MAX_QUESTION].split())
    operators: list[Operator] = []

    def take(found: re.Match[str]) -> str:
        name = NAMES.get(found[1].casefold())
        value = (found[2] if found[2] is not None else found[3]).strip()
        if name is None or not value or len(operators) == MAX_OPERATORS:
            return found[0]
        operators.append(Operator(name, value, found[0]))
        return " "

    rest = _OPERATOR.sub(take, text)
    numbers = [found[1] or found[2] for found in _NUMBER.finditer(rest)]
    words = _NUMBER.sub(lambda found: " " if found[1] else found[0], rest)  # "#123" names one thing, no text holds it
    return Asked(text, " ".join(words.split()), tuple(operators), tuple(dict.fromkeys(numbers)))
