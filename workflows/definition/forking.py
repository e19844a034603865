"""Splits and joins belong together: what a split opens is gathered by its join, and nothing gets in or out beside."""

from django.utils.translation import gettext as _

from workflows.definition import format as f
from workflows.definition.findings import Findings
from workflows.definition.format import Step
from workflows.definition.graph import Graph, edges, name_of, place, walk


def check_forks(graph: Graph, found: Findings) -> None:
    """Adds everything that is wrong with splits and joins."""
    owners: dict[str, str] = {}
    for step in graph.steps.values():
        join = graph.steps.get(step.spec.get("join") or "") if step.kind == f.SPLIT else None
        if join is None:
            continue
        if join.kind != f.JOIN:
            message = _("“%(name)s” is no join.") % {"name": name_of(join)}
            found.error(place(step, "join"), message, step.key)
        elif join.key in owners:
            message = _("The join “%(name)s” already belongs to another split.") % {"name": name_of(join)}
            found.error(place(step, "join"), message, step.key)
        else:
            owners[join.key] = step.key
            if step.key in graph.reached:
                _check_fork(graph, step, join, found)
    for step in graph.steps.values():
        if step.kind == f.JOIN and step.key not in owners:
            found.error(place(step), _("No split belongs to the join “%(name)s”.") % {"name": name_of(step)}, step.key)


def _check_fork(graph: Graph, split: Step, join: Step, found: Findings) -> None:
    _check_wait(split, join, found)
    inside = body(graph, split, join)
    if split.key in inside:
        message = _("A branch of “%(name)s” leads back to before the split.") % {"name": name_of(split)}
        found.error(place(split, "branches"), message, split.key)
        return
    for position, key in enumerate(split.spec.get("branches") or []):
        if key == join.key:
            found.error(place(split, "branches", position), _("This branch has no step in it."), split.key)
    _check_leaving(graph, split, join, inside, found)
    _check_entering(graph, split, join, inside, found)


def body(graph: Graph, split: Step, join: Step) -> set[str]:
    """The steps of all branches, ends left out: those may be shared with everything."""
    inside = walk(graph.after[split.key], graph.after, frozenset([join.key]))
    return {key for key in inside if graph.steps[key].kind != f.END}


def _check_wait(split: Step, join: Step, found: Findings) -> None:
    wait, branches = join.spec.get("wait", f.ALL), len(split.spec.get("branches") or [])
    if isinstance(wait, int) and not isinstance(wait, bool) and wait > branches:
        message = _("The join waits for %(n)d branches, but the split has only %(branches)d.")
        found.error(place(join, "wait"), message % {"n": wait, "branches": branches}, join.key)


def _check_leaving(graph: Graph, split: Step, join: Step, inside: set[str], found: Findings) -> None:
    """A branch ends at its own join or at an end; other joins inside belong to splits inside."""
    behind = walk(graph.after[join.key], graph.after, frozenset([split.key]))
    message = _("This way leaves the split “%(name)s” without going through its join.") % {"name": name_of(split)}
    strangers = {
        key
        for key in inside
        if graph.steps[key].kind == f.JOIN
        and not any(
            graph.steps[inner].kind == f.SPLIT and graph.steps[inner].spec.get("join") == key for inner in inside
        )
    }
    for step, target in edges(graph, inside - behind):
        if target.step in inside and (target.step in behind or target.step in strangers):
            found.error(place(step, target.path), message, step.key)


def _check_entering(graph: Graph, split: Step, join: Step, inside: set[str], found: Findings) -> None:
    """Only the split leads into its branches, only they lead to its join."""
    message = _("This way leads into the middle of the split “%(name)s”.") % {"name": name_of(split)}
    behind = walk(graph.after[join.key], graph.after, frozenset([split.key]))
    leaking = any(target.step in inside & behind for _step, target in edges(graph, inside - behind))
    outside = graph.reached - inside - {split.key}
    for step, target in edges(graph, outside):
        into = target.step in inside and not (leaking and target.step in behind and step.key in behind | {join.key})
        if into or target.step == join.key:
            found.error(place(step, target.path), message, step.key)
    if graph.definition.start in inside:
        found.error("start", message)
