"""Rows as plain objects for answers. By hand, not through the schemas: a list of a hundred tickets stays cheap."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import F

from accounts.models import User
from desk import custom_fields
from desk.formschema import fields_of
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
        "fields": fields_for(actor, ticket),
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


def request_type_plain(actor: Actor, row: RequestType) -> Plain:
    """The type with its form; internal fields only for those who work tickets."""
    form = row.schema or {}
    if not actor.can_work:
        form = without_internal(form)
    public = actor.is_admin and row.public_link
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "department": row.department.key if row.department else None,
        "description": row.description,
        "description_de": row.description_de,
        "description_en": row.description_en,
        "icon": row.icon,
        "category": row.category,
        "position": row.position,
        "active": row.active,
        "version": row.live_version.number if row.live_version else None,
        "fields": list(fields_of(form)),
        "form": form,
        "public_link": row.public_link,
        "leads_publish": row.leads_publish,
        "public_url": f"{settings.BASE_URL}/request/{row.public_key}" if public else None,
    }


def without_internal(form: Plain) -> Plain:
    """The form as those see it who only ask."""

    def public(fields: Any) -> list[Any]:
        return [spec for spec in fields or [] if not (isinstance(spec, dict) and spec.get("internal"))]

    if "pages" not in form:
        return {**form, "fields": public(form.get("fields"))} if "fields" in form else form
    return {**form, "pages": [{**page, "fields": public(page.get("fields"))} for page in form["pages"]]}


def fields_for(actor: Actor, ticket: Ticket) -> Plain:
    """The ticket's answers, without the internal ones for who only takes part."""
    internal = custom_fields.internal_keys(custom_fields.schema_of(ticket)) & set(ticket.fields)
    if not internal or ticket.internal_for(actor):
        return ticket.fields
    return {key: value for key, value in ticket.fields.items() if key not in internal}
