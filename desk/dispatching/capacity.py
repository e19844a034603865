"""Limits of open work: automatic assignment never exceeds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from desk.dispatching.load import loads
from desk.dispatching.turns import one_at_a_time, take_turn


@dataclass(frozen=True)
class Picked:
    """Somebody who has room, with the open work that counted."""

    person: User
    load: int | None  # None: nobody had to count
    cap: int | None


def cap_of(person: User, default: int | None) -> int | None:
    """The person's own limit, else the one of the pool; None: no limit."""
    return default if person.capacity is None else person.capacity


def reserve(person: User, cap: int | None) -> int | None:
    """The person's open work if there is room for one more, else None.

    With a limit, everybody else who asks for the same person waits until this transaction ends.
    """
    if cap is not None:
        one_at_a_time(f"person:{person.pk}")
    load = loads([person])[person.pk]
    return load if cap is None or load < cap else None


def next_in_turn(key: str, people: Sequence[User], default_cap: int | None) -> Picked | None:
    """The next one of the rota who has room."""
    waiting = list(people)
    if any(cap_of(person, default_cap) is not None for person in waiting):
        counted = loads(waiting)
        waiting = [person for person in waiting if _has_room(person, counted, default_cap)]
    while chosen := take_turn(key, waiting):
        cap = cap_of(chosen, default_cap)
        if cap is None:
            return Picked(chosen, None, None)
        load = reserve(chosen, cap)
        if load is not None:
            return Picked(chosen, load, cap)
        waiting.remove(chosen)
    return None


def lightest(key: str, people: Sequence[User], default_cap: int | None) -> Picked | None:
    """Who has the least open work and room for more; among equals it goes in turn."""
    if not people:
        return None
    # One choice of this pool at a time: the next one counts what this one gave.
    one_at_a_time(key)
    counted = loads(people)
    waiting = [person for person in people if _has_room(person, counted, default_cap)]
    while waiting:
        least = min(counted[person.pk] for person in waiting)
        equals = [person for person in waiting if counted[person.pk] == least]
        chosen = take_turn(key, equals) if len(equals) > 1 else equals[0]
        if chosen is None:
            return None
        cap = cap_of(chosen, default_cap)
        if cap is None:
            return Picked(chosen, least, None)
        # Somebody may have got work from another pool since the count.
        load = reserve(chosen, cap)
        if load is not None:
            return Picked(chosen, load, cap)
        waiting.remove(chosen)
    return None


def _has_room(person: User, counted: Mapping[int, int], default_cap: int | None) -> bool:
    cap = cap_of(person, default_cap)
    return cap is None or counted[person.pk] < cap
