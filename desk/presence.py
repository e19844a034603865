"""Who has a ticket open, and who is writing: in the cache only, forgotten by itself, shown to who works the ticket."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import TextChoices

from accounts.models import User
from desk.models import Ticket

KIND = "presence"
BEAT_SECONDS = 20
GONE_SECONDS = 45
IDLE_SECONDS = 300
SHOWN = 3


class State(TextChoices):
    VIEWING = "viewing"
    TYPING = "typing"
    IDLE = "idle"
    GONE = "gone"


@dataclass(frozen=True)
class Seen:
    """Somebody at a ticket; typing goes before viewing, viewing before idle."""

    person: User
    state: str

    @property
    def is_typing(self) -> bool:
        return self.state == State.TYPING

    @property
    def is_idle(self) -> bool:
        return self.state == State.IDLE


def note(ticket: Ticket, person: User, state: str) -> None:
    """Keeps what the page of the person just said. The members of a ticket and the state of each are entries of their
    own: two people at once cannot undo each other's word, and a lost membership comes back with the next beat."""
    before = cache.get(_state_key(ticket.pk, person.pk))
    if state == State.GONE:
        cache.delete(_state_key(ticket.pk, person.pk))
    else:
        cache.set(_state_key(ticket.pk, person.pk), state, GONE_SECONDS)
        members = cache.get(_members_key(ticket.pk)) or []
        if person.pk not in members:
            cache.set(_members_key(ticket.pk), [*members[-49:], person.pk], 3600)
    if before != (None if state == State.GONE else state):
        cache.set(_stamp_key(ticket.pk), f"{time.time_ns()}", 3600)


def others(ticket: Ticket, person: User) -> list[Seen]:
    """Everybody else at the ticket who still works it; who writes comes first."""
    states = {pk: state for pk, state in _states(ticket.pk).items() if pk != person.pk}
    if not states:
        return []
    order = list(State)
    found = [Seen(one, states[one.pk]) for one in User.objects.active().filter(pk__in=states)]
    found.sort(key=lambda seen: (not seen.is_typing, order.index(State(seen.state)), seen.person.name))
    return found


def stamps(ticket_ids: Iterable[int]) -> dict[int, str]:
    """For each ticket at which something happened lately a mark that changes with every change."""
    keys = {_stamp_key(pk): pk for pk in ticket_ids}
    return {keys[key]: stamp for key, stamp in cache.get_many(keys).items()} if keys else {}


def _states(ticket_id: int) -> dict[int, str]:
    keys = {_state_key(ticket_id, pk): pk for pk in cache.get(_members_key(ticket_id)) or []}
    return {keys[key]: state for key, state in cache.get_many(keys).items()} if keys else {}


def _members_key(ticket_id: int) -> str:
    return f"presence:{ticket_id}"


def _stamp_key(ticket_id: int) -> str:
    return f"presence:{ticket_id}:stamp"


def _state_key(ticket_id: int, person_id: int) -> str:
    return f"presence:{ticket_id}:{person_id}"
