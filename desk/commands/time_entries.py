"""Time spent on a ticket: who, when, how long, on what. Figures of the house; the requester sees none of it."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from desk import events
from desk.commands.creation import clean_line
from desk.models import Ticket, TimeEntry
from desk.models.time_entry import LONGEST, MAX_NOTE
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.journal import Step, journal, step
from flowtic.core.policy import require
from flowtic.core.undo import CannotUndo

State = dict[str, Any]


class EntryGone(Conflict):
    """Somebody removed it meanwhile."""

    code = "entry_gone"


@command
def add_time(actor: Actor, ticket: Ticket, *, minutes: int, note: str = "", day: date | None = None) -> TimeEntry:
    """Notes the actor's own time; `day`: when it was, today without one."""
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.note_time", ticket)
    row = TimeEntry(ticket=ticket, person=actor.user, department_id=ticket.department_id, created_at=clock.now())
    _fill(row, minutes=minutes, note=note, day=day or _today())
    row.save(force_insert=True)
    _tell(actor, events.TIME_ADDED, row, None, state_of(row))
    return row


@command
def change_time(
    actor: Actor, entry: TimeEntry, *, minutes: int | None = None, note: str | None = None, day: date | None = None
) -> TimeEntry:
    """Corrects what is given; the rest stays."""
    row = _locked(actor, entry)
    before = state_of(row)
    _fill(
        row,
        minutes=row.minutes if minutes is None else minutes,
        note=row.note if note is None else note,
        day=day or row.day,
    )
    if state_of(row) == before:
        return row
    row.save()
    _tell(actor, events.TIME_CHANGED, row, before, state_of(row))
    return row


@command
def remove_time(actor: Actor, entry: TimeEntry) -> None:
    """As if it had never been noted; the history tells."""
    row = _locked(actor, entry)
    _tell(actor, events.TIME_REMOVED, row, state_of(row), None)
    row.delete()


@command
def take_time_back(actor: Actor, ticket: Ticket, *, entry: int, before: State | None, after: State | None) -> None:
    """As it was before; called by undo. Raises CannotUndo when somebody changed the entry since."""
    row = TimeEntry.objects.filter(ticket=ticket, pk=entry).first()
    if (state_of(row) if row else None) != after:
        raise CannotUndo(_("Somebody changed the time spent on %(number)s since.") % {"number": ticket.number})
    if before is None:
        remove_time(actor, row or TimeEntry(pk=entry))
        return
    values = {"minutes": before["minutes"], "note": before["note"], "day": date.fromisoformat(before["day"])}
    if row is not None:
        change_time(actor, row, **values)
        return
    row = TimeEntry(pk=entry, ticket=ticket, department_id=before["department"], created_at=clock.now())
    row.person = User.objects.get(pk=before["person"])
    require(actor, "time_entry.edit", row)
    _fill(row, **values)
    row.save(force_insert=True)
    _tell(actor, events.TIME_ADDED, row, None, state_of(row))


def state_of(row: TimeEntry) -> State:
    """As undo brings it back."""
    found = {"minutes": row.minutes, "note": row.note, "day": row.day.isoformat()}
    return {**found, "person": row.person_id, "department": row.department_id}


def _fill(row: TimeEntry, *, minutes: int, note: str, day: date) -> None:
    note = clean_line(note)
    wrong = {}
    if not 1 <= minutes <= LONGEST:
        wrong["minutes"] = _("Please give between one minute and 24 hours.")
    if len(note) > MAX_NOTE:
        wrong["note"] = _("Please write at most %(n)d characters.") % {"n": MAX_NOTE}
    if day > _today() or day.year < 2000:
        wrong["day"] = _("Please give a day that is not in the future.")
    if wrong:
        raise Invalid(fields=wrong)
    row.minutes, row.note, row.day = minutes, note, day


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _locked(actor: Actor, entry: TimeEntry) -> TimeEntry:
    Ticket.objects.lock(entry.ticket_id)
    row = TimeEntry.objects.select_related("ticket").filter(pk=entry.pk).first()
    if row is None:
        raise EntryGone(_("This entry was removed meanwhile."))
    require(actor, "time_entry.edit", row)
    return row


def _tell(actor: Actor, event: str, row: TimeEntry, before: State | None, after: State | None) -> None:
    undo = journal(actor, event, _step(row, before, after))
    changes = [change("minutes", before["minutes"] if before else None, after["minutes"] if after else None)]
    old, new = (before or {}).get("note"), (after or {}).get("note")
    if before and after and old != new:
        changes.append(change("note", old or None, new or None))
    data = {"entry": row.pk, "person": row.person_id, "day": row.day.isoformat()}
    record(actor, event, row.ticket, ticket_id=row.ticket_id, changes=changes, data=data, operation_id=undo.pk)


def _step(row: TimeEntry, before: State | None, after: State | None) -> Step:
    return step("time_entry", row.ticket_id, entry=row.pk, before=before, after=after)
