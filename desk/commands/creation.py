"""How a ticket comes into being, through every door the same way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from accounts.models import Department, User
from desk import custom_fields, events, search
from desk.commands import promises
from desk.commands.answers import keep_answers, wishes
from desk.commands.attaching import keep_files
from desk.commands.tagging import clean_tags, tags_named
from desk.models import NO_DUE_DATE, FormVersion, Participant, Priority, RequestType, Status, Ticket
from desk.seeds import INITIAL
from flowtic.core import clock, counters
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Invalid
from flowtic.core.events import record
from flowtic.core.plain_text import one_line
from flowtic.core.policy import allows, require
from flowtic.core.prepared import Prepared

MAX_SUBJECT = 255
REQUESTER = Participant.Reason.REQUESTER
MAX_TEXT = 1_000_000
SOURCES = {
    "web": "web",
    "admin": "web",
    "api": "api",
    "mcp": "api",
    "email": "email",
    "system": "workflow",
    "cli": "import",
}


@command
def create_ticket(
    actor: Actor,
    *,
    subject: str,
    description: str,
    requester: User | None = None,
    department: Department | None = None,
    priority: Priority | None = None,
    kind: str = Ticket.Kind.REQUEST,
    request_type: RequestType | None = None,
    fields: dict[str, Any] | None = None,
    form_version: FormVersion | None = None,
    insider: bool | None = None,
    tags: Sequence[str] = (),
    due_at: datetime | None = None,
    files: Sequence[File] = (),
    source: str = "",
) -> Ticket:
    """A new ticket in the initial status; requester None means the actor.

    Who only has the role user creates for themselves and leaves priority, tags and due date to the desk. `fields`
    answers the request type's form (`form_version`: not the live one; `insider`: whether internal fields are asked).
    """
    require(actor, "ticket.create")
    requester = requester or actor.user
    if requester is None:
        raise Invalid(fields={"requester": _("A ticket needs a requester.")})
    if not allows(actor, "ticket.create_for_others"):
        _refuse_desk_fields(actor, requester, {"priority": priority, "tags": tags, "due_at": due_at})
    answers = custom_fields.validate(request_type, fields or {}, actor=actor, version=form_version, insider=insider)
    wish = wishes(request_type, form_version, answers, language=requester.language)
    subject, description = clean_texts(subject or wish.subject, description or wish.description)
    department, due_at = department or wish.department, due_at or wish.due_at
    names = clean_tags(tags)
    ticket = Ticket(
        subject=subject,
        description=description,
        requester=requester,
        reporter=actor.user if actor.user and actor.user.pk != requester.pk else None,
        department=department_for(department, request_type),
        priority=priority or wish.priority or Priority.objects.get(key="normal"),
        kind=kind,
        request_type=request_type,
        form_version_id=form_version.pk if form_version else request_type.live_version_id if request_type else None,
        fields={},
        source=source or SOURCES[actor.via],
        language=requester.language,
        due_at=due_at,
    )
    uploads = custom_fields.uploads_in(answers)
    ticket.fields = {key: value for key, value in answers.items() if key not in uploads}
    _start(ticket)
    if names:
        ticket.tags.set(tags_named(names))
    kept = _keep(actor, ticket, uploads, files)
    if due := promises.start(ticket):
        ticket.save(update_fields=due)
    search.index_new_ticket(ticket)
    record(actor, events.CREATED, ticket, ticket_id=ticket.pk, data={"number": ticket.number, "files": kept})
    return ticket


def _keep(actor: Actor, ticket: Ticket, uploads: dict[str, Any], files: Sequence[File]) -> list[str]:
    """Stores answers and files of a new ticket; the names of the files."""
    attachments = keep_answers(actor, ticket, uploads) if uploads else []
    if ticket.fields:
        custom_fields.write_rows(ticket)
    attachments += keep_files(actor, ticket, files) if files else []
    return [item.name for item in attachments]


_initial_status = Prepared(lambda: Status.objects.filter(key=INITIAL).order_by())


def _start(ticket: Ticket) -> None:
    """Number, initial status and times of a checked ticket; the number's row is locked as late as possible."""
    now = clock.now()
    (ticket.status,) = _initial_status.rows()
    ticket.sort_due_at, ticket.due_fixed = ticket.due_at or NO_DUE_DATE, ticket.due_at is not None
    ticket.created_at = ticket.updated_at = now
    ticket.number = next_number(now)
    ticket.save(force_insert=True)
    Participant.objects.create(
        ticket=ticket, person=ticket.requester, level=Participant.Level.PUBLIC, reason=REQUESTER, created_at=now
    )


def _refuse_desk_fields(actor: Actor, requester: User, given: dict[str, Any]) -> None:
    if requester.pk != actor.user.pk:
        raise Invalid(fields={"requester": _("You can create tickets only for yourself.")})
    refused = [name for name, value in given.items() if value]
    if refused:
        raise Invalid(fields={name: _("This field is set by the desk.") for name in refused})


def next_number(now: datetime) -> str:
    """`FT-2026-000123`: unique for ever, gaps allowed."""
    return f"{settings.FLOWTIC_NUMBER_PREFIX}-{now.year}-{counters.take('ticket'):06d}"


def department_for(department: Department | None, request_type: RequestType | None) -> Department:
    """The one named, else the request type's unless it was retired meanwhile, else the default."""
    usual = request_type.department if request_type else None
    chosen = department or (usual if usual and usual.active else None)
    chosen = chosen or Department.objects.filter(is_default=True).first() or Department.objects.active().first()
    if chosen is None or not chosen.active:
        raise Invalid(fields={"department": _("This department takes no tickets.")})
    return chosen


def clean_texts(subject: str, description: str) -> tuple[str, str]:
    """One-line subject and description. Raises Invalid naming what is missing or too long."""
    subject = clean_line(subject)
    description = description.replace("\0", "").strip()
    wrong: dict[str, str] = {}
    if not subject:
        wrong["subject"] = _("Please enter a subject.")
    elif len(subject) > MAX_SUBJECT:
        wrong["subject"] = _("The subject may have up to 255 characters.")
    if not description:
        wrong["description"] = _("Please describe what it is about.")
    elif len(description) > MAX_TEXT:
        wrong["description"] = _("The text is too long.")
    if wrong:
        raise Invalid(_("Please check the marked fields."), fields=wrong)
    return subject, description


def clean_line(text: str) -> str:
    """Without line breaks and control characters: subjects travel into mail headers."""
    return one_line(text)
