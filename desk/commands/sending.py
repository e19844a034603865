"""Messages that wait before they are written: for seconds, so that one can think better of it, or for a chosen time."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from desk import events
from desk.commands.composing import draft_in_use, drop_composer_draft
from desk.commands.conversation import add_comment, check_seen, clean_body
from desk.commands.status import check_transition
from desk.models import Comment, ComposerDraft, ScheduledSend, Status, Ticket, WaitingFile
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Busy, CommandError, Conflict, Forbidden, Invalid
from flowtic.core.events import record
from flowtic.core.models import Job
from flowtic.core.policy import require
from flowtic.core.request_context import current_request_id, new_request_id
from flowtic.core.uploads import MAX_FILES, inspect

KIND = "desk.send_message"
MACHINE = Actor.system("sending")
FARTHEST = timedelta(days=365)
NOTE = ComposerDraft.Kind.NOTE


@command
def schedule_message(
    actor: Actor,
    ticket: Ticket,
    *,
    kind: str,
    body: str,
    due_at: datetime,
    held: bool,
    files: Sequence[File] = (),
    status: Status | None = None,
    seen: int | None = None,
    despite: int = 0,
    draft: int | None = None,
) -> ScheduledSend:
    """Keeps a message until `due_at`; everything is checked as if it were written now, and again when it is.

    `held`: it goes out in seconds unless it is taken back. `seen`, `despite`: as for `add_comment`. `draft`: where it
    was written; the draft goes.
    """
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.note" if kind == NOTE else "ticket.reply", ticket)
    require(actor, "ticket.view_internal", ticket)
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; work on the other one."))
    check_seen(actor, ticket, seen, despite)
    now, body = clock.now(), clean_body(body)
    if not held and not now < due_at < now + FARTHEST:
        raise Invalid(_("Choose a time within the next year."), fields={"at": _("Choose a time within the next year.")})
    if status is not None and status.pk != ticket.status_id:
        check_transition(actor, ticket, status)
    row = ScheduledSend.objects.create(
        ticket=ticket,
        person=actor.user,
        kind=kind,
        body=body,
        status=status,
        due_at=due_at,
        held=held,
        despite=despite,
        created_at=now,
    )
    _keep(row, files, waiting_files(actor, ticket, kind, draft))
    drop_composer_draft(actor, ticket, kind=kind, draft_id=draft)
    if not held:
        record(actor, events.SEND_PLANNED, ticket, ticket_id=ticket.pk, data={"send": row.pk, "due": _iso(due_at)})
    jobs.enqueue(actor, KIND, {"send": row.pk}, queue="default", at=due_at)
    return row


@command
def take_back(actor: Actor, planned: ScheduledSend) -> ComposerDraft:
    """Nothing is sent; text and files are the author's draft again, behind what was begun since."""
    ticket = Ticket.objects.lock(planned.ticket_id)
    row = _locked(planned)
    _require_own(actor, row)
    now = clock.now()
    fields = {"body": row.body, "updated_at": now, "changed_by": actor.user}
    drafts = ComposerDraft.objects.select_for_update()
    draft, made = drafts.get_or_create(person=actor.user, ticket=ticket, kind=row.kind, defaults=fields)
    if not made:
        draft.body = "\n\n".join(filter(None, (row.body, draft.body.strip())))
        draft.updated_at, draft.revision, draft.changed_by = now, draft.revision + 1, actor.user
        draft.save(update_fields=["body", "updated_at", "revision", "changed_by"])
    row.files.update(draft=draft, send=None)
    if not row.held:
        record(actor, events.SEND_CANCELLED, ticket, ticket_id=ticket.pk, data={"send": row.pk})
    row.delete()
    return draft


@command
def send_at_once(actor: Actor, planned: ScheduledSend) -> ScheduledSend:
    """Its time is now; `deliver` writes it."""
    row = _locked(planned)
    _require_own(actor, row)
    row.due_at, row.failed = clock.now(), ""
    row.save(update_fields=["due_at", "failed"])
    return row


def deliver(pk: int) -> Comment | None:
    """Writes the message if it is due and still there, in the name of its author; safe to call as often as one likes.

    A refusal (rights, status) stays with the message for its author; a busy database is tried again by the worker.
    """
    planned = ScheduledSend.objects.filter(pk=pk).first()
    if planned is None:
        return None
    token = current_request_id.set(current_request_id.get() or new_request_id())
    try:
        return write_planned(MACHINE, planned)
    except Busy:
        raise
    except CommandError as error:
        _fail(MACHINE, planned, reason=error.message)
        return None
    finally:
        current_request_id.reset(token)


@jobs.job(KIND)
def send_due(job: Job) -> None:
    """When its time has come. Moved to a later time there is another job."""
    deliver(int(job.payload["send"]))


@command
def write_planned(actor: Actor, planned: ScheduledSend) -> Comment | None:
    """The message as a reply or note of its author, whose rights are asked now; None when it is not due or gone.

    `actor`: the machine when the time has come, or the author. Raises what `add_comment` refuses with.
    """
    row = ScheduledSend.objects.select_for_update().filter(pk=planned.pk).first()
    if row is not None and not actor.is_system:
        _require_own(actor, row)
    if row is None or row.failed or row.due_at > clock.now():
        return None
    files = [File(default_storage.open(item.path), name=item.name) for item in row.files.all()]
    try:
        comment = add_comment(
            Actor(row.person, "web"),
            row.ticket,
            body=row.body,
            internal=row.kind == NOTE,
            files=files,
            status=row.status,
            despite=row.despite,
        )
    finally:
        for file in files:
            file.close()
    row.delete()
    return comment


@command
def _fail(actor: Actor, planned: ScheduledSend, *, reason: str) -> None:
    """Keeps the message for its author with the reason why it was not sent."""
    row = ScheduledSend.objects.select_for_update().filter(pk=planned.pk, failed="").first()
    if row is None:
        return
    row.failed = reason[:255] or _("It could not be sent.")
    row.save(update_fields=["failed"])
    record(
        Actor(row.person, "web", machine=actor.machine),
        events.SEND_FAILED,
        row.ticket,
        ticket_id=row.ticket_id,
        data={"send": row.pk},
    )


def _locked(planned: ScheduledSend) -> ScheduledSend:
    row = ScheduledSend.objects.select_for_update().filter(pk=planned.pk).first()
    if row is None:
        raise Conflict(_("This message was sent already."))
    return row


def _require_own(actor: Actor, row: ScheduledSend) -> None:
    if actor.user is None or row.person_id != actor.user.pk:
        raise Forbidden(_("Only who wrote the message may do this."))


def waiting_files(actor: Actor, ticket: Ticket, kind: str, draft_id: int | None) -> list[WaitingFile]:
    """Files that came back with a message taken back, and wait in the draft that is written from."""
    draft = draft_in_use(actor, ticket, kind, draft_id)
    return list(draft.files.all()) if draft else []


def _keep(row: ScheduledSend, files: Sequence[File], waiting: Sequence[WaitingFile]) -> None:
    if len(files) + len(waiting) > MAX_FILES:
        raise Invalid(fields={"files": _("Up to 10 files at a time.")})
    WaitingFile.objects.filter(pk__in=[item.pk for item in waiting]).update(send=row, draft=None)
    for upload, name in [(upload, inspect(upload)[0]) for upload in files]:
        item = WaitingFile(send=row, key=secrets.token_hex(16), name=name, size=upload.size or 0)
        item.created_at = row.created_at
        default_storage.save(item.path, upload)
        item.save(force_insert=True)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
