"""What the request forms ask for before a workflow begins, as far as the rules say which forms those are."""

from collections.abc import Collection, Iterable, Mapping
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
    return asked_of([workflow.pk])[workflow.pk]


def asked_of(workflows: Collection[int]) -> dict[int, list[Spec] | None]:
    """The same for many workflows at once, by their keys in the database."""
    conditions: dict[int, list[Any]] = {pk: [] for pk in workflows}
    rules = WorkflowRule.objects.filter(workflow__in=workflows, active=True)
    for pk, condition in rules.values_list("workflow", "condition"):
        conditions[pk].append(condition)
    wanted = {pk: _types_of_all(trees) for pk, trees in conditions.items()}
    keys = set().union(*(types for types in wanted.values() if types))
    schemas = dict(RequestType.objects.filter(key__in=keys).values_list("key", "schema")) if keys else {}
    return {
        pk: together(schemas[key] for key in sorted(types)) if types and types <= set(schemas) else None
        for pk, types in wanted.items()
    }


def _types_of_all(trees: Iterable[Any]) -> set[str] | None:
    """The request types of all these rules; None when one of them does not tell, or there is none."""
    found: set[str] = set()
    for tree in trees:
        keys = types_of(tree)
        if keys is None:
            return None
        found |= keys
    return found or None


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
