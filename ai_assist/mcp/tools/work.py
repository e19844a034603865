"""Steps of workflows that wait for people."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field

from ai_assist.mcp.plans import planned
from ai_assist.mcp.tools.tickets import Confirmation
from ai_assist.mcp.untrusted import from_outside
from flowtic.core.actor import Actor
from flowtic.core.errors import Forbidden
from flowtic.core.policy import require
from workflows.api.finding import work_item_named, work_items
from workflows.api.present import item_full, item_rows
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import WorkItem

Id = Annotated[int, Field(ge=1, description="A work item's id")]
MOST = 25


def list_work(
    actor: Actor,
    mine: Annotated[bool, Field(description="Only what is given to you; else also what you could take")] = True,
    limit: Annotated[int, Field(ge=1, le=MOST)] = 10,
) -> dict[str, Any]:
    """Steps of workflows that wait for you, the next due first."""
    rows = work_items(actor).filter(state__in=WorkItem.OPEN)
    rows = rows.filter(assignee=actor.user) if mine else rows
    found = list(rows.order_by("sort_due_at", "pk")[: limit + 1])
    return {"work_items": [_marked(row) for row in item_rows(actor, found[:limit])], "more": len(found) > limit}


def read_work(actor: Actor, id: Id) -> dict[str, Any]:  # noqa: A002  (the clients' name for it)
    """A work item: its form, the possible outcomes and what was asked for."""
    return _marked(item_full(actor, _item(actor, id)))


def claim_work(actor: Actor, id: Id, confirmation: Confirmation = "") -> dict[str, Any]:  # noqa: A002
    """Take a free work item for yourself."""
    item = _item(actor, id)
    plan = _("Take work item %(id)s (%(ticket)s).") % {"id": item.pk, "ticket": item.ticket.number}
    answer = planned(actor, "claim_work", None, {"id": id}, confirmation, plan)
    if answer is None:
        claim_work_item(actor, item)
        answer = {"done": True, "work_item": item.pk}
    return answer


def complete_work(
    actor: Actor,
    id: Id,  # noqa: A002
    outcome: Annotated[str, Field(max_length=60, description="One of the item's outcomes")] = "done",
    data: Annotated[dict[str, Any] | None, Field(description="Values for the item's form")] = None,
    note: Annotated[str, Field(max_length=2000)] = "",
    confirmation: Confirmation = "",
) -> dict[str, Any]:
    """Complete a task of yours with its form's values. Approvals are decided by people on their page."""
    item = _item(actor, id)
    if item.kind == WorkItem.Kind.APPROVAL:
        raise Forbidden(_("Approvals are decided by people on their page, not by tools."))
    plan = _("Complete work item %(id)s of %(ticket)s. The workflow goes on.") % {
        "id": item.pk,
        "ticket": item.ticket.number,
    }
    arguments = {"id": id, "outcome": outcome, "data": data, "note": note}
    answer = planned(actor, "complete_work", item.version, arguments, confirmation, plan)
    if answer is None:
        complete_work_item(actor, item, outcome=outcome, data=data or {}, note=note, if_match=item.version)
        answer = {"done": True, "work_item": item.pk}
    return answer


def _item(actor: Actor, pk: int) -> WorkItem:
    item = work_item_named(actor, str(pk))
    require(actor, "work_item.view", item)
    return item


def _marked(row: dict[str, Any]) -> dict[str, Any]:
    """What the requester wrote, as data."""
    ticket = row.get("ticket")
    if isinstance(ticket, dict) and "subject" in ticket:
        ticket["subject"] = from_outside(str(ticket["subject"]))
    if "request" in row:
        row["request"] = from_outside(str(row["request"]))
    return row
