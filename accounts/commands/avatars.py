"""Profile pictures: re-encoded, bounded, kept under a random name."""

import io
import secrets
import warnings
from typing import IO

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts import events
from accounts.models import User
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

log = structlog.get_logger("flowtic.avatars")

SIZE = 256
MAX_BYTES = 5 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def avatar_path(key: str) -> str:
    return f"avatars/{key}.webp"


def encode(upload: IO[bytes]) -> bytes:
    """A square WebP of 256 pixels without metadata. Raises Invalid for anything that is not a moderate picture."""
    data = upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Invalid(fields={"avatar": _("The picture may have up to 5 MB.")})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _square(data)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Invalid:
        raise
    except Exception as error:
        # Decoders meet broken files with a dozen kinds of exceptions; to the person they all mean the same.
        log.info("avatar_refused", error=f"{type(error).__name__}: {error}")
        raise Invalid(fields={"avatar": _("Please choose a JPEG, PNG, WebP or GIF picture.")}) from None


def _square(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > settings.FLOWTIC_MAX_AVATAR_PIXELS:
            raise _too_many_pixels()
        # First small, then everything else: a picture of 25 million pixels must not be copied three times in memory.
        image.draft("RGB", (SIZE * 2, SIZE * 2))
        image.thumbnail((SIZE * 4, SIZE * 4))
        square = ImageOps.fit(ImageOps.exif_transpose(image).convert("RGBA"), (SIZE, SIZE))
    out = io.BytesIO()
    square.save(out, "WEBP", quality=85, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _too_many_pixels() -> Invalid:
    most = settings.FLOWTIC_MAX_AVATAR_PIXELS // 1_000_000
    return Invalid(
        fields={"avatar": _("The picture has too many pixels; up to %(most)s million work.") % {"most": most}}
    )


def set_avatar(actor: Actor, person: User, *, upload: IO[bytes]) -> User:
    """Replaces the person's picture. It is decoded before the transaction: nobody's write should wait for that."""
    require(actor, "person.edit_profile", person)
    return replace_avatar(actor, person, content=encode(upload))


@command
def replace_avatar(actor: Actor, person: User, *, content: bytes) -> User:
    """Stores what `encode` made as the person's picture."""
    person = User.objects.lock(person.pk)
    require(actor, "person.edit_profile", person)
    key, before = secrets.token_hex(16), person.avatar_key
    default_storage.save(avatar_path(key), ContentFile(content))
    person.avatar_key = key
    person.save(update_fields=["avatar_key"])
    record(actor, events.PERSON_CHANGED, person, changes=[change("avatar", bool(before), True)])
    transaction.on_commit(lambda: _forget(before))
    return person


@command
def remove_avatar(actor: Actor, person: User) -> User:
    """Back to initials."""
    person = User.objects.lock(person.pk)
    require(actor, "person.edit_profile", person)
    before, person.avatar_key = person.avatar_key, ""
    if not before:
        return person
    person.save(update_fields=["avatar_key"])
    record(actor, events.PERSON_CHANGED, person, changes=[change("avatar", True, False)])
    transaction.on_commit(lambda: _forget(before))
    return person


def _forget(key: str) -> None:
    if key:
        default_storage.delete(avatar_path(key))
