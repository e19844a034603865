"""Secrets by name: saved and deleted by administrators, revealed to workers only, never shown again."""

import base64
import re
from collections.abc import Iterable
from datetime import timedelta

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import declare, record
from flowtic.core.models import Secret
from flowtic.core.policy import require, rule

log = structlog.get_logger("flowtic.secrets")

LONGEST_VALUE = 4000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
# Using a secret a hundred times a minute must not write a hundred rows.
_USED_EVERY = timedelta(minutes=1)

SECRET_SAVED = declare("secret.saved", gettext_lazy("%(actor)s saved the secret %(subject)s"))
SECRET_DELETED = declare("secret.deleted", gettext_lazy("%(actor)s deleted the secret %(subject)s"))


@rule("secrets.manage", scope="admin")
def may_manage_secrets(actor: Actor, subject: object) -> bool:
    return actor.is_admin


@command
def save_secret(actor: Actor, name: str, *, value: str | None, note: str) -> Secret:
    """Makes the secret or replaces its value; None keeps the value there is and changes only the note."""
    require(actor, "secrets.manage")
    row = Secret.objects.select_for_update().filter(name=name).first()
    _check(name, value, note, known=row is not None)
    now = clock.now()
    if row is None:
        row = Secret(name=name, created_by=actor.user, created_at=now)
    elif value is None and row.note == note:
        return row
    replaced = value is not None
    if value is not None:
        row.value_encrypted = _cipher().encrypt(value.encode()).decode()
    row.note, row.updated_at = note, now
    row.save()
    record(actor, "secret.saved", row, data={"name": name, "subject": name, "value_changed": replaced})
    return row


@command
def delete_secret(actor: Actor, name: str) -> None:
    """Removes the secret; workflows that still name it take their error path. Nothing happens when there is none."""
    require(actor, "secrets.manage")
    row = Secret.objects.select_for_update().filter(name=name).first()
    if row is None:
        return
    record(actor, "secret.deleted", row, data={"name": name, "subject": name})
    row.delete()


def reveal(names: Iterable[str]) -> dict[str, str]:
    """The values by name, for a worker that is about to use them. Unknown and unreadable ones are left out."""
    wanted, now = set(names), clock.now()
    if not wanted:
        return {}
    cipher, found, used = _cipher(), {}, []
    for row in Secret.objects.filter(name__in=wanted):
        try:
            found[row.name] = cipher.decrypt(row.value_encrypted.encode()).decode()
        except InvalidToken:
            log.error("secret_unreadable", name=row.name, hint="FLOWTIC_SECRET_KEY changed without a fallback")
            continue
        if row.last_used_at is None or row.last_used_at < now - _USED_EVERY:
            used.append(row.pk)
    if used:
        Secret.objects.filter(pk__in=used).update(last_used_at=now)
    return found


def encrypt(text: str) -> str:
    """The text as it may lie in the database: for secrets that stand in rows of their own ("" stays "")."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def decrypt(encrypted: str) -> str | None:
    """The text again; None when the key of the installation changed without a fallback."""
    if not encrypted:
        return ""
    try:
        return _cipher().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return None


def _check(name: str, value: str | None, note: str, *, known: bool) -> None:
    fields = {}
    if not _NAME.fullmatch(name):
        fields["name"] = _("Begin with a letter; then letters, digits and _, at most 60.")
    if value == "" or (value is None and not known):
        fields["value"] = _("Give the value of the secret.")
    elif value is not None and (len(value) > LONGEST_VALUE or not value.isprintable()):
        fields["value"] = _("The value has signs that cannot be seen, or more than %(n)d of them.") % {
            "n": LONGEST_VALUE
        }
    if len(note) > 200:
        fields["note"] = _("At most 200 characters.")
    if fields:
        raise Invalid(_("The secret cannot be saved like this."), fields=fields)


def _cipher() -> MultiFernet:
    """Encrypts with today's key of the installation, decrypts with the earlier ones too."""
    return MultiFernet([_key(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"flowtic.core.secrets").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
