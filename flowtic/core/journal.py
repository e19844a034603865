"""The operation journal: what a command did and which commands take it back (flowtic.core.undo)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Operation

Step = dict[str, Any]


class Group:
    """Several changes that are one operation, with one undo. `operation` is None while nothing was journalled."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.operation: Operation | None = None


_group: ContextVar[Group | None] = ContextVar("flowtic_journal_group", default=None)
_heard: ContextVar[list[Operation] | None] = ContextVar("flowtic_journal_heard", default=None)


def journal(actor: Actor, kind: str, *inverse: Step) -> Operation:
    """Notes who did `kind` and which commands take it back, in order. Its id goes onto the event.

    Inside `grouped` the steps join those of the group, before them: what was done last is taken back first.
    """
    group = _group.get()
    if group is not None and group.operation is not None:
        group.operation.inverse = [*inverse, *group.operation.inverse]
        group.operation.save(update_fields=["inverse"])
        return group.operation
    row = Operation.objects.create(
        kind=group.kind if group else kind,
        actor=actor.user,
        via=actor.via,
        inverse=list(inverse),
        created_at=clock.now(),
    )
    if group is not None:
        group.operation = row
    heard = _heard.get()
    if heard is not None:
        heard.append(row)
    return row


def step(command: str, ticket_id: int, *, changed: Mapping[str, Any] | None = None, **arguments: Any) -> Step:
    """One command of an inverse; arguments are plain JSON values (keys and ids).

    `changed`: what the operation set, by field. It is taken back only while those values are still there.
    """
    found: Step = {"command": command, "ticket": ticket_id, "arguments": arguments}
    return {**found, "set": dict(changed)} if changed is not None else found


@contextmanager
def grouped(kind: str) -> Iterator[Group]:
    """Everything journalled inside is one operation. Inside another group it joins that one.

    Use it within a command: a command that is repeated begins with a new group.
    """
    outer = _group.get()
    if outer is not None:
        yield outer
        return
    group = Group(kind)
    token = _group.set(group)
    try:
        yield group
    finally:
        _group.reset(token)


@contextmanager
def heard() -> Iterator[list[Operation]]:
    """The operations journalled inside, in order; of a command that was repeated also the ones that were rolled back,
    so the last one counts. For doors that offer an undo."""
    found: list[Operation] = []
    token = _heard.set(found)
    try:
        yield found
    finally:
        _heard.reset(token)
