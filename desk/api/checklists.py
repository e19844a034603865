"""`/tickets/{number}/checklist` and `/checklists`: what is to be done on a ticket, for those who work it."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field, StringConstraints

from desk.api.answers import PersonRef
from desk.api.bodies import Id
from desk.api.finding import NotAvailable, ticket_named
from desk.api.present import Plain, person_ref
from desk.commands.checklists import add_item, change_item, move_item, remove_item, tick_item, use_checklist
from desk.models import ChecklistItem, ChecklistTemplate, Ticket
from desk.models.checklist import MAX_ITEMS, MAX_TEXT
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, id_in_path, once, reads, stamp, writes
from flowtic.core.api_shapes import WHOLE, In, Out
from flowtic.core.errors import Conflict, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.plain_text import VISIBLE_LINE
from flowtic.core.policy import require

router = Router(tags=["Checklists"])
Words = Annotated[str, StringConstraints(pattern=VISIBLE_LINE, min_length=1, max_length=MAX_TEXT)]


class ItemIn(In):
    text: Words | None = None
    template: Id | None = Field(None, description="Instead of a text: all lines of this checklist (`/checklists`).")


class ItemPatch(In):
    text: Words | None = None
    done: bool | None = None
    position: Annotated[int, Field(ge=0, le=MAX_ITEMS), WHOLE] | None = Field(None, description="Counted from 0.")


class ItemOut(Out):
    id: int
    text: str
    done: bool
    done_by: PersonRef | None = Field(description="null when the machine did it.")
    done_at: datetime | None


class ItemList(Out):
    results: list[ItemOut]
    next: str | None
    done: int
    total: int


class ChecklistOut(Out):
    id: int
    name: str
    department: str | None
    request_type: str | None
    items: list[str]


class ChecklistList(Out):
    results: list[ChecklistOut]
    next: str | None


@router.get("/checklists", summary="Checklists on offer", **reads("tickets:read", ChecklistList))
def list_checklists(request: HttpRequest) -> HttpResponse:
    """What can be put on tickets as a whole; for those who work tickets."""
    rows = ChecklistTemplate.objects.visible_to(actor_of(request)).filter(active=True)
    found = [
        {
            "id": row.pk,
            "name": row.name,
            "department": row.department.key if row.department else None,
            "request_type": row.request_type.key if row.request_type else None,
            "items": row.items,
        }
        for row in rows.select_related("department", "request_type")
    ]
    return answer({"results": found, "next": None})


@router.get("/tickets/{number}/checklist", summary="The checklist", **reads("tickets:read", ItemList, 404))
def list_items(request: HttpRequest, number: str) -> HttpResponse:
    """In its order, with how much of it is done."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.view_internal", ticket)
    return answer(_whole(actor, ticket))


@router.post(
    "/tickets/{number}/checklist", summary="Add to the checklist", **writes("tickets:write", {201: ItemList}, 404, 409)
)
def post_item(request: HttpRequest, number: str, body: ItemIn) -> HttpResponse:
    """One line with its `text`, or all lines of a `template`; answers the whole list."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.edit", ticket)
    if (body.text is None) == (body.template is None):
        raise Conflict(_("Please give either a text or a template."), fields={"text": _("one of the two")})

    def effect() -> Answer:
        if body.text is not None:
            add_item(actor, ticket, text=body.text)
        else:
            use_checklist(actor, ticket, template=_template(actor, body.template or 0))
        return Answer(201, _whole(actor, ticket), {"Location": f"/api/v1/tickets/{ticket.number}/checklist"})

    return once(request, effect)


@router.patch(
    "/tickets/{number}/checklist/{id}",
    summary="Tick off, reword or move a line",
    **writes("tickets:write", {200: ItemOut}, 404, 409),
)
def patch_item(request: HttpRequest, number: str, id: str, body: ItemPatch) -> HttpResponse:  # noqa: A002  (in the address)
    """What is not given stays."""
    actor = actor_of(request)
    ticket, row = _item(actor, number, id)
    require(actor, "ticket.edit", ticket)
    if body.text is not None:
        change_item(actor, ticket, item=row.pk, text=body.text)
    if body.done is not None:
        tick_item(actor, ticket, item=row.pk, done=body.done)
    if body.position is not None:
        move_item(actor, ticket, item=row.pk, place=body.position)
    return answer(_plain(actor, ChecklistItem.objects.select_related("done_by").get(pk=row.pk)))


@router.delete(
    "/tickets/{number}/checklist/{id}",
    summary="Take a line off",
    **writes("tickets:write", {204: None}, 404, 409, media=()),
)
def delete_item(request: HttpRequest, number: str, id: str) -> HttpResponse:  # noqa: A002
    """The history keeps that it was there."""
    actor = actor_of(request)
    ticket, row = _item(actor, number, id)
    remove_item(actor, ticket, item=row.pk)
    return answer(None, 204)


def _item(actor: Actor, number: str, pk: str) -> tuple[Ticket, ChecklistItem]:
    ticket = ticket_named(actor, number)
    require(actor, "ticket.view_internal", ticket)
    row = ChecklistItem.objects.filter(ticket=ticket, pk=id_in_path(pk)).first()
    if row is None:
        raise NotFound(_("This line does not exist."))
    return ticket, row


def _template(actor: Actor, pk: int) -> ChecklistTemplate:
    found = ChecklistTemplate.objects.visible_to(actor).filter(pk=pk, active=True).first()
    if found is None:
        raise NotAvailable(_("There is no such checklist for you."), fields={"template": _("does not exist for you")})
    return found


def _whole(actor: Actor, ticket: Ticket) -> Plain:
    rows = list(ChecklistItem.objects.filter(ticket=ticket).select_related("done_by"))
    done = sum(row.is_done for row in rows)
    return {"results": [_plain(actor, row) for row in rows], "next": None, "done": done, "total": len(rows)}


def _plain(actor: Actor, row: ChecklistItem) -> Plain:
    by = person_ref(actor, row.done_by)
    return {"id": row.pk, "text": row.text, "done": row.is_done, "done_by": by, "done_at": stamp(row.done_at)}
