"""What rules may read: the ticket as it is, who asked, what was written, and how it was before a change."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from desk.models import Comment, Status, Ticket
from flowtic.core.conditions import FieldInfo
from flowtic.core.models import Event
from workflows.commands.drive import facts_in
from workflows.commands.starting import form_values
from workflows.queries.rules import infos as routing_infos

RELATED = ("request_type", "form_version", "requester", "priority", "department", "status", "assignee")
MOST_PEOPLE, MOST_TEXT = 500, 5000
# Columns of a ticket that changes are told of under the same name in `before`.
BEFORE = ("status", "priority", "department", "assignee")
Values = dict[str, Any]


def fresh(pk: int) -> Ticket | None:
    """The ticket with everything that `values_of` reads."""
    return Ticket.objects.select_related(*RELATED).prefetch_related("tags").filter(pk=pk).first()


def values_of(ticket: Ticket, event: Event | None = None, *, place: str | None = None) -> Values:
    """The values for conditions and placeholders; plain JSON. `place`: where the requester works, if it is known."""
    values = {**form_values(ticket), **facts_in(ticket, place)}
    values["ticket"] |= {
        "status": ticket.status.key,
        "assignee": (ticket.assignee.email or "") if ticket.assignee else "",
        "kind": ticket.kind,
        "is_open": ticket.is_open,
        "tags": sorted(tag.name for tag in ticket.tags.all()),
        "due_at": ticket.due_at.isoformat() if ticket.due_at else None,
        "updated_at": ticket.updated_at.isoformat(),
    }
    values["before"] = {name: values["ticket"][name] for name in BEFORE}
    if event is not None:
        values["before"] |= before(event)
        values["comment"] = comment_of(event)
    return values


def before(event: Event) -> Values:
    """The old values that the event tells, as conditions read them."""
    found = {item["field"]: item["old"] for item in event.changes if item["field"] in BEFORE}
    if "department" in found:
        from accounts.models import Department

        rows = Department.objects.filter(pk=found["department"] or 0)
        found["department"] = rows.values_list("key", flat=True).first() or ""
    if "assignee" in found:
        found["assignee"] = User.objects.filter(pk=found["assignee"] or 0).values_list("email", flat=True).first() or ""
    return found


def comment_of(event: Event) -> Values:
    """What was written, if the event is about that."""
    pk = event.data.get("comment")
    row = Comment.objects.filter(pk=pk).first() if isinstance(pk, int) else None
    return {"text": row.body[:MOST_TEXT], "internal": row.is_internal} if row else {}


def infos() -> Mapping[str, FieldInfo]:
    """Every name that a rule's condition may read, labelled, with names for the values there are."""
    found = dict(routing_infos())
    found.pop("ticket.created_at", None)
    statuses = {row.key: row.name for row in Status.objects.all()}
    people = {row.email or "": row.name for row in User.objects.workers().order_by("name", "pk")[:MOST_PEOPLE]}
    own = (
        FieldInfo("ticket.status", _("Status"), "choice", statuses),
        FieldInfo("ticket.assignee", _("Assignee"), "choice", people),
        FieldInfo("ticket.kind", _("Kind"), "choice", {key: str(label) for key, label in Ticket.Kind.choices}),
        FieldInfo("ticket.is_open", _("Open"), "yes_no"),
        FieldInfo("ticket.tags", _("Tags"), "text"),
        FieldInfo("ticket.created_at", _("Created"), "datetime"),
        FieldInfo("ticket.updated_at", _("Last change"), "datetime"),
        FieldInfo("ticket.due_at", _("Due"), "datetime"),
        FieldInfo("before.status", _("Status before"), "choice", statuses),
        FieldInfo("before.priority", _("Priority before"), "choice", found["ticket.priority"].choices),
        FieldInfo("before.department", _("Department before"), "choice", found["ticket.department"].choices),
        FieldInfo("before.assignee", _("Assignee before"), "choice", people),
        FieldInfo("comment.text", _("What was written"), "text"),
    )
    return found | {info.key: info for info in own}
