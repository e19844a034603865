"""Rows as plain objects for answers. By hand, not through the schemas: a list of a hundred tickets stays cheap."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from accounts.models import User
from desk.models import Attachment, Comment, RequestType, Status, Ticket
from desk.models.ticket import TicketQuerySet
from flowtic.core.actor import Actor
from flowtic.core.api import stamp

Plain = dict[str, Any]
VISIBILITY = {False: "public", True: "internal"}
_COLUMNS = (
    *("number", "subject", "kind", "source", "is_open", "version", "requester_id", "assignee_id"),
    *("status_id", "priority_id", "department_id", "merged_into_id", "due_at"),
    *("created_at", "updated_at", "first_response_at", "resolved_at", "closed_at"),
)


def person_ref(actor: Actor, person: User | None) -> Plain | None:
    """A person as others see them: the address only for those who work tickets, and one's own."""
    if person is None:
        return None
    known = actor.can_work or (actor.user is not None and actor.user.pk == person.pk)
    return {"id": person.pk, "name": person.name, "email": person.email if known else None}


def rows_for_api(ids: list[int]) -> TicketQuerySet:
    """The tickets with what a list answer shows of them, and no more; in no order.

    By key, after the page was found: joined to small tables, the page itself would lose the index of its sort order.
    """
    shown: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("status", "priority", "department"), ("key", "name_de", "name_en")
    )
    shown |= dict.fromkeys(("requester", "assignee"), ("name", "email"))
    columns = [f"{name}__{column}" for name, columns in shown.items() for column in columns]
    return (
        Ticket.objects.filter(pk__in=ids)
        .select_related(*shown)
        .only(*_COLUMNS, *columns, "status__category")
        .annotate(request_type_key=F("request_type__key"), merged_number=F("merged_into__number"))
    )


def whole_ticket(pk: int) -> Ticket:
    """The ticket with everything an answer shows, in one query; for after a change by somebody who was allowed it."""
    related = ("status", "priority", "department", "requester", "assignee", "reporter", "request_type")
    return Ticket.objects.select_related(*related).annotate(merged_number=F("merged_into__number")).get(pk=pk)


def ticket_row(actor: Actor, ticket: Ticket, tags: Iterable[str]) -> Plain:
    status, priority, department = ticket.status, ticket.priority, ticket.department
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "kind": ticket.kind,
        "source": ticket.source,
        "status": {"key": status.key, "name": status.name, "category": status.category},
        "priority": {"key": priority.key, "name": priority.name},
        "department": {"key": department.key, "name": department.name},
        "requester": person_ref(actor, ticket.requester),
        "assignee": person_ref(actor, ticket.assignee),
        "request_type": _request_type_key(ticket),
        "tags": sorted(tags),
        "is_open": ticket.is_open,
        "merged_into": _merged_number(ticket),
        "due_at": stamp(ticket.due_at),
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "first_response_at": stamp(ticket.first_response_at),
        "resolved_at": stamp(ticket.resolved_at),
        "closed_at": stamp(ticket.closed_at),
        "version": ticket.version,
    }


def ticket_full(actor: Actor, ticket: Ticket, tags: Iterable[str] | None = None) -> Plain:
    """One ticket with its text; `tags` where the caller knows them already."""
    if tags is None:
        tags = ticket.tags.values_list("name", flat=True) if actor.can_work else ()
    return {
        **ticket_row(actor, ticket, tags),
        "description": ticket.description,
        "reporter": person_ref(actor, ticket.reporter),
        "fields": ticket.fields,
    }


def _request_type_key(ticket: Ticket) -> str | None:
    if hasattr(ticket, "request_type_key"):
        return ticket.request_type_key
    return ticket.request_type.key if ticket.request_type else None


def _merged_number(ticket: Ticket) -> str | None:
    if ticket.merged_into_id is None:
        return None
    known: str | None = getattr(ticket, "merged_number", None)
    return known or (ticket.merged_into.number if ticket.merged_into else None)


def comment_plain(actor: Actor, comment: Comment, number: str, attachments: list[Plain]) -> Plain:
    return {
        "id": comment.pk,
        "ticket": number,
        "author": person_ref(actor, comment.author),
        "body": comment.body,
        "visibility": VISIBILITY[comment.is_internal],
        "via": comment.via,
        "created_at": stamp(comment.created_at),
        "attachments": attachments,
    }


def attachment_plain(actor: Actor, item: Attachment, number: str) -> Plain:
    return {
        "key": item.key,
        "name": item.name,
        "content_type": item.content_type,
        "size": item.size,
        "sha256": item.sha256,
        "visibility": VISIBILITY[item.is_internal],
        "comment": item.comment_id,
        "uploaded_by": person_ref(actor, item.uploaded_by),
        "created_at": stamp(item.created_at),
        "url": f"/api/v1/tickets/{number}/attachments/{item.key}/content",
    }


def status_plain(status: Status) -> Plain:
    return {
        "key": status.key,
        "name": status.name,
        "category": status.category,
        "kind": status.kind,
        "position": status.position,
        "active": status.active,
        "is_open": status.is_open,
    }


def request_type_plain(row: RequestType) -> Plain:
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "department": row.department.key if row.department else None,
        "active": row.active,
        "fields": (row.schema or {}).get("fields", []),
    }
