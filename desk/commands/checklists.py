"""The checklist of a ticket: lines that are ticked off, and the lists that are put on tickets as a whole."""

from typing import Any

from django.db.models import Max
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from desk import events
from desk.commands.creation import clean_line
from desk.models import ChecklistItem, ChecklistTemplate, Ticket
from desk.models.checklist import MAX_ITEMS, MAX_TEXT
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.bulk import update_rows
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.events import change, record
from flowtic.core.journal import Step, journal, step
from flowtic.core.policy import require
from flowtic.core.undo import CannotUndo

State = dict[str, Any]


class ItemGone(Conflict):
    """Somebody else took the line off meanwhile."""

    code = "item_gone"


@command
def add_item(actor: Actor, ticket: Ticket, *, text: str) -> ChecklistItem:
    """A new line at the end."""
    ticket = _locked(actor, ticket)
    text = clean_item(text)
    _room(ticket, 1)
    return _put(actor, ticket, events.CHECKLIST_ADDED, [text])[0]


@command
def use_checklist(actor: Actor, ticket: Ticket, *, template: ChecklistTemplate) -> list[ChecklistItem]:
    """All lines of a template at the end; those that the ticket has already are left out."""
    ticket = _locked(actor, ticket)
    there = set(ChecklistItem.objects.filter(ticket=ticket).values_list("text", flat=True))
    texts = [text for text in dict.fromkeys(template.items) if text not in there]
    _room(ticket, len(texts))
    return _put(actor, ticket, events.CHECKLIST_USED, texts, template) if texts else []


@command
def change_item(actor: Actor, ticket: Ticket, *, item: int, text: str) -> ChecklistItem:
    """Another wording."""
    ticket = _locked(actor, ticket)
    row, text = _row(ticket, item), clean_item(text)
    if row.text == text:
        return row
    before, row.text = state_of(row), text
    row.save(update_fields=["text"])
    _tell(actor, events.CHECKLIST_CHANGED, row, before, state_of(row))
    return row


@command
def tick_item(actor: Actor, ticket: Ticket, *, item: int, done: bool) -> ChecklistItem:
    """Done, by whom and when, or open again."""
    ticket = _locked(actor, ticket)
    row = _row(ticket, item)
    if row.is_done == done:
        return row
    before = state_of(row)
    row.done_at, row.done_by = (clock.now(), actor.user) if done else (None, None)
    row.save(update_fields=["done_at", "done_by"])
    event = events.CHECKLIST_TICKED if done else events.CHECKLIST_OPENED
    _tell(actor, event, row, before, state_of(row))
    return row


@command
def move_item(actor: Actor, ticket: Ticket, *, item: int, place: int) -> ChecklistItem:
    """To that place, counted from 0; beyond the end means last."""
    ticket = _locked(actor, ticket)
    row = _row(ticket, item)
    rows = list(ChecklistItem.objects.filter(ticket=ticket))
    order = [other.pk for other in rows]
    place, old = max(0, min(place, len(rows) - 1)), order.index(row.pk)
    if place == old:
        return row
    order.insert(place, order.pop(old))
    for other in rows:
        other.position = order.index(other.pk)
    update_rows(rows, ["position"])
    row = rows[old]
    _tell(actor, events.CHECKLIST_MOVED, row, {"place": old}, {"place": place})
    return row


@command
def remove_item(actor: Actor, ticket: Ticket, *, item: int) -> None:
    """Takes the line off."""
    ticket = _locked(actor, ticket)
    row = _row(ticket, item)
    _tell(actor, events.CHECKLIST_REMOVED, row, state_of(row), None)
    row.delete()


@command
def take_item_back(actor: Actor, ticket: Ticket, *, item: int, before: State | None, after: State | None) -> None:
    """As it was before; called by undo. Raises CannotUndo when somebody changed the line since."""
    ticket = _locked(actor, ticket)
    row = ChecklistItem.objects.filter(ticket=ticket, pk=item).first()
    if after is not None and "place" in after and before is not None:
        if row is not None:
            move_item(actor, ticket, item=item, place=before["place"])
        return
    if (state_of(row) if row else None) != after:
        raise CannotUndo(_("Somebody changed the checklist of %(number)s since.") % {"number": ticket.number})
    if before is None:
        remove_item(actor, ticket, item=item)
    elif row is None:
        _restore(actor, ticket, item, before)
    else:
        _set(row, before)
        row.save()
        reworded = after is not None and before["text"] != after["text"]
        turned = events.CHECKLIST_TICKED if row.is_done else events.CHECKLIST_OPENED
        _tell(actor, events.CHECKLIST_CHANGED if reworded else turned, row, after, before)


