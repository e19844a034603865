"""From a bearer token to an actor."""

import hmac
from datetime import timedelta

from django.utils import timezone

from accounts.commands.tokens import PREFIX, hash_secret
from accounts.models import ApiToken, User
from flowtic.core.actor import Actor
from flowtic.core.prepared import Prepared

# Last use is a hint for people, not a log: one write in five minutes is enough.
ACTIVITY_STEP = timedelta(minutes=5)
_keyed = Prepared(lambda keys: ApiToken.objects.select_related("user").filter(key__in=keys).order_by())


def authenticate(text: str) -> Actor | None:
    """The actor of a usable token of an active person, else None."""
    prefix, _, rest = text.partition("_")
    key, _, secret = rest.partition("_")
    if prefix != PREFIX or not key or not secret or not text.isascii():
        return None
    token = next(iter(_keyed.named(key)), None)
    if token is None or not hmac.compare_digest(token.secret_hash, hash_secret(secret)):
        return None
    if not token.is_usable or token.user.state != User.State.ACTIVE:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > ACTIVITY_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return Actor(token.user, "api", scopes=frozenset(token.scopes))
