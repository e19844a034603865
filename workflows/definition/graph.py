"""The graph of steps: every way leads somewhere, every step can be reached and left, no circle runs hot."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from django.utils.translation import gettext as _

from flowtic.core import localised
from workflows.definition import format as f
from workflows.definition.findings import Findings, join
from workflows.definition.format import Definition, Step, Target


class Graph:
    """Who follows whom, known steps only."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.steps = definition.steps
        self.after: dict[str, tuple[str, ...]] = {
            key: tuple(dict.fromkeys(target.step for target in step.targets() if target.step in self.steps))
            for key, step in self.steps.items()
        }

    @cached_property
    def before(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {key: [] for key in self.steps}
        for key, targets in self.after.items():
            for target in targets:
                found[target].append(key)
        return found

    @cached_property
    def reached(self) -> set[str]:
        """The steps a token can come to."""
        return walk([self.definition.start], self.after)

    @cached_property
    def ending(self) -> set[str]:
        """The steps from which an end, or a step of unknown kind, can be reached."""
        ends = [key for key, step in self.steps.items() if step.kind in (f.END, f.UNKNOWN)]
        return walk(ends, self.before)


def walk(begin: Iterable[str], after: Mapping[str, Iterable[str]], stop: frozenset[str] = frozenset()) -> set[str]:
    """Everything that can be reached from `begin`; `stop` is neither entered nor passed."""
    waiting = [key for key in begin if key in after and key not in stop]
    found = set(waiting)
    while waiting:
        for key in after[waiting.pop()]:
            if key not in found and key not in stop:
                found.add(key)
                waiting.append(key)
    return found


def place(step: Step, *parts: object) -> str:
    """The path of a part of the step in the document."""
    return join("steps", step.position, *parts)


def name_of(step: Step) -> str:
    return localised.text(step.name) or step.key


def check_graph(definition: Definition, graph: Graph, found: Findings) -> None:
    """Adds everything that is wrong with the ways between the steps."""
    _check_start(definition, found)
    for step in definition.steps.values():
        _check_targets(definition, step, found)
        if step.kind == f.FORM:
            _check_ways_on(step, found)
    if not any(step.kind == f.END for step in definition.steps.values()):
        found.error("steps", _("The workflow has no end. Add a step of the kind “end”."))
    if definition.start in definition.steps:
        _check_reach(graph, found)
    _check_circles(graph, found)


def _check_start(definition: Definition, found: Findings) -> None:
    if definition.start and definition.start not in definition.steps:
        found.error("start", _no_such_step(definition.start))
    elif definition.start and definition.steps[definition.start].kind == f.JOIN:
        found.error("start", _("A workflow cannot begin with a join."))


def _no_such_step(key: str) -> str:
    return _("There is no step “%(key)s”.") % {"key": key[:80]}


def _check_targets(definition: Definition, step: Step, found: Findings) -> None:
    for target in step.targets():
        if target.step and target.step not in definition.steps:
            found.error(place(step, target.path), _no_such_step(target.step), step.key)
    key = step.spec.get("join") if step.kind == f.SPLIT else None
    if key and key not in definition.steps:
        found.error(place(step, "join"), _no_such_step(key), step.key)


def _check_ways_on(step: Step, found: Findings) -> None:
    outcomes = step.spec.get("outcomes") or []
    if step.spec.get("next"):
        return
    if not outcomes:
        found.error(place(step, "next"), _("Say which step comes next."), step.key)
    for position, outcome in enumerate(outcomes):
        if not outcome.get("next"):
            message = _("Say which step comes after this outcome.")
            found.error(place(step, "outcomes", position, "next"), message, step.key)


def _check_reach(graph: Graph, found: Findings) -> None:
    for key, step in graph.steps.items():
        if key not in graph.reached:
            found.error(place(step), _("No way leads to the step “%(name)s”.") % {"name": name_of(step)}, key)
        elif key not in graph.ending:
            message = _("From the step “%(name)s” no way leads to an end.") % {"name": name_of(step)}
            found.error(place(step), message, key)


def _check_circles(graph: Graph, found: Findings) -> None:
    """A circle in which nothing waits would run until its bound."""
    hot = {key for key in graph.reached if not rests(graph.steps[key])}
    after = {key: [target for target in graph.after[key] if target in hot] for key in hot}
    for circle in circles(after):
        first = min(circle, key=lambda key: graph.steps[key].position)
        step = graph.steps[first]
        names = ", ".join(
            name_of(graph.steps[key]) for key in sorted(circle, key=lambda key: graph.steps[key].position)
        )
        message = _("The steps %(names)s form a circle in which nobody is asked and nothing waits.") % {"names": names}
        found.error(place(step), message, first)


def rests(step: Step) -> bool:
    """Whether a token stays at the step until somebody, a robot's owner or the clock moves it on."""
    return step.waits or (step.kind == f.CHILD and step.spec.get("wait", True))


def circles(after: Mapping[str, list[str]]) -> list[set[str]]:
    """The circles as sets of steps: strongly connected parts with an edge inside (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    result = []
    for root in after:
        if root in number:
            continue
        work = [(root, iter(after[root]))]
        number[root] = low[root] = len(number)
        stack.append(root)
        held.add(root)
        while work:
            key, rest = work[-1]
            for target in rest:
                if target not in number:
                    number[target] = low[target] = len(number)
                    stack.append(target)
                    held.add(target)
                    work.append((target, iter(after[target])))
                    break
                if target in held:
                    low[key] = min(low[key], number[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == number[key]:
                    part = set()
                    while key not in part:
                        part.add(stack.pop())
                    held -= part
                    if len(part) > 1 or key in after[key]:
                        result.append(part)
    return result


def edges(graph: Graph, keys: Iterable[str]) -> Iterable[tuple[Step, Target]]:
    """The ways out of these steps that lead to steps that exist, in the document's order."""
    for key in sorted(keys, key=lambda one: graph.steps[one].position):
        for target in graph.steps[key].targets():
            if target.step in graph.steps:
                yield graph.steps[key], target
