"""API tokens: made, shown once, revoked."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import events
from accounts.models import ApiToken, User
from accounts.models.token import SCOPES
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import record
from flowtic.core.policy import require

PREFIX = "flt"


def hash_secret(secret: str) -> str:
    """SHA-256 is enough: the secret has 256 random bits, there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


@command
def create_token(
    actor: Actor, owner: User, *, name: str, scopes: Iterable[str], expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """A token of `owner` and its full text `flt_<key>_<secret>`, which is not kept and cannot be shown again."""
    require(actor, "token.create", owner)
    chosen = sorted(set(scopes))
    wrong = [scope for scope in chosen if scope not in SCOPES]
    if wrong or not chosen:
        raise Invalid(fields={"scopes": _("Please choose at least one known scope.")})
    if "admin" in chosen and owner.role != User.Role.ADMIN:
        raise Invalid(fields={"scopes": _("Only admins can have the scope admin.")})
    if owner.state != User.State.ACTIVE:
        raise Conflict(_("Only an active person can have tokens."))
    if expires_at and expires_at <= clock.now():
        raise Invalid(fields={"expires_at": _("The expiry must be in the future.")})
    if not name.strip():
        raise Invalid(fields={"name": _("Please name what the token is for.")})
    key, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=owner,
        name=name.strip()[:100],
        key=key,
        secret_hash=hash_secret(secret),
        scopes=chosen,
        expires_at=expires_at,
        created_at=clock.now(),
    )
    record(actor, events.TOKEN_CREATED, owner, data={"name": token.name, "key": key, "scopes": chosen})
    return token, f"{PREFIX}_{key}_{secret}"


@command
def revoke_token(actor: Actor, token: ApiToken) -> ApiToken:
    """The token is refused from now on."""
    token = ApiToken.objects.select_for_update().select_related("user").get(pk=token.pk)
    require(actor, "token.revoke", token)
    if token.revoked_at:
        return token
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    record(actor, events.TOKEN_REVOKED, token.user, data={"name": token.name, "key": token.key})
    return token
