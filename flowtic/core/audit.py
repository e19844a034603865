"""The hash chain beside the events: sealed in batches by one process, so that writers never wait for it."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from flowtic.core.leases import leased
from flowtic.core.models import Event, EventSeal

BATCH = 1000
# A lower id may commit later than a higher one; such stragglers are looked for this far back.
STRAGGLERS = 5000
GENESIS = "0" * 64


@dataclass(frozen=True)
class Finding:
    """The first thing wrong with the chain."""

    seq: int
    event_id: int
    reason: str


@dataclass(frozen=True)
class Report:
    sealed: int
    unsealed: int
    finding: Finding | None


def payload(event: Event) -> bytes:
    """The event's content in one canonical form."""
    content = {
        "id": event.pk,
        "name": event.name,
        "actor": event.actor_id,
        "machine": event.machine,
        "via": event.via,
        "ticket": event.ticket_id,
        "subject": [event.subject_type, event.subject_id],
        "changes": event.changes,
        "data": event.data,
        "public": event.public,
        "operation": str(event.operation_id or ""),
        "request": event.request_id,
        "time": event.created_at.isoformat(timespec="milliseconds"),
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def digest(event: Event, salt: str) -> str:
    return hmac.new(salt.encode(), payload(event), hashlib.sha256).hexdigest()


def link(previous: str, event_id: int, payload_digest: str) -> str:
    return hashlib.sha256(f"{previous}:{event_id}:{payload_digest}".encode()).hexdigest()


@leased("core.seal", 60)
def seal_new_events() -> int:
    """Seals what has been committed since the last call, oldest first. Returns how many."""
    total = 0
    while batch := _seal_batch():
        total += batch
        if batch < BATCH:
            break
    return total


def _seal_batch() -> int:
    newest = EventSeal.objects.aggregate(newest=Max("event_id"))["newest"] or 0
    sealed = EventSeal.objects.filter(event_id=OuterRef("pk"))
    events = list(Event.objects.filter(pk__gt=newest - STRAGGLERS).exclude(Exists(sealed)).order_by("pk")[:BATCH])
    if not events:
        return 0
    last = EventSeal.objects.order_by("-seq").first()
    previous = last.hash if last else GENESIS
    seals = []
    for event in events:
        salt = secrets.token_hex(16)
        content = digest(event, salt)
        previous = link(previous, event.pk, content)
        seals.append(EventSeal(event_id=event.pk, salt=salt, payload_digest=content, hash=previous))
    with transaction.atomic():
        EventSeal.objects.bulk_create(seals)
    return len(seals)


def verify() -> Report:
    """Walks the whole chain and compares every event with its digest."""
    sealed = 0
    finding = None
    for found in _walk():
        sealed += 1
        if found:
            finding = found
            break
    unsealed = Event.objects.exclude(Exists(EventSeal.objects.filter(event_id=OuterRef("pk")))).count()
    return Report(sealed, unsealed, finding)


def _walk() -> Iterator[Finding | None]:
    previous, expected = GENESIS, None
    chunk: list[EventSeal] = []
    for seal in EventSeal.objects.order_by("seq").iterator(chunk_size=BATCH):
        chunk.append(seal)
        if len(chunk) == BATCH:
            previous, expected = yield from _check(chunk, previous, expected)
            chunk = []
    yield from _check(chunk, previous, expected)


def _check(chunk: list[EventSeal], previous: str, expected: int | None):  # type: ignore[no-untyped-def]
    from flowtic.core.erasure import erasures, left_of

    found = Event.objects.in_bulk([seal.event_id for seal in chunk])
    erased: dict[int, str] | None = None
    for seal in chunk:
        event = found.get(seal.event_id)
        wrong = ""
        if event is None:
            wrong = "the event is missing"
        elif not hmac.compare_digest(digest(event, seal.salt), seal.payload_digest):
            # Only what a fact on record says was taken out may be missing.
            erased = erasures() if erased is None else erased
            if erased.get(event.pk) != left_of(event):
                wrong = "the event's content was changed"
        if not wrong and link(previous, seal.event_id, seal.payload_digest) != seal.hash:
            wrong = "the chain is broken here: a row before it was removed or changed"
        yield Finding(seal.seq, seal.event_id, wrong) if wrong else None
        previous = seal.hash
    return previous, expected
