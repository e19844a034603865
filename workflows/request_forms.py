"""What the request forms ask for before a workflow begins, as far as the rules say which forms those are."""

from collections.abc import Iterable, Mapping
from typing import Any

from desk.models import RequestType
from workflows.definition import forms
from workflows.models import Workflow, WorkflowRule

Spec = Mapping[str, Any]
REQUEST_TYPE = "ticket.request_type"
MOST_DEEP = 20


def asked_before(workflow: Workflow | None) -> list[Spec] | None:
    """The field specs of the forms whose tickets get this workflow; None when the rules do not tell.

    A field counts as required only where every one of these forms requires it.
    """
    if workflow is None or workflow.pk is None:
        return None
    wanted: set[str] = set()
    for condition in WorkflowRule.objects.filter(workflow=workflow, active=True).values_list("condition", flat=True):
        keys = types_of(condition)
        if keys is None:
            return None
        wanted |= keys
    if not wanted:
        return None
    schemas = list(RequestType.objects.filter(key__in=wanted).values_list("schema", flat=True))
    return together(schemas) if len(schemas) == len(wanted) else None


def types_of(tree: Any, deep: int = 0) -> set[str] | None:
    """Keys of the only request types for which the condition can hold; None: it can for others too."""
    if not isinstance(tree, Mapping) or deep > MOST_DEEP:
        return None
    if tree.get("field") == REQUEST_TYPE:
        value = tree.get("value")
        given = value if tree.get("op") == "in" else [value] if tree.get("op") == "is" else None
        return {one for one in given if isinstance(one, str)} if isinstance(given, list) else None
    for group in ("all", "any"):
        if isinstance(tree.get(group), list):
            parts = [types_of(one, deep + 1) for one in tree[group]]
            return _narrowed(parts) if group == "all" else _widened(parts)
    return None


def _narrowed(parts: list[set[str] | None]) -> set[str] | None:
    named = [part for part in parts if part is not None]
    return set.intersection(*named) if named else None


def _widened(parts: list[set[str] | None]) -> set[str] | None:
    named = [part for part in parts if part is not None]
    return set().union(*named) if named and len(named) == len(parts) else None


def together(schemas: Iterable[Any]) -> list[Spec]:
    """The fields of several forms: those that all of them surely fill in stay required."""
    found: dict[str, Spec] = {}
    asked = [{spec["key"]: spec for spec in forms.specs(schema)} for schema in schemas]
    for form in asked:
        for key, spec in form.items():
            sure = all(key in other and forms.is_sure(other[key]) for other in asked)
            found.setdefault(key, spec if sure else {**spec, "required": False})
    return list(found.values())
