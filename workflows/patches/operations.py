"""The operations by name: for which documents, with which parameters, and the function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.patches.editor import Editor

WORKFLOW, FORM = "workflow", "form"
KINDS = (WORKFLOW, FORM)

TEXT = {"type": "string", "maxLength": 200}
KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,58}$"}
ITEM = {"type": "object"}
VALUES = {"type": "object"}
POSITION = {"type": "integer", "minimum": 0, "maximum": 300}
CONDITION = {"type": "object"}

Function = Callable[..., None]


@dataclass(frozen=True)
class Operation:
    """`parameters`: JSON schema by name; `required` of them must be there. `primitive`: made by inverses only."""

    name: str
    kinds: tuple[str, ...]
    parameters: Mapping[str, Any]
    required: tuple[str, ...]
    function: Function
    primitive: bool = False


_operations: dict[str, Operation] = {}


def operation(
    name: str,
    *kinds: str,
    required: Mapping[str, Any],
    optional: Mapping[str, Any] | None = None,
    primitive: bool = False,
) -> Callable[[Function], Function]:
    """Registers `function(editor, kind, **parameters)`."""

    def add(function: Function) -> Function:
        _operations[name] = Operation(
            name, kinds or KINDS, {**required, **(optional or {})}, tuple(required), function, primitive
        )
        return function

    return add


def operations(kind: str) -> dict[str, Operation]:
    """Those that fit the kind of document."""
    return {name: one for name, one in _operations.items() if kind in one.kinds}


# ---- the primitives: what inverses are made of ------------------------------------------


@operation("insert", required={"list": TEXT, "item": ITEM}, optional={"at": POSITION}, primitive=True)
def _insert(editor: Editor, _kind: str, *, list: str, item: dict[str, Any], at: int | None = None) -> None:  # noqa: A002
    editor.insert(list, item, at)


@operation("drop", required={"list": TEXT, "key": TEXT}, optional={"with_list": {"type": "boolean"}}, primitive=True)
def _drop(editor: Editor, _kind: str, *, list: str, key: str, with_list: bool = False) -> None:  # noqa: A002
    editor.drop(list, key, with_list=with_list)


@operation("set", required={"list": TEXT, "values": VALUES}, optional={"key": TEXT}, primitive=True)
def _set(editor: Editor, _kind: str, *, list: str, values: dict[str, Any], key: str = "") -> None:  # noqa: A002
    editor.change(list, key, values)


@operation("move", required={"list": TEXT, "key": TEXT, "at": POSITION}, primitive=True)
def _move(editor: Editor, _kind: str, *, list: str, key: str, at: int) -> None:  # noqa: A002
    editor.move(list, key, at)
