"""Work that a person holds and somebody else has to take over when they are gone.

An app whose rows have owners registers a kind of work in ready(); accounts asks all of them and knows none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise

from accounts.models import User
from flowtic.core.actor import Actor

LEAVE, RELEASE, HAND_OVER = "leave", "release", "hand_over"
FATES = (LEAVE, RELEASE, HAND_OVER)


@dataclass(frozen=True)
class Passed:
    """What became of one kind of work: given to the successor, back in a queue, or still with the person."""

    handed: int = 0
    returned: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Held:
    """So many open rows of one kind, named as a label does."""

    key: str
    label: str
    number: int


Count = Callable[[Actor, User], int]
# Called after each row with what became of this kind so far; False: stop here.
Tell = Callable[[Passed], bool]
PassOn = Callable[[Actor, User, User | None, Tell], Passed]
_kinds: dict[str, tuple[str | Promise, Count, PassOn]] = {}


def register(key: str, label: str | Promise, count: Count, pass_on: PassOn) -> None:
    """`pass_on(actor, person, successor, tell)`: without a successor everything goes to its queue; so does what the
    successor may not own. Run again it finds only what is left. The same key again replaces the kind."""
    _kinds[key] = (label, count, pass_on)


def held(actor: Actor, person: User) -> list[Held]:
    """What the person has, without the kinds of which there is none."""
    counted = [Held(key, str(label), count(actor, person)) for key, (label, count, _pass_on) in _kinds.items()]
    return [kind for kind in counted if kind.number]


def pass_on(
    actor: Actor, person: User, successor: User | None, tell: Callable[[str, Passed], bool] = lambda _key, _passed: True
) -> dict[str, Passed]:
    """By kind what became of it; for accounts.commands and its job only."""
    found: dict[str, Passed] = {}
    for key, (_label, _count, move) in _kinds.items():
        found[key] = move(actor, person, successor, partial(tell, key))
    return found
