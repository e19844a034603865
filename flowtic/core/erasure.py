"""Taking a text out of facts that are on record: the payload changes, the chain of hashes stays whole.

Seals digest with a salt, so nobody can guess from a seal what was erased. The fact that tells of the erasure carries
the digests of what is left; `audit.verify` accepts a payload that such a fact names and no other.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from flowtic.core import audit
from flowtic.core.models import Event, Operation

# In the data of the fact that tells of it: {event id: digest of what is left of it}.
ERASED = "erased"
_tellers: set[str] = set()

Clean = Callable[[str], str]


def told_by(name: str) -> None:
    """Declares the event that carries erasures in its data."""
    _tellers.add(name)


def erase(events: QuerySet[Event], clean: Clean) -> dict[str, str]:
    """Rewrites every text in these events with `clean`; returns what the telling fact has to carry.

    What an undo would bring back goes too.
    """
    found: dict[str, str] = {}
    operations = []
    for event in events.order_by("pk").iterator(chunk_size=500):
        changes, data = cleaned(event.changes, clean), cleaned(event.data, clean)
        if (changes, data) == (event.changes, event.data):
            continue
        # The one door beside retention through which a fact changes.
        QuerySet(Event).filter(pk=event.pk).update(changes=changes, data=data)
        event.changes, event.data = changes, data
        found[str(event.pk)] = left_of(event)
        operations.append(event.operation_id)
    Operation.objects.filter(pk__in=[key for key in operations if key]).delete()
    return found


def cleaned(value: Any, clean: Clean) -> Any:
    """A JSON value with all its texts rewritten; keys are names and stay."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(one, clean) for one in value]
    if isinstance(value, dict):
        return {key: cleaned(one, clean) for key, one in value.items()}
    return value


def left_of(event: Event) -> str:
    """The digest of the payload as it is now. What is erased is not in it, so it needs no salt."""
    return hashlib.sha256(audit.payload(event)).hexdigest()


def erasures() -> dict[int, str]:
    """{event id: digest of what the last erasure left of it}."""
    found: dict[int, str] = {}
    for data in Event.objects.filter(name__in=_tellers).order_by("pk").values_list("data", flat=True):
        found.update({int(pk): digest for pk, digest in data.get(ERASED, {}).items()})
    return found
