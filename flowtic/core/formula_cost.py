"""An upper bound of what a formula can cost, worked out from its tree and the size of its values before it runs.

The CEL library has no step budget and copies whole lists and texts inside loops: two nested `map` over 200 entries
keep it busy for seconds. So the bound is computed first and a formula above the budget does not run at all.
Units are roughly microseconds, rounded up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flowtic.core.formula_syntax import Node, path_of

BUDGET = 30_000.0
# Copying one entry, copying one character, and one step of the evaluator.
ENTRY, CHARACTER, STEP = 0.25, 0.0005, 0.3
CALLBACK = 8.0
PATTERN = 5_000.0
_DEEPEST = 12


@dataclass(frozen=True)
class Shape:
    """How big a value can be: entries of a list or map, everything in it, characters, and its biggest entry."""

    count: int = 0
    entries: int = 1
    characters: int = 0
    item: "Shape | None" = None

    @property
    def weight(self) -> float:
        """What copying it costs."""
        return ENTRY * self.entries + CHARACTER * self.characters


SCALAR = Shape(characters=40)


def shape_of(value: Any, depth: int = 0) -> Shape:
    """The exact shape of a value; too deep ones are a RecursionError."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return Shape(characters=len(value))
    if isinstance(value, Mapping):
        inner = [*(Shape(characters=len(str(key))) for key in value), *(shape_of(v, depth + 1) for v in value.values())]
        return _of_items(inner, len(value))
    if isinstance(value, list | tuple | set | frozenset):
        return _of_items([shape_of(one, depth + 1) for one in value], len(value))
    return SCALAR


def cost(tree: Node, values: Callable[[str], Any]) -> float:
    """The bound in units; `values` tells what lies at a path."""
    meter = _Meter(values)
    result = meter.shape(tree, {})
    return meter.spent + 5 * result.weight


class OverBudget(Exception):
    """Raised as soon as the bound is above the budget."""


class _Meter:
    def __init__(self, values: Callable[[str], Any]):
        self.values = values
        self.known: dict[str, Shape] = {}
        self.spent = 0.0
        self.times = 1.0  # how often the part under measure runs

    def spend(self, units: float) -> None:
        self.spent += units * self.times
        if self.spent > BUDGET:
            raise OverBudget

    def shape(self, tree: Node, bound: dict[str, Shape]) -> Shape:
        self.spend(STEP)
        path = path_of(tree)
        if path:
            return self.named(path, bound)
        if tree.kind == "macro":
            return self.macro(tree, bound)
        parts = [self.shape(part, bound) for part in tree.parts]
        whole = sum(part.weight for part in parts)
        self.spend(whole)
        return self.combined(tree, parts)

    def named(self, path: str, bound: dict[str, Shape]) -> Shape:
        head, _dot, rest = path.partition(".")
        if head not in bound:
            found = self.known.get(path) or self.known.setdefault(path, shape_of(self.values(path)))
        else:
            found = bound[head]
            for _part in rest.split(".") if rest else ():
                found = found.item or found
        self.spend(found.weight)
        return found

    def combined(self, tree: Node, parts: list[Shape]) -> Shape:
        if tree.kind == "text":
            return Shape(characters=len(tree.value))
        if tree.kind in ("list", "map"):
            return _of_items(parts, len(parts))
        if tree.kind == "choice":
            return _bigger(parts[1], parts[2])
        if tree.kind == "binary" and tree.value == "+":
            return _joined(*parts)
        if tree.kind == "binary" and tree.value in ("/", "%"):
            self.spend(CALLBACK)
        if tree.kind in ("member", "index"):
            return parts[0].item or parts[0]
        if tree.kind == "call" and tree.value in ("timestamp", "duration", "string"):
            self.spend(CALLBACK)
        if tree.kind == "call" and tree.value == "string":
            return Shape(characters=parts[0].characters + 400)
        if tree.kind == "method" and tree.value == "matches":
            self.spend(PATTERN + 0.02 * parts[0].characters)
        return SCALAR

    def macro(self, tree: Node, bound: dict[str, Shape]) -> Shape:
        target, variable, *bodies = tree.parts
        over = self.shape(target, bound)
        times, self.times = self.times, self.times * max(1, over.count)
        inner = {**bound, variable.value: over.item or over}
        shapes = [self.shape(body, inner) for body in bodies]
        self.times = times
        if tree.value not in ("map", "filter"):
            return SCALAR
        item = shapes[-1] if tree.value == "map" else (over.item or over)
        # Every step copies the whole list that was gathered so far.
        self.spend(over.count * over.count * item.weight)
        return Shape(over.count, 1 + over.count * item.entries, over.count * item.characters, item)


def _of_items(items: list[Shape], count: int) -> Shape:
    biggest: Shape | None = None
    for item in items:
        biggest = item if biggest is None else _bigger(biggest, item)
    return Shape(count, 1 + sum(one.entries for one in items), sum(one.characters for one in items), biggest)


def _bigger(one: Shape, other: Shape) -> Shape:
    item = _bigger(one.item, other.item) if one.item and other.item else one.item or other.item
    return Shape(
        max(one.count, other.count), max(one.entries, other.entries), max(one.characters, other.characters), item
    )


def _joined(one: Shape, other: Shape) -> Shape:
    item = _bigger(one.item, other.item) if one.item and other.item else one.item or other.item
    return Shape(one.count + other.count, one.entries + other.entries, one.characters + other.characters, item)
