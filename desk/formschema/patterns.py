"""Patterns for text fields that match in linear time, whatever the pattern and the text.

Python's `re` tries ways one after the other, and some patterns have more ways than there are atoms. Here all ways go
on at the same time (Thompson's construction), so each character of the text costs at most one look at every place of
the pattern. Known: literals, `.`, classes, \\d \\w \\s and their opposites, groups, `|`, `*`, `+`, `?`, `{n,m}`, and
`^` and `$` at the ends (the whole text has to match anyway). Not known: back references and looking around.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST_PATTERN = 200
LONGEST_TEXT = 1000
MOST_PLACES = 1000
DEEPEST = 12

Test = Callable[[str], bool]


class PatternError(ValueError):
    """What is wrong with a pattern, as a sentence."""


@dataclass(frozen=True)
class Node:
    """A part of the pattern: one character ("char"), or "seq", "alt", "repeat" of other parts."""

    kind: str
    parts: tuple["Node", ...] = ()
    test: Test | None = None
    least: int = 0
    most: int | None = 0


def check(pattern: str) -> str:
    """What is wrong with the pattern, '' when it can be used."""
    try:
        _compiled(pattern)
    except PatternError as error:
        return str(error)
    return ""


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits. A pattern that cannot be used fits nothing."""
    if len(text) > LONGEST_TEXT:
        return False
    try:
        program = _compiled(pattern)
    except PatternError:
        return False
    return program.run(text)


# ---- reading -------------------------------------------------------------------------

_CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "D": lambda c: not c.isdecimal(),
    "w": lambda c: c.isalnum() or c == "_",
    "W": lambda c: not (c.isalnum() or c == "_"),
    "s": str.isspace,
    "S": lambda c: not c.isspace(),
}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}
_SPECIAL = "\\^$.|?*+()[]{}"
_COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{0,4}))?\}")


class _Reader:
    """Turns the text of a pattern into nodes."""

    def __init__(self, text: str):
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Node:
        if self.text.startswith("^"):
            self.at = 1
        node = self.alternatives()
        if self.at < len(self.text):
            raise PatternError(_("There is a closing bracket too many in the pattern."))
        return node

    def alternatives(self) -> Node:
        ways = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            ways.append(self.sequence())
        return ways[0] if len(ways) == 1 else Node("alt", tuple(ways))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            if self.peek() == "$" and self.at == len(self.text) - 1:
                self.at += 1
                break
            parts.append(self.repeated(self.atom()))
        return Node("seq", tuple(parts))

    def repeated(self, node: Node) -> Node:
        char = self.peek()
        if char in ("*", "+", "?"):
            self.at += 1
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{":
            found = _COUNT.match(self.text, self.at)
            if not found:
                raise PatternError(_("A curly bracket in a pattern needs numbers, as in {2,5}."))
            self.at = found.end()
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else None
            if most is not None and most < least:
                raise PatternError(_("The numbers in curly brackets are the wrong way round."))
        else:
            return node
        if self.peek() in ("*", "+", "?", "{"):
            raise PatternError(_("Two signs of repetition follow each other in the pattern."))
        return Node("repeat", (node,), least=least, most=most)

    def atom(self) -> Node:
        char = self.peek()
        self.at += 1
        if char == "(":
            return self.group()
        if char == "[":
            return Node("char", test=self.klass())
        if char == ".":
            return Node("char", test=lambda c: c != "\n")
        if char == "\\":
            return Node("char", test=self.escape())
        if char in _SPECIAL:
            raise PatternError(_("The sign %(sign)s stands in a wrong place in the pattern.") % {"sign": char})
        return Node("char", test=functools.partial(str.__eq__, char))

    def group(self) -> Node:
        if self.peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise PatternError(_("Only plain groups are allowed in a pattern."))
            self.at += 2
        self.depth += 1
        if self.depth > DEEPEST:
            raise PatternError(_("The groups of the pattern are nested too deeply."))
        node = self.alternatives()
        if self.peek() != ")":
            raise PatternError(_("A closing bracket is missing in the pattern."))
        self.at += 1
        self.depth -= 1
        return node

    def escape(self) -> Test:
        char = self.peek()
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _CONTROL:
            return functools.partial(str.__eq__, _CONTROL[char])
        if not char or char.isalnum():
            raise PatternError(_("The pattern has a \\%(sign)s, which is not known here.") % {"sign": char})
        return functools.partial(str.__eq__, char)

    def klass(self) -> Test:
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Test] = []
        first = True
        while self.peek() != "]" or first:
            if not self.peek():
                raise PatternError(_("A closing bracket is missing in the pattern."))
            tests.append(self.member())
            first = False
        self.at += 1
        if negated:
            return lambda c: not any(test(c) for test in tests)
        return lambda c: any(test(c) for test in tests)

    def member(self) -> Test:
        low = self.one()
        if not isinstance(low, str):
            return low
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return functools.partial(str.__eq__, low)
        self.at += 1
        high = self.one()
        if not isinstance(high, str) or high < low:
            raise PatternError(_("A range in the pattern is the wrong way round."))
        return lambda c: low <= c <= high

    def one(self) -> str | Test:
        """One character of a class, or what \\d and the like stand for."""
        char = self.peek()
        self.at += 1
        if char != "\\":
            return char
        following = self.peek()
        if following in _CLASSES:
            return self.escape()
        if following in _CONTROL:
            self.at += 1
            return _CONTROL[following]
        if not following or following.isalnum():
            raise PatternError(_("The pattern has a \\%(sign)s, which is not known here.") % {"sign": following})
        self.at += 1
        return following

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]


