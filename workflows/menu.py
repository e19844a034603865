"""The number of open steps beside the menu's entries: kept for a moment, so that no page counts."""

from django.core.cache import cache
from django.db import transaction

SECONDS = 30


def kept(person_id: int) -> dict[str, int] | None:
    """Open steps by kind as last counted; None when nobody has counted lately."""
    found: dict[str, int] | None = cache.get(_key(person_id))
    return found


def keep(person_id: int, counts: dict[str, int]) -> None:
    cache.set(_key(person_id), counts, SECONDS)


def forget(person_id: int | None) -> None:
    """Something changed for this person: the next page counts anew."""
    if person_id is not None:
        transaction.on_commit(lambda: cache.delete(_key(person_id)))


def _key(person_id: int) -> str:
    return f"open-steps-{person_id}"
