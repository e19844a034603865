"""The steps of a workflow as a list: in the order a ticket goes, branches indented below the step they leave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from flowtic.core import localised
from workflows.definition import format as f
from workflows.definition.format import Definition, Step, Target
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
    ways: dict[str, list[Target]]
    order: list[str]
    reach: dict[str, int]
    bit: dict[str, int]
    shown: set[str] = field(default_factory=set)
    number: int = 0


def outline(definition: Definition) -> list[Row]:
    """Every step once, numbered; those that no way leads to come last."""
    steps = definition.steps
    ways = {key: _distinct(step, steps) for key, step in steps.items()}
    order = _order(definition.start, ways)
    bit = {key: 1 << place for place, key in enumerate(order)}
    walk = _Walk(definition, ways, order, _reach(order, ways, bit), bit)
    rows = list(_from(walk, definition.start, 0, ""))
    for key in steps:
        if key not in walk.shown:
            rows += [Row(row.key, row.depth, row.number, row.way, row.label, row.leads_to, True)
                     for row in _from(walk, key, 0, "")]  # fmt: skip
    return rows


def _distinct(step: Step, steps: Mapping[str, Step]) -> list[Target]:
    """The ways out of a step to steps that exist; of a decision or a split also two to the same step."""
    found: list[Target] = []
    for target in step.targets():
        twice = step.kind not in (f.DECISION, f.SPLIT) and any(one.step == target.step for one in found)
        if target.step in steps and not twice:
            found.append(target)
    return found


def _order(start: str, ways: Mapping[str, list[Target]]) -> list[str]:
    """The steps from the start on, each before what comes after it; ways back are left out of account."""
    done: list[str] = []
    seen: set[str] = set()
    for begin in [start, *ways]:
        waiting = [(begin, iter(ways.get(begin, ())[::-1]))] if begin in ways and begin not in seen else []
        seen.add(begin)
        while waiting:
            targets = waiting[-1][1]
            following = next((target.step for target in targets if target.step not in seen), None)
            if following is None:
                done.append(waiting.pop()[0])
            else:
                seen.add(following)
                waiting.append((following, iter(ways[following][::-1])))
    return done[::-1]


def _reach(order: list[str], ways: Mapping[str, list[Target]], bit: Mapping[str, int]) -> dict[str, int]:
    """For each step the set of steps that come after it, itself included, as bits."""
    found: dict[str, int] = {}
    for key in reversed(order):
        bits = bit[key]
        for target in ways[key]:
            if bit[target.step] > bit[key]:
                bits |= found.get(target.step, 0)
        found[key] = bits
    return found


def _from(walk: _Walk, key: str, depth: int, stop: str) -> Iterator[Row]:
    """The rows from a step on, up to `stop`."""
    while key in walk.ways and key not in walk.shown and key != stop:
        walk.shown.add(key)
        walk.number += 1
        yield Row(key, depth, walk.number)
        ways = walk.ways[key]
        branching = walk.definition.steps[key].kind in (f.DECISION, f.SPLIT)
        if len(ways) < 2 and not branching:
            key = ways[0].step if ways else ""
            continue
        meeting = _meeting(walk, key, ways)
        main = None if meeting else _longest(walk, key, ways)
        for target in ways:
            if target is not main:
                yield from _branch(walk, key, target, depth, meeting or stop)
        if main is not None and branching:
            yield _heading(walk, key, main, depth, "")
        key = meeting or (main.step if main else "")


def _branch(walk: _Walk, key: str, target: Target, depth: int, stop: str) -> Iterator[Row]:
    back = walk.bit[target.step] <= walk.bit[key]
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


def _meeting(walk: _Walk, key: str, ways: list[Target]) -> str:
    """The first step that all branches come to which do not just end; '' when they do not meet."""
    forward = [target.step for target in ways if walk.bit[target.step] > walk.bit[key]]
    ends = {step for step in forward if _only_ends(walk, step, forward)}
    open_ = [step for step in dict.fromkeys(forward) if step not in ends]
    if len(forward) < 2 or not open_ or (len(open_) == 1 and forward.count(open_[0]) < 2):
        return ""
    common = -1
    for step in open_:
        common &= walk.reach[step]
    least = common & -common
    return walk.order[least.bit_length() - 1] if common > 0 else ""


def _only_ends(walk: _Walk, step: str, siblings: list[str]) -> bool:
    """Whether a branch ends without touching the others, but for an end they share."""
    others = 0
    for other in siblings:
        if other != step:
            others |= walk.reach[other]
    shared = walk.reach[step] & others
    while shared:
        least = shared & -shared
        if walk.definition.steps[walk.order[least.bit_length() - 1]].kind != f.END:
            return False
        shared ^= least
    return len(siblings) > 1


def _longest(walk: _Walk, key: str, ways: list[Target]) -> Target | None:
    """The branch with most steps: the list goes on with it without indenting."""
    forward = [target for target in ways if walk.bit[target.step] > walk.bit[key] and target.step not in walk.shown]
    if not forward:
        return None
    return max(forward, key=lambda target: walk.reach[target.step].bit_count())
