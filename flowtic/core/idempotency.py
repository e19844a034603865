"""Idempotent POSTs: the key row is written first in the effect's own transaction."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.command import ATTEMPTS, is_deadlock, is_lock_error
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.models import IdempotencyKey

MAX_KEY = 200


@dataclass
class Answer:
    """What a POST answered: kept 24 hours under its key."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    repeated: bool = False


def fingerprint(*parts: bytes | str) -> str:
    """The hash that tells the same body from another one."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def run_once(user: Any, key: str, body_hash: str, effect: Callable[[], Answer]) -> Answer:
    """Runs `effect` unless this user used this key: then the stored answer.

    The same key with another body raises Invalid (422); while the first request still runs a second one waits for it,
    and gets Conflict (409) only when the database's lock time runs out. A refused effect stores nothing.
    """
    if not key:
        return effect()
    if len(key) > MAX_KEY or not key.isprintable():
        raise Invalid(
            _("The idempotency key may have up to 200 printable characters."),
            fields={"Idempotency-Key": _("not valid")},
        )
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _first(user, key, body_hash, effect)
        except IntegrityError:
            stored = _stored(user, key, body_hash)
            if stored is None:
                raise
            return stored
        except OperationalError as error:
            if not is_lock_error(error):
                raise
            if attempt == ATTEMPTS or not is_deadlock(error):
                # Which of the two it is the database does not say.
                said = _(
                    "The system is busy, or the same request is still running. Nothing was sent; please try again."
                )
                raise Conflict(said, retry_after=1) from error
            time.sleep(0.02 * attempt)
    raise AssertionError("unreachable")


def _first(user: Any, key: str, body_hash: str, effect: Callable[[], Answer]) -> Answer:
    """Key and effect in one transaction: the key's unique row makes a second request wait, then fail here."""
    with transaction.atomic():
        row = IdempotencyKey(user=user, key=key, body_hash=body_hash, created_at=clock.now())
        row.save(force_insert=True)
        answer = effect()
        row.status, row.answer, row.headers = answer.status, answer.body, answer.headers
        row.save(update_fields=["status", "answer", "headers"])
        return answer


def _stored(user: Any, key: str, body_hash: str) -> Answer | None:
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row is None:
        return None
    if row.body_hash != body_hash:
        raise Invalid(
            _("This idempotency key was used with another request."), fields={"Idempotency-Key": _("used before")}
        )
    return Answer(row.status, row.answer, row.headers, repeated=True)
