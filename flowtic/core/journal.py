"""The operation journal: what undo will use."""

from typing import Any

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Operation


def journal(actor: Actor, kind: str, *inverse: dict[str, Any]) -> Operation:
    """Notes who did `kind` and which commands take it back, in order. Its id goes onto the event."""
    return Operation.objects.create(
        kind=kind, actor=actor.user, via=actor.via, inverse=list(inverse), created_at=clock.now()
    )


def step(command: str, ticket_id: int, **arguments: Any) -> dict[str, Any]:
    """One command of an inverse; arguments are plain JSON values (keys and ids)."""
    return {"command": command, "ticket": ticket_id, "arguments": arguments}
