"""How the ways of a workflow branch and meet; what belongs to a step that opens branches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflows.definition import format as f
from workflows.definition.format import Definition, Step, Target

# The way that a step goes on by when nothing is said: the first of these that it has.
MAIN_WAYS = ("next", f.APPROVE, "outcomes/0/next", f.OTHERWISE, "branches/0/next", "branches/0")
BRANCHING = (f.DECISION, f.SPLIT)


class Branching:
    """The ways between the steps, which of them lead on, and what comes after what (sets of steps as bits)."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.ways = {key: _distinct(step, definition.steps) for key, step in definition.steps.items()}
        self.order = _order(definition.start, self.ways)
        self.bit = {key: 1 << place for place, key in enumerate(self.order)}
        self.reach = _reach(self.order, self.ways, self.bit)

    def leads_on(self, key: str, target: Target) -> bool:
        """Whether the way goes on, not back."""
        return self.bit[target.step] > self.bit[key]

    def meeting(self, key: str) -> str:
        """The first step that all branches come to which do not just end; '' when they do not meet."""
        forward = [target.step for target in self.ways[key] if self.bit[target.step] > self.bit[key]]
        ends = {step for step in forward if self._only_ends(step, forward)}
        open_ = [step for step in dict.fromkeys(forward) if step not in ends]
        if not open_ and self.definition.steps[key].kind in BRANCHING:
            open_ = self._sharing(forward)
        if len(forward) < 2 or not open_ or (len(open_) == 1 and forward.count(open_[0]) < 2):
            return ""
        common = -1
        for step in open_:
            common &= self.reach[step]
        least = common & -common
        return self.order[least.bit_length() - 1] if common > 0 else ""

    def _sharing(self, forward: list[str]) -> list[str]:
        """The branches that come to an end together with another one."""
        found = []
        for place, step in enumerate(forward):
            others = [self.reach[other] for number, other in enumerate(forward) if number != place]
            if any(self.reach[step] & other for other in others):
                found.append(step)
        return found

    def _only_ends(self, step: str, siblings: list[str]) -> bool:
        """Whether a branch ends without touching the others, but for an end they share."""
        others = 0
        for other in siblings:
            if other != step:
                others |= self.reach[other]
        shared = self.reach[step] & others
        while shared:
            least = shared & -shared
            if self.definition.steps[self.order[least.bit_length() - 1]].kind != f.END:
                return False
            shared ^= least
        return len(siblings) > 1

    def longest(self, key: str, shown: Collection[str] = ()) -> Target | None:
        """The branch with most steps: the list goes on with it without indenting."""
        forward = [
            target for target in self.ways[key] if self.bit[target.step] > self.bit[key] and target.step not in shown
        ]
        if not forward:
            return None
        return max(forward, key=lambda target: self.reach[target.step].bit_count())


@dataclass(frozen=True)
class Block:
    """A step with all that only belongs to its branches: `keys` in the document's order. `following`: where a ticket
    goes on that came through, '' where every branch ends; `ways`: (step, place in it) of all ways there."""

    key: str
    keys: tuple[str, ...]
    following: str
    ways: tuple[tuple[str, str], ...]


class Blocks:
    """The blocks of one definition."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @cached_property
    def _branching(self) -> Branching:
        return Branching(self.definition)

    def head(self, key: str) -> str:
        """The step that a step is moved with: where branches meet belongs to where they begin."""
        steps = self.definition.steps
        if steps[key].kind != f.JOIN:
            return key
        return next((one for one, step in steps.items() if step.kind == f.SPLIT and step.spec.get("join") == key), key)

    def of(self, key: str) -> Block:
        """The block that a step opens; most steps are one by themselves."""
        step = self.definition.steps[key]
        if step.kind != f.SPLIT and len(step.targets()) < 2:
            ways = tuple((key, target.path) for target in step.targets())
            return Block(key, (key,), _main(step, key), ways)
        following = self._following(step)
        inner = self._inner(step, following)
        keys = tuple(one for one in self.definition.steps if one in inner)
        ways = tuple(
            (one, target.path) for one in keys for target in self.definition.steps[one].targets()
            if following and target.step == following
        )  # fmt: skip
        return Block(key, keys, following, ways)

    def _following(self, step: Step) -> str:
        join = self.definition.steps.get(str(step.spec.get("join") or "")) if step.kind == f.SPLIT else None
        if join is not None:
            return _main(join, join.key)
        return self._branching.meeting(step.key) or self._longest(step) or _main(step, step.key)

    def _longest(self, step: Step) -> str:
        """Where branches do not meet, those of a condition go on with the longest; others with their main way."""
        found = self._branching.longest(step.key) if step.kind in BRANCHING else None
        return found.step if found else ""

    def _inner(self, step: Step, following: str) -> set[str]:
        """The step and what is only come to through it, up to where it goes on."""
        found = self._from([step.key], {following})
        outside = self._from([self.definition.start, following, *self._lost(step.key)], {step.key})
        return {step.key} | (found - outside)

    def _lost(self, key: str) -> Iterable[str]:
        """Steps that no way leads to: what comes after them does not belong to a block."""
        reached = self._from([self.definition.start], set())
        return [one for one in self.definition.steps if one not in reached and one != key] if key in reached else ()

    def _from(self, begin: Iterable[str], without: Collection[str]) -> set[str]:
        steps = self.definition.steps
        found: set[str] = set()
        waiting = [key for key in begin if key in steps and key not in without]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += [one.step for one in steps[key].targets() if one.step in steps and one.step not in without]
        return found


def by_preference(step: Step) -> list[Target]:
    """The ways out of a step, its main one first."""
    order = {way: number for number, way in enumerate(MAIN_WAYS)}
    return sorted(step.targets(), key=lambda target: order.get(target.path, len(order)))


def _main(step: Step, key: str) -> str:
    return next((target.step for target in by_preference(step) if target.step != key), "")


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
