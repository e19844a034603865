"""Taking turns: everybody once before anybody twice, also with many processes at once and across restarts."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from accounts.models import User
from desk.models import DispatchTurn

ATTEMPTS = 50


class TurnContested(RuntimeError):
    """So many others moved the same rota that this transaction never got through."""


def in_turn(people: Sequence[User], last: int | None) -> list[User]:
    """The people in the order in which they are due: after the last one by id, then from the beginning."""
    ordered = sorted(people, key=lambda person: person.pk)
    if last is None:
        return ordered
    return [person for person in ordered if person.pk > last] + [person for person in ordered if person.pk <= last]


def take_turn(key: str, people: Sequence[User]) -> User | None:
    """Who is next of `people` in the rota `key`; the rota moves on in the caller's transaction."""
    if not people:
        return None
    for _attempt in range(ATTEMPTS):
        row = _row(key)
        chosen = in_turn(people, row.last_person_id)[0]
        # Waits for a transaction that moved the row first, and then finds another version than it has read.
        unmoved = DispatchTurn.objects.filter(pk=row.pk, version=row.version)
        if unmoved.update(last_person_id=chosen.pk, version=F("version") + 1):
            return chosen
    raise TurnContested(key)


def one_at_a_time(key: str) -> None:
    """Lets only one transaction at a time go on from here, of all that name the same key."""
    with transaction.atomic(savepoint=False):
        # No index but the unique one is searched, so MariaDB locks this row alone.
        if not DispatchTurn.objects.select_for_update().filter(key=key).values_list("pk").first():
            DispatchTurn.objects.select_for_update().get(pk=_row(key).pk)


def _row(key: str) -> DispatchTurn:
    found = DispatchTurn.objects.filter(key=key).first()
    if found is None:
        # Two at once: the second one's row is simply not written.
        DispatchTurn.objects.bulk_create([DispatchTurn(key=key)], ignore_conflicts=True)
        found = DispatchTurn.objects.get(key=key)
    return found