def clean_item(text: str) -> str:
    """One visible line. Raises Invalid."""
    text = clean_line(text)
    if not text:
        raise Invalid(fields={"text": _("Please write what is to be done.")})
    if len(text) > MAX_TEXT:
        raise Invalid(fields={"text": _("A line may have up to %(n)d characters.") % {"n": MAX_TEXT}})
    return text


def state_of(row: ChecklistItem) -> State:
    """What undo brings back, as plain values. The place is not part of it: it moves with the others."""
    done_at = row.done_at.isoformat() if row.done_at else None
    return {"text": row.text, "done_at": done_at, "done_by": row.done_by_id}


def _set(row: ChecklistItem, state: State) -> None:
    row.text, row.done_by_id = state["text"], state["done_by"]
    row.done_at = parse_datetime(state["done_at"]) if state["done_at"] else None


def _restore(actor: Actor, ticket: Ticket, pk: int, before: State) -> None:
    row = ChecklistItem(pk=pk, ticket=ticket, position=before.get("position", _end(ticket)), created_at=clock.now())
    _set(row, before)
    row.save(force_insert=True)
    _tell(actor, events.CHECKLIST_ADDED, row, None, state_of(row))


def _locked(actor: Actor, ticket: Ticket) -> Ticket:
    ticket = Ticket.objects.lock(ticket.pk)
    require(actor, "ticket.edit", ticket)
    if ticket.merged_into_id:
        raise Conflict(_("This ticket was merged; work on the other one."))
    return ticket


def _row(ticket: Ticket, pk: int) -> ChecklistItem:
    row = ChecklistItem.objects.filter(ticket=ticket, pk=pk).first()
    if row is None:
        raise ItemGone(_("This line is no longer on the checklist."))
    return row


def _room(ticket: Ticket, number: int) -> None:
    if ChecklistItem.objects.filter(ticket=ticket).count() + number > MAX_ITEMS:
        raise Conflict(_("A checklist may have up to %(n)d lines.") % {"n": MAX_ITEMS})


def _end(ticket: Ticket) -> int:
    last: int | None = ChecklistItem.objects.filter(ticket=ticket).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _put(
    actor: Actor, ticket: Ticket, event: str, texts: list[str], template: ChecklistTemplate | None = None
) -> list[ChecklistItem]:
    """New lines at the end, with one fact for all of them."""
    start, now = _end(ticket), clock.now()
    found = []
    for place, text in enumerate(texts):
        found.append(ChecklistItem.objects.create(ticket=ticket, text=text, position=start + place, created_at=now))
    undo = journal(actor, event, *(_step(row, None, state_of(row)) for row in found))
    if template is None:
        changes = [change("checklist", None, texts[0])]
        data: State = {"item": found[0].pk}
    else:
        changes, data = [], {"subject": template.name_en, "template": template.pk, "items": len(found)}
    record(actor, event, ticket, ticket_id=ticket.pk, changes=changes, data=data, operation_id=undo.pk)
    return found


def _tell(actor: Actor, event: str, row: ChecklistItem, before: State | None, after: State | None) -> None:
    """The fact of one line, with its way back."""
    undo = journal(actor, event, _step(row, before, after))
    old = before.get("text") if before and event in (events.CHECKLIST_CHANGED, events.CHECKLIST_REMOVED) else None
    new = None if after is None else row.text
    record(
        actor, event, row.ticket, ticket_id=row.ticket_id, changes=[change("checklist", old, new)],
        data={"item": row.pk}, operation_id=undo.pk,
    )  # fmt: skip


def _step(row: ChecklistItem, before: State | None, after: State | None) -> Step:
    if after is None and before is not None:
        before = {**before, "position": row.position}
    return step("checklist_item", row.ticket_id, item=row.pk, before=before, after=after)
