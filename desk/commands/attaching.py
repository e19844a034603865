"""Files of tickets and comments."""

import secrets
from collections.abc import Sequence

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
from flowtic.core.uploads import MAX_FILES, digest_of, inspect


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


def _keep(
    actor: Actor, ticket: Ticket, comment: Comment | None, internal: bool, upload: File, name: str, content_type: str
) -> Attachment:
    row = Attachment(
        ticket=ticket,
        comment=comment,
        key=secrets.token_hex(16),
        name=name,
        content_type=content_type,
        size=upload.size or 0,
        sha256=digest_of(upload),
        is_internal=internal,
        uploaded_by=actor.user,
        created_at=clock.now(),
    )
    default_storage.save(row.path, upload)
    row.save(force_insert=True)
    return row
