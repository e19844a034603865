"""A run in the middle of its way, moved to another version: what it can no longer know there."""

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.definition.flow import Flow, Names
from workflows.definition.format import Definition
from workflows.definition.graph import Graph, walk
from workflows.definition.known import Known
from workflows.definition.readings import readings

GIVEN = ("ticket", "requester", "steps", "secret")
Specs = Iterable[Mapping[str, Any]]


def names_underway(definition: Definition, request_fields: Specs) -> dict[str, Names]:
    """For each step everything that may be filled in when a run comes to it."""
    flow = Flow(Graph(definition), Known(definition, request_fields))
    return {key: flow.names_at(key) for key in definition.steps}


def never_filled(
    definition: Definition, request_fields: Specs, standing: Iterable[str], have: Names
) -> list[tuple[str, str]]:
    """(step, name) of what is read on the way from the `standing` steps though nothing fills it in before.

    `have`: what the run was asked for or holds already.
    """
    known = Known(definition, request_fields)
    graph = Graph(definition)
    begin = {step: have for step in standing if step in graph.steps}
    flow = Flow(graph, known, begin)
    ahead = walk(begin, graph.after)
    found = []
    for key, step in definition.steps.items():
        for reading in readings(step) if key in ahead else ():
            first = reading.name.partition(".")[0]
            name = known.head(reading.name) or first
            if first not in GIVEN and name not in have and not flow.perhaps(key, name) and (key, name) not in found:
                found.append((key, name))
    return found
