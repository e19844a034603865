"""Files of tickets and comments."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from desk import events
from desk.models import Attachment, Comment, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import change, record
from flowtic.core.policy import require

MAX_FILES = 10
# By content where the content tells, else by these endings; everything else is a plain download.
TEXT_TYPES = {".txt": "text/plain", ".log": "text/plain", ".csv": "text/csv", ".md": "text/plain"}
REFUSED = {
    *(".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".msi", ".dll", ".jar", ".vbs", ".vbe", ".js", ".jse", ".wsf"),
    *(
        ".hta",
        ".ps1",
        ".lnk",
        ".reg",
        ".html",
        ".htm",
        ".xhtml",
        ".svg",
        ".svgz",
        ".php",
        ".htaccess",
        ".docm",
        ".xlsm",
    ),
}
GENERIC = "application/octet-stream"
# Invisible and direction-changing characters make a name look like another one.
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]")


@command
def attach_files(actor: Actor, ticket: Ticket, *, files: Sequence[File], internal: bool) -> list[Attachment]:
    """Adds files to the ticket itself."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.note" if internal else "ticket.attach", ticket)
    kept = keep_files(actor, ticket, files, internal=internal)
    for item in kept:
        record(
            actor,
            events.ATTACHED,
            ticket,
            ticket_id=ticket.pk,
            changes=[change("attachment", None, item.name)],
            public=not internal,
        )
    return kept


@command
def detach_file(actor: Actor, attachment: Attachment) -> None:
    """Takes a file away; the fact stays in the history."""
    ticket = Ticket.objects.lock(attachment.ticket_id)
    require(actor, "ticket.detach", ticket)
    record(
        actor,
        events.DETACHED,
        ticket,
        ticket_id=ticket.pk,
        changes=[change("attachment", attachment.name, None)],
    )
    # The file itself goes with the sweep of files without a row (desk/schedule.py).
    attachment.delete()


def keep_files(
    actor: Actor, ticket: Ticket, files: Sequence[File], *, comment: Comment | None = None, internal: bool = False
) -> list[Attachment]:
    """Checks and stores uploads inside a command's transaction. Raises Invalid before anything is written."""
    if len(files) > MAX_FILES:
        raise Invalid(fields={"files": _("Up to 10 files at a time.")})
    prepared = [(upload, *inspect(upload)) for upload in files]
    return [_keep(actor, ticket, comment, internal, *entry) for entry in prepared]


def inspect(upload: File) -> tuple[str, str]:
    """The safe name and the content type of an upload. Raises Invalid when it is not allowed."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > settings.FLOWTIC_MAX_UPLOAD:
        limit = settings.FLOWTIC_MAX_UPLOAD // (1024 * 1024)
        raise Invalid(fields={"files": _("%(name)s is larger than %(limit)s MB.") % {"name": name, "limit": limit}})
    endings = {ending.lower() for ending in PurePath(name).suffixes} | {PurePath(name.lower()).name}
    if endings & REFUSED:
        raise Invalid(fields={"files": _("Files such as %(name)s are not accepted.") % {"name": name}})
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    head = head.encode() if isinstance(head, str) else head
    kind = filetype.guess(head)
    if kind is not None:
        return name, kind.mime
    ending = PurePath(name).suffix.lower()
    return name, TEXT_TYPES.get(ending, GENERIC) if b"\0" not in head else GENERIC


def clean_name(name: str) -> str:
    """A display name without path, control and invisible characters, at most 255 long."""
    name = INVISIBLE.sub("", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(char if char.isprintable() else "_" for char in name).strip(" .") or "file"
    path = PurePath(name)
    return f"{path.stem[: 255 - len(path.suffix[:20])]}{path.suffix[:20]}"


def _keep(
    actor: Actor, ticket: Ticket, comment: Comment | None, internal: bool, upload: File, name: str, content_type: str
) -> Attachment:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk if isinstance(chunk, bytes) else chunk.encode())
    upload.seek(0)
    row = Attachment(
        ticket=ticket,
        comment=comment,
        key=secrets.token_hex(16),
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=digest.hexdigest(),
        is_internal=internal,
        uploaded_by=actor.user,
        created_at=clock.now(),
    )
    default_storage.save(row.path, upload)
    row.save(force_insert=True)
    return row
