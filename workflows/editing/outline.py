"""The steps of a workflow as a list: in the order a ticket goes, branches indented below the step they leave."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from flowtic.core import localised
from workflows.definition.branching import BRANCHING, Branching
from workflows.definition.format import Definition, Target
from workflows.definition.phrases import target_words

DEEPEST = 6


@dataclass(frozen=True)
class Row:
    """A step, or (with `way`) the heading of a branch of `key`. `leads_to`: where an empty branch goes on."""

    key: str
    depth: int
    number: int = 0
    way: str = ""
    label: str = ""
    leads_to: str = ""
    lost: bool = False

    @property
    def is_branch(self) -> bool:
        return bool(self.way)


@dataclass
class _Walk:
    definition: Definition
    branching: Branching
    shown: set[str] = field(default_factory=set)
    number: int = 0


def outline(definition: Definition) -> list[Row]:
    """Every step once, numbered; those that no way leads to come last."""
    steps = definition.steps
    walk = _Walk(definition, Branching(definition))
    rows = list(_from(walk, definition.start, 0, ""))
    for key in steps:
        if key not in walk.shown:
            rows += [Row(row.key, row.depth, row.number, row.way, row.label, row.leads_to, True)
                     for row in _from(walk, key, 0, "")]  # fmt: skip
    return rows


def _from(walk: _Walk, key: str, depth: int, stop: str) -> Iterator[Row]:
    """The rows from a step on, up to `stop`."""
    while key in walk.branching.ways and key not in walk.shown and key != stop:
        walk.shown.add(key)
        walk.number += 1
        yield Row(key, depth, walk.number)
        ways = walk.branching.ways[key]
        branching = walk.definition.steps[key].kind in BRANCHING
        if len(ways) < 2 and not branching:
            key = ways[0].step if ways else ""
            continue
        meeting = walk.branching.meeting(key)
        main = None if meeting else walk.branching.longest(key, walk.shown)
        for target in ways:
            if target is not main:
                yield from _branch(walk, key, target, depth, meeting or stop)
        if main is not None and branching:
            yield _heading(walk, key, main, depth, "")
        key = meeting or (main.step if main else "")


def _branch(walk: _Walk, key: str, target: Target, depth: int, stop: str) -> Iterator[Row]:
    back = not walk.branching.leads_on(key, target)
    empty = back or target.step in walk.shown or target.step == stop
    yield _heading(walk, key, target, depth, target.step if empty else "")
    if not empty:
        yield from _from(walk, target.step, min(depth + 1, DEEPEST), stop)


def _heading(walk: _Walk, key: str, target: Target, depth: int, leads_to: str) -> Row:
    label = target_words(target)
    if not label and target.role == "fork":
        label = _("in parallel")
    if not label and target.role == "branch":
        label = _("Branch %(number)s") % {"number": int(target.outcome.rpartition("_")[2])}
    name = walk.definition.steps[leads_to].name if leads_to else ""
    return Row(key, depth, way=target.path, label=label or _("goes on"), leads_to=localised.text(name))
