"""Objections to a status change. Other apps register theirs: "an approval is still open"."""

from collections.abc import Callable

from desk.models import Status, Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError

Guard = Callable[[Actor, Ticket, Status], str]
_guards: list[Guard] = []


class Guarded(CommandError):
    code = "guarded"
    status = 409


def guard(function: Guard) -> Guard:
    """Registers a function that returns a sentence when the ticket may not become that status, else ''."""
    _guards.append(function)
    return function


def check(actor: Actor, ticket: Ticket, status: Status) -> None:
    """Raises Guarded with the first objection. The machine is bound by guards too."""
    for function in _guards:
        objection = function(actor, ticket, status)
        if objection:
            raise Guarded(objection)
