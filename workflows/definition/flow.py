"""Which fields are filled in when a token comes to a step: surely, on every way there, or perhaps, on some."""

from collections import deque
from collections.abc import Iterable, Mapping

from workflows.definition import format as f
from workflows.definition import forms
from workflows.definition.format import Step, Target
from workflows.definition.graph import Graph, walk
from workflows.definition.known import Known, form_specs, implied_fields

Names = frozenset[str]
NONE: Names = frozenset()
_TRUE_OF_NOTHING = ("is_not", "not_in", "not_contains", "empty")


class Flow:
    """Computed once per validation. Sets of names are numbers with one bit per name, which keeps 300 steps fast.

    `standing`: the steps at which a run stands and the names it has; without it, a run that begins.
    """

    def __init__(self, graph: Graph, known: Known, standing: Mapping[str, Names] | None = None) -> None:
        self.graph = graph
        names = [*known.specs, *implied_fields(graph.definition)]
        self._bits = {name: 1 << position for position, name in enumerate(dict.fromkeys(names))}
        self._all = (1 << len(self._bits)) - 1
        self._gains = {
            key: [self._gain(step, target) for target in step.targets()] for key, step in graph.steps.items()
        }
        sure, perhaps = at_start(known)
        self._branches = {
            join: self._bodies(split) for split in graph.steps.values() if (join := _all_join(graph, split)) is not None
        }
        begin = {graph.definition.start: perhaps | sure} if standing is None else standing
        self._moving = set(graph.steps) if standing is None else walk(standing, graph.after)
        self.perhaps_in = self._perhaps({step: self._mask(names) for step, names in begin.items()})
        self.sure_in = self._sure(self._mask(sure))

    def surely(self, step: str, name: str) -> bool:
        """Whether the field has a value on every way to the step."""
        return bool(self.sure_in.get(step, self._all) & self._bits.get(name, 0))

    def perhaps(self, step: str, name: str) -> bool:
        """Whether it has one on at least one way."""
        return bool(self.perhaps_in.get(step, 0) & self._bits.get(name, 0))

    def names_at(self, step: str) -> Names:
        """Everything that may be filled in when a token comes to the step."""
        held = self.perhaps_in.get(step, 0)
        return frozenset(name for name, bit in self._bits.items() if held & bit)

    def _mask(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self._bits.get(name, 0)
        return found

    def _gain(self, step: Step, target: Target) -> tuple[str, int, int]:
        sure, perhaps = gains(step, target)
        return target.step, self._mask(sure), self._mask(sure | perhaps)

    def _bodies(self, split: Step) -> list[set[str]]:
        stop = frozenset([split.spec["join"]])
        return [walk([key], self.graph.after, stop) for key in split.spec.get("branches") or []]

    def _perhaps(self, begin: Mapping[str, int]) -> dict[str, int]:
        found = dict.fromkeys(self.graph.steps, 0)
        found |= {step: names for step, names in begin.items() if step in found}
        # What other branches of the same split fill in may be there or not.
        for step in self.graph.steps.values():
            if step.kind == f.SPLIT and step.spec.get("join") in self.graph.steps:
                self._share(self._bodies(step), found)
        waiting = deque(key for key in found if key in self._moving)
        while waiting:
            key = waiting.popleft()
            for target, _sure, perhaps in self._gains[key]:
                if target in found and (found[key] | perhaps) & ~found[target]:
                    found[target] |= found[key] | perhaps
                    waiting.append(target)
        return found

    def _share(self, bodies: list[set[str]], found: dict[str, int]) -> None:
        gained = 0
        for key in set().union(*bodies) & self._moving:
            for _target, _sure, perhaps in self._gains[key]:
                gained |= perhaps
        for body in bodies:
            for key in body:
                found[key] |= gained

    def _sure(self, begin: int) -> dict[str, int]:
        """Shrinks from "everything" until nothing changes."""
        found = dict.fromkeys(self.graph.steps, self._all)
        arriving: dict[str, list[tuple[str, int]]] = {key: [] for key in self.graph.steps}
        for key in self.graph.reached:
            for target, sure, _perhaps in self._gains[key]:
                if target in arriving:
                    arriving[target].append((key, sure))
        waiting = deque(sorted(self.graph.reached, key=lambda key: self.graph.steps[key].position))
        queued = set(waiting)
        while waiting:
            key = waiting.popleft()
            queued.discard(key)
            now = self._together(key, arriving[key], found, begin)
            if now != found[key]:
                found[key] = now
                more = [target for target in self.graph.after[key] if target not in queued]
                waiting.extend(more)
                queued.update(more)
        return found

    def _together(self, key: str, arriving: list[tuple[str, int]], found: dict[str, int], begin: int) -> int:
        if key in self._branches:
            # All branches have arrived, so what any of them has filled in for sure is there.
            result = 0
            for body in self._branches[key]:
                ends = any(self.graph.steps[inner].kind == f.END for inner in body)
                mine = [(source, sure) for source, sure in arriving if source in body]
                result |= self._meet(mine, found) if mine and not ends else 0
            return result or self._meet(arriving, found)
        result = self._meet(arriving, found)
        return result & begin if key == self.graph.definition.start else result

    def _meet(self, arriving: list[tuple[str, int]], found: dict[str, int]) -> int:
        result = self._all
        for source, sure in arriving:
            result &= found[source] | sure
        return result


def _all_join(graph: Graph, split: Step) -> str | None:
    """The join of a split when it waits for every branch."""
    join = graph.steps.get(split.spec.get("join") or "") if split.kind == f.SPLIT else None
    return join.key if join is not None and join.spec.get("wait", f.ALL) == f.ALL else None


def at_start(known: Known) -> tuple[Names, Names]:
    """(surely, perhaps) filled in before the first step."""
    request = known.request_fields or []
    sure = {spec["key"] for spec in request if forms.is_sure(spec)}
    sure |= {spec["key"] for spec in known.definition.fields if spec.get("default") is not None}
    return frozenset(sure), frozenset(spec["key"] for spec in request)


def gains(step: Step, target: Target) -> tuple[Names, Names]:
    """(surely, perhaps) filled in by the step when a token leaves it this way."""
    if step.kind == f.SET:
        return frozenset(step.spec.get("values") or {}), NONE
    if step.kind == f.DECISION:
        return (_asserted(step, target), NONE) if target.role == "branch" else (NONE, NONE)
    if target.role == "error":
        return frozenset(["error"]), NONE
    if step.kind == f.HTTP:
        return frozenset(step.spec.get("result") or {}), NONE
    if step.kind == f.CLASSIFY:
        return NONE, frozenset(step.spec.get("fields") or f.CLASSIFY_FIELDS)
    if target.role == "due":
        return NONE, frozenset(spec["key"] for spec in form_specs(step)) if step.kind == f.APPROVAL else NONE
    filled = frozenset(spec["key"] for spec in form_specs(step) if forms.is_sure(spec))
    perhaps = frozenset(spec["key"] for spec in form_specs(step))
    if step.kind == f.EXTERNAL:
        result = frozenset(step.spec.get("result") or [])
        return (result & filled if step.spec.get("fallback") else result), result | perhaps
    if step.kind == f.APPROVAL and (target.role == f.REJECT or not everybody_approves(step)):
        return NONE, perhaps
    return filled, perhaps


def _asserted(step: Step, target: Target) -> Names:
    """Fields that have a value whenever the branch's condition holds."""
    number = int(target.path.split("/")[1])
    found, waiting = set(), [step.spec["branches"][number].get("when")]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("field"), str) and one.get("op") not in _TRUE_OF_NOTHING:
            found.add(one["field"])
        waiting.extend(one["all"] if isinstance(one.get("all"), list) else [])
    return frozenset(found)


def everybody_approves(step: Step) -> bool:
    """Whether the approval needs the yes of each approver."""
    quorum = step.spec.get("quorum", f.ALL)
    return quorum == f.ALL or (isinstance(quorum, int) and quorum >= len(step.spec.get("approvers") or []))