# ---- matching ------------------------------------------------------------------------


class _Program:
    """Places numbered from 0. A place has either a test and the place behind it, or free ways to other places."""

    def __init__(self) -> None:
        self.tests: list[Test | None] = []
        self.ways: list[list[int]] = []

    def place(self, test: Test | None = None) -> int:
        if len(self.tests) >= MOST_PLACES:
            raise PatternError(_("The pattern is too large; use smaller numbers in curly brackets."))
        self.tests.append(test)
        self.ways.append([])
        return len(self.tests) - 1

    def build(self, node: Node, start: int) -> int:
        """Adds the node behind `start`; the place where it ends."""
        if node.kind == "char":
            here, end = self.place(node.test), self.place()
            self.ways[start].append(here)
            self.ways[here].append(end)
            return end
        if node.kind == "alt":
            ends = [self.build(part, start) for part in node.parts]
            end = self.place()
            for one in ends:
                self.ways[one].append(end)
            return end
        if node.kind == "repeat":
            return self.repeat(node, start)
        if not node.parts:  # costs a place too: a thousand times nothing must reach the limit
            start, before = self.place(), start
            self.ways[before].append(start)
        for part in node.parts:
            start = self.build(part, start)
        return start

    def repeat(self, node: Node, start: int) -> int:
        (part,) = node.parts
        for _number in range(node.least):
            start = self.build(part, start)
        if node.most is None:
            loop, end = self.place(), self.place()
            self.ways[start].append(loop)
            self.ways[self.build(part, loop)].append(loop)
            self.ways[loop].append(end)
            return end
        skips = []
        for _number in range(node.most - node.least):
            skips.append(start)
            start = self.build(part, start)
        end = self.place()
        for one in [*skips, start]:
            self.ways[one].append(end)
        return end

    def run(self, text: str) -> bool:
        places = self.reach({0})
        for char in text:
            behind = {
                way
                for place in places
                if (test := self.tests[place]) is not None and test(char)
                for way in self.ways[place]
            }
            if not behind:
                return False
            places = self.reach(behind)
        return self.end in places

    def reach(self, places: set[int]) -> set[int]:
        """These places and all that free ways lead to."""
        found, waiting = set(places), list(places)
        while waiting:
            place = waiting.pop()
            if self.tests[place] is None:
                for way in self.ways[place]:
                    if way not in found:
                        found.add(way)
                        waiting.append(way)
        return found

    end = 0


@functools.lru_cache(maxsize=500)
def _compiled(pattern: str) -> _Program:
    if not pattern or len(pattern) > LONGEST_PATTERN:
        raise PatternError(_("A pattern has 1 to %(most)d characters.") % {"most": LONGEST_PATTERN})
    node = _Reader(pattern).whole()
    program = _Program()
    program.end = program.build(node, program.place())
    return program
