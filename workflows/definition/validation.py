"""`validate`: everything that is wrong with a document, each with its place and a sentence for the reader."""

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.definition import findings as _findings
from workflows.definition.data import check_data
from workflows.definition.findings import Finding, Findings
from workflows.definition.flow import Flow
from workflows.definition.forking import check_forks
from workflows.definition.format import parse
from workflows.definition.graph import Graph, check_graph
from workflows.definition.known import Known
from workflows.definition.people import Anything, Directory, check_people
from workflows.definition.shape import check_shape

__all__ = ["Anything", "Directory", "Finding", "errors", "validate"]

errors = _findings.errors


def validate(
    document: Any, directory: Directory | None = None, request_fields: Iterable[Mapping[str, Any]] | None = None
) -> list[Finding]:
    """Findings, errors first; no errors: the document can be published.

    `directory`: who and what exists (None: everything). `request_fields`: the field specs of the request type's form;
    None when they are not known: then a name that the workflow does not declare is a warning.
    """
    found = Findings()
    if not check_shape(document, found):
        return found.sorted()
    definition = parse(document)
    graph = Graph(definition)
    check_graph(definition, graph, found)
    check_forks(graph, found)
    known = Known(definition, request_fields)
    check_data(known, Flow(graph, known), found)
    check_people(known, directory or Anything(), found)
    return found.sorted()
