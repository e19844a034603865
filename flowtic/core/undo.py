"""Taking an operation back: by who did it, within its time, while what it set is still there.

An app registers one function per name that its inverse steps use; the function calls a command, which asks for the
rights again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.events import declare, record
from flowtic.core.journal import Step, grouped
from flowtic.core.models import Operation
from flowtic.core.policy import require

WINDOW = timedelta(minutes=10)
Run = Callable[[Actor, Step], Any]


class CannotUndo(Conflict):
    """It was taken back already, its time is over, or the value is another one by now."""

    code = "cannot_undo"


@dataclass(frozen=True)
class Inverse:
    run: Run
    window: timedelta


_inverses: dict[str, Inverse] = {}
UNDONE = declare("operation.undone", gettext_lazy("%(actor)s undid a change"))


def inverse(name: str, *, window: timedelta = WINDOW) -> Callable[[Run], Run]:
    """Registers the function that does steps of that name; `window`: how long the operation can be taken back."""

    def add(function: Run) -> Run:
        _inverses[name] = Inverse(function, window)
        return function

    return add


def can_be_offered(operation: Operation | None) -> bool:
    """Whether a button to take it back makes sense: its steps are known and it was not taken back."""
    if operation is None or operation.undone_at or not operation.inverse:
        return False
    return all(one.get("command") in _inverses for one in operation.inverse)


@command
def undo(actor: Actor, operation_id: UUID | str) -> Operation:
    """Runs the inverse steps as the same person: all of them or none. Raises NotFound for what is not the actor's own,
    CannotUndo with a sentence, or what the commands refuse with."""
    rows = Operation.objects.select_for_update().filter(pk=operation_id, actor=actor.user)
    operation = rows.first() if actor.user is not None else None
    if operation is None:
        raise NotFound(_("There is nothing to undo."))
    require(actor, "operation.undo", operation)
    if operation.undone_at:
        raise CannotUndo(_("This was undone already."))
    if not can_be_offered(operation):
        raise CannotUndo(_("This cannot be undone."))
    if clock.now() > operation.created_at + min(_inverses[one["command"]].window for one in operation.inverse):
        raise CannotUndo(_("The time to undo this is over."))
    operation.undone_at = clock.now()
    operation.save(update_fields=["undone_at"])
    take_back(actor, operation)
    record(actor, UNDONE, operation, data={"kind": operation.kind}, operation_id=operation.pk)
    return operation


def take_back(actor: Actor, operation: Operation) -> None:
    """Runs the steps, without asking whose it is and when it was; for commands."""
    with grouped(f"undo:{operation.kind}"[:60]):
        for one in operation.inverse:
            _inverses[one["command"]].run(actor, one)


def tickets_of(operation: Operation) -> list[int]:
    """Ids of the tickets its steps name, each once."""
    return list(dict.fromkeys(one["ticket"] for one in operation.inverse if one.get("ticket")))
