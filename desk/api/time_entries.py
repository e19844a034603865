"""`/tickets/{number}/time`: time spent, for those who work the ticket."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field, StringConstraints

from desk.api.answers import PersonRef
from desk.api.finding import ticket_named
from desk.api.present import Plain, person_ref
from desk.commands.time_entries import add_time, change_time, remove_time
from desk.models import Ticket, TimeEntry
from desk.models.time_entry import LONGEST, MAX_NOTE
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, id_in_path, listing, once, reads, stamp, writes
from flowtic.core.api_shapes import WHOLE, In, Out
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.paging import Sort
from flowtic.core.plain_text import LINE
from flowtic.core.policy import require

router = Router(tags=["Time spent"])
BY_DAY = Sort("-day", ("-day", "-id"))
Minutes = Annotated[int, Field(ge=1, le=LONGEST), WHOLE]
Note = Annotated[str, StringConstraints(pattern=LINE, max_length=MAX_NOTE)]
Day = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$")]


class TimeIn(In):
    minutes: Minutes
    note: Note = ""
    day: Day | None = Field(None, description="When it was; today without it. Not in the future.")


class TimePatch(In):
    minutes: Minutes | None = None
    note: Note | None = None
    day: Day | None = None


class TimeOut(Out):
    id: int
    ticket: str
    person: PersonRef
    minutes: int
    note: str
    day: str
    created_at: datetime


class TimePage(Out):
    results: list[TimeOut]
    next: str | None
    count: str | None = None


@router.get("/tickets/{number}/time", summary="Time spent", **reads("tickets:read", TimePage, 404, query=PAGE))
def list_time(request: HttpRequest, number: str) -> HttpResponse:
    """The newest day first."""
    actor = actor_of(request)
    ticket = _ticket(actor, number)
    rows = TimeEntry.objects.filter(ticket=ticket).select_related("person")
    return listing(request, rows, BY_DAY, lambda found: [_plain(actor, ticket, row) for row in found])


@router.post("/tickets/{number}/time", summary="Note time", **writes("tickets:write", {201: TimeOut}, 404, 409))
def post_time(request: HttpRequest, number: str, body: TimeIn) -> HttpResponse:
    """Your own time."""
    actor = actor_of(request)
    ticket = _ticket(actor, number)
    require(actor, "ticket.note_time", ticket)

    def effect() -> Answer:
        with past_days():
            row = add_time(actor, ticket, minutes=body.minutes, note=body.note, day=_day(body.day))
        where = f"/api/v1/tickets/{ticket.number}/time/{row.pk}"
        return Answer(201, _plain(actor, ticket, row), {"Location": where})

    return once(request, effect)


@router.patch(
    "/tickets/{number}/time/{id}", summary="Correct time", **writes("tickets:write", {200: TimeOut}, 404, 409)
)
def patch_time(request: HttpRequest, number: str, id: str, body: TimePatch) -> HttpResponse:  # noqa: A002  (in the address)
    """Your own; support and admins anybody's."""
    actor = actor_of(request)
    ticket = _ticket(actor, number)
    entry = _entry(ticket, id)
    with past_days():
        row = change_time(actor, entry, minutes=body.minutes, note=body.note, day=_day(body.day))
    return answer(_plain(actor, ticket, row))


@router.delete(
    "/tickets/{number}/time/{id}", summary="Remove time", **writes("tickets:write", {204: None}, 404, 409, media=())
)
def delete_time(request: HttpRequest, number: str, id: str) -> HttpResponse:  # noqa: A002
    """Your own; support and admins anybody's."""
    actor = actor_of(request)
    remove_time(actor, _entry(_ticket(actor, number), id))
    return answer(None, 204)


def _ticket(actor: Actor, number: str) -> Ticket:
    ticket = ticket_named(actor, number)
    require(actor, "ticket.view_internal", ticket)
    return ticket


def _entry(ticket: Ticket, pk: str) -> TimeEntry:
    row = TimeEntry.objects.select_related("ticket", "person").filter(ticket=ticket, pk=id_in_path(pk)).first()
    if row is None:
        raise NotFound(_("This entry does not exist."))
    return row


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Conflict(_("This date does not exist."), fields={"day": text or ""}) from None


@contextmanager
def past_days() -> Iterator[None]:
    """A day in the future is well formed; it is at odds with the clock."""
    try:
        yield
    except Invalid as error:
        error.status = 409
        raise


def _plain(actor: Actor, ticket: Ticket, row: TimeEntry) -> Plain:
    return {
        "id": row.pk,
        "ticket": ticket.number,
        "person": person_ref(actor, row.person),
        "minutes": row.minutes,
        "note": row.note,
        "day": row.day.isoformat(),
        "created_at": stamp(row.created_at),
    }
