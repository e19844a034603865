"""Reads a formula (the part of CEL that Flowtic knows) into a tree, so that nothing runs that was not looked at.

The tree is what `formula_cost` judges and what `formulas` writes out again for the CEL library; comments, bytes,
unsigned numbers, messages and functions that are not listed here do not exist.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

LONGEST = 500
DEEPEST = 20
DEEPEST_MACROS = 2
LONGEST_PATTERN, MOST_PATTERNS = 60, 2

MACROS = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
METHODS = {"size": 0, "contains": 1, "startsWith": 1, "endsWith": 1, "matches": 1}
MOMENT_METHODS = (
    *("getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear"),
    *("getHours", "getMinutes", "getSeconds"),
)
FUNCTIONS = ("size", "int", "double", "string", "timestamp", "duration", "has")
RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop"),
        *("package", "namespace", "return", "var", "void", "while", "true", "false", "null"),
    )
)

_TOKEN = re.compile(
    r"(?P<blank>\s+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?(?![\w.]))"
    r"|(?P<raw>[rR](?:'[^'\n]*'|\"[^\"\n]*\"))"
    r"|(?P<text>'(?!'')(?:[^'\\\n]|\\.)*'|\"(?!\"\")(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


class FormulaError(Exception):
    """Why a formula has no answer, as a sentence for people."""


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Node:
    """kind: number, text, constant, name, member, index, list, map, call, method, macro, not, minus, binary, choice."""

    kind: str
    value: str = ""
    parts: "tuple[Node, ...]" = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Path:
    """A field that the formula reads: where it stands in the text, and whether it is only asked for with has()."""

    name: str
    start: int
    end: int
    asked: bool = False


def parse(text: str) -> Node:
    """The tree; FormulaError with a sentence when the text is no formula of ours."""
    if not isinstance(text, str) or not text.strip():
        raise FormulaError(_("The formula is empty."))
    if len(text) > LONGEST:
        raise FormulaError(_("A formula has at most %(n)d characters.") % {"n": LONGEST})
    parser = _Parser(_tokens(text))
    tree = parser.expression()
    if parser.token.kind != "end":
        raise parser.surprise()
    _restrain(tree)
    return tree


def paths(tree: Node, bound: frozenset[str] = frozenset(), asked: bool = False) -> Iterator[Path]:
    """The fields a tree reads, without the variables of its own macros."""
    dotted = path_of(tree)
    if dotted:
        if dotted.partition(".")[0] not in bound:
            yield Path(dotted, tree.start, tree.end, asked)
        return
    inner = bound
    for index, part in enumerate(tree.parts):
        if tree.kind == "macro" and index == 1:
            inner = bound | {part.value}
            continue
        yield from paths(part, inner, tree.kind == "call" and tree.value == "has")


def path_of(tree: Node) -> str:
    """requester.department for a chain of names, '' for anything else."""
    if tree.kind == "name":
        return tree.value
    if tree.kind == "member":
        head = path_of(tree.parts[0])
        return f"{head}.{tree.value}" if head else ""
    return ""


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise FormulaError(_("The formula cannot be read from “%(text)s” on.") % {"text": text[place : place + 20]})
        if match.lastgroup != "blank":
            found.append(Token(str(match.lastgroup), match.group(), place))
        place = match.end()
    return [*found, Token("end", "", len(text))]


def _restrain(tree: Node, macros: int = 0) -> int:
    """Refuses what can cost without bound however small the values are; returns the number of patterns."""
    inner = macros + (tree.kind == "macro")
    if inner > DEEPEST_MACROS:
        message = _("Loops (map, filter, all, exists) are nested at most %(n)d deep.")
        raise FormulaError(message % {"n": DEEPEST_MACROS})
    # What a loop runs over is worked out once, before it.
    patterns = sum(_restrain(part, inner if index else macros) for index, part in enumerate(tree.parts))
    if tree.kind == "method" and tree.value == "matches":
        _restrain_pattern(tree.parts[1], macros)
        patterns += 1
    if patterns > MOST_PATTERNS:
        raise FormulaError(_("A formula has at most %(n)d patterns.") % {"n": MOST_PATTERNS})
    return patterns


def _restrain_pattern(pattern: Node, macros: int) -> None:
    if macros:
        raise FormulaError(_("matches() cannot stand inside a loop."))
    if pattern.kind != "text" or len(pattern.value) > LONGEST_PATTERN:
        raise FormulaError(_("matches() takes a fixed text of at most %(n)d characters.") % {"n": LONGEST_PATTERN})
    if "{" in pattern.value or re.search(r"\\[pP]", pattern.value):
        raise FormulaError(_("Patterns cannot use braces or \\p; repeat with * or +."))


class _Parser:
    """Recursive descent with CEL's precedences; depth is capped."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def next(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def sees(self, *signs: str) -> bool:
        return self.token.kind in ("sign", "name") and self.token.text in signs

    def accept(self, sign: str) -> bool:
        if self.token.kind == "sign" and self.token.text == sign:
            self.place += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self.surprise()

    def surprise(self) -> FormulaError:
        if self.token.kind == "end":
            return FormulaError(_("The formula ends too early."))
        return FormulaError(
            _("“%(text)s” (at character %(place)d) does not fit there.")
            % {"text": self.token.text[:20], "place": self.token.start + 1}
        )

    def end(self) -> int:
        last = self.tokens[self.place - 1]
        return last.start + len(last.text)

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(_("The formula is nested too deeply."))
        node = self.either()
        if self.accept("?"):
            yes = self.either()
            self.expect(":")
            node = Node("choice", "", (node, yes, self.expression()))
        self.depth -= 1
        return node

    def either(self) -> Node:
        node = self.both()
        while self.accept("||"):
            node = Node("binary", "||", (node, self.both()))
        return node

    def both(self) -> Node:
        node = self.relation()
        while self.accept("&&"):
            node = Node("binary", "&&", (node, self.relation()))
        return node

    def relation(self) -> Node:
        node = self.sum()
        if self.sees("==", "!=", "<", "<=", ">", ">=", "in"):
            node = Node("binary", self.next().text, (node, self.sum()))
        return node

    def sum(self) -> Node:
        node = self.product()
        while self.sees("+", "-"):
            node = Node("binary", self.next().text, (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.unary()
        while self.sees("*", "/", "%"):
            node = Node("binary", self.next().text, (node, self.unary()))
        return node

    def unary(self) -> Node:
        for sign, kind in (("!", "not"), ("-", "minus")):
            if self.accept(sign):
                self.depth += 1
                if self.depth > DEEPEST:
                    raise FormulaError(_("The formula is nested too deeply."))
                node = Node(kind, sign, (self.unary(),))
                self.depth -= 1
                return node
        return self.member()

    def member(self) -> Node:
        start = self.token.start
        node = self.primary()
        for _count in range(DEEPEST):
            if self.accept("."):
                node = self.after_dot(node, start)
            elif self.accept("["):
                node = Node("index", "", (node, self.expression()))
                self.expect("]")
            else:
                return node
        raise FormulaError(_("The formula is nested too deeply."))

    def after_dot(self, target: Node, start: int) -> Node:
        name = self.name()
        if not self.accept("("):
            return Node("member", name, (target,), start, self.end())
        arguments = self.items(")")
        if name in MACROS and len(arguments) in MACROS[name] and arguments[0].kind == "name":
            return Node("macro", name, (target, *arguments))
        if METHODS.get(name, 0 if name in MOMENT_METHODS else -1) == len(arguments):
            return Node("method", name, (target, *arguments))
        raise FormulaError(_("There is no function “%(name)s” like this.") % {"name": name})

    def name(self) -> str:
        if self.token.kind != "name" or self.token.text in RESERVED or self.token.text.startswith("__"):
            raise self.surprise()
        return self.next().text

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            return Node("number", self.next().text)
        if token.kind in ("text", "raw"):
            return Node("text", _unquote(self.next()))
        if token.kind == "name" and token.text in ("true", "false", "null"):
            return Node("constant", self.next().text)
        if token.kind == "name":
            name = self.name()
            if self.accept("("):
                return self.call(name)
            return Node("name", name, (), token.start, self.end())
        if self.accept("("):
            node = self.expression()
            self.expect(")")
            return node
        if self.accept("["):
            return Node("list", "", self.items("]"))
        if self.accept("{"):
            return Node("map", "", self.entries())
        raise self.surprise()

    def call(self, name: str) -> Node:
        arguments = self.items(")")
        if name not in FUNCTIONS or len(arguments) != 1:
            raise FormulaError(_("There is no function “%(name)s” like this.") % {"name": name})
        if name == "has" and arguments[0].kind != "member":
            raise FormulaError(_("has() asks for a field of something: has(requester.manager)."))
        return Node("call", name, arguments)

    def items(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept(closing):
            if found:
                self.expect(",")
            found.append(self.expression())
        return tuple(found)

    def entries(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.accept("}"):
            if found:
                self.expect(",")
            if self.token.kind != "text":
                raise self.surprise()
            found.append(Node("text", _unquote(self.next())))
            self.expect(":")
            found.append(self.expression())
        return tuple(found)


def _unquote(token: Token) -> str:
    if token.kind == "raw":
        return token.text[2:-1]

    def plain(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise FormulaError(_("“\\%(sign)s” is not known inside a text.") % {"sign": match[1]})
        return _ESCAPES[match[1]]

    return re.sub(r"\\(.)", plain, token.text[1:-1])
