"""Operations put into effect on a document, all of them or those that somebody chose."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from workflows.patches import fields, steps  # noqa: F401  (they register their operations)
from workflows.patches.editor import CannotChange, Editor
from workflows.patches.operations import Operation, operations

MOST_OPERATIONS, LARGEST = 200, 500_000


class CannotApply(Exception):
    """One operation does not fit. `index`: which one; the text is for people."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index, self.message = index, message


@dataclass(frozen=True)
class Patched:
    """The new document and the operations that lead back to the old one."""

    document: dict[str, Any]
    inverse: list[dict[str, Any]]
    # Of `apply_chosen`: index -> why it could not be applied.
    skipped: dict[int, str] = field(default_factory=dict)


def apply(kind: str, document: dict[str, Any], changes: Any) -> Patched:
    """All operations in order, or none: raises CannotApply at the first that does not fit."""
    editor = Editor(document)
    for index, change in enumerate(checked(kind, changes)):
        _do(editor, kind, index, change)
    return Patched(editor.document, editor.inverse)


def apply_chosen(kind: str, document: dict[str, Any], changes: Sequence[Any], chosen: Collection[int]) -> Patched:
    """The chosen ones in order; one that does not fit (it needed another one) is left out and said."""
    editor, skipped = Editor(document), {}
    for index, change in enumerate(changes):
        if index not in chosen:
            continue
        attempt = Editor(editor.document)
        try:
            _do(attempt, kind, index, checked(kind, [change])[0])
        except CannotApply as problem:
            skipped[index] = problem.message
            continue
        attempt.inverse += editor.inverse
        editor = attempt
    return Patched(editor.document, editor.inverse, skipped)


def checked(kind: str, changes: Any) -> list[dict[str, Any]]:
    """The operations if each is one by name and parameters; raises CannotApply."""
    if not isinstance(changes, list):
        raise CannotApply(0, _("Give a list of operations."))
    if len(changes) > MOST_OPERATIONS or len(json.dumps(changes, default=str)) > LARGEST:
        raise CannotApply(MOST_OPERATIONS, _("These are too many operations at once."))
    known = operations(kind)
    for index, change in enumerate(changes):
        found = known.get(change["op"]) if isinstance(change, dict) and isinstance(change.get("op"), str) else None
        if found is None:
            raise CannotApply(index, _("There is no such operation."))
        wrong = _wrong_with(schema_of(found), change)
        if wrong:
            raise CannotApply(index, f"{found.name}: {wrong}")
    return list(changes)


def schema_of(one: Operation) -> dict[str, Any]:
    """JSON schema of one operation."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["op", *one.required],
        "properties": {"op": {"const": one.name}, **one.parameters},
    }


def schema(kind: str) -> dict[str, Any]:
    """JSON schema of a list of operations, without the primitives that only inverses use."""
    shapes = [schema_of(one) for one in operations(kind).values() if not one.primitive]
    return {"type": "array", "maxItems": MOST_OPERATIONS, "items": {"anyOf": shapes}}


def _wrong_with(wanted: dict[str, Any], change: dict[str, Any]) -> str:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    problem = best_match(Draft202012Validator(wanted).iter_errors(change))
    if problem is None:
        return ""
    where = ".".join(map(str, problem.absolute_path))
    return f"{where}: {problem.message[:200]}" if where else problem.message[:200]


def _do(editor: Editor, kind: str, index: int, change: dict[str, Any]) -> None:
    parameters = {name: value for name, value in change.items() if name != "op"}
    try:
        operations(kind)[change["op"]].function(editor, kind, **parameters)
    except CannotChange as problem:
        raise CannotApply(index, str(problem)) from None
