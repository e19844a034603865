"""`/tickets` and `/tickets/{number}`."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.commands import create_contact
from accounts.models import Department, User
from desk import custom_fields, filter_dates
from desk.api.answers import TicketOut, TicketPage
from desk.api.bodies import TicketIn, TicketPatch
from desk.api.finding import etag, row_keyed, ticket_answer, ticket_named
from desk.api.present import Plain, rows_for_api, ticket_full, ticket_row
from desk.commands import change_fields, create_ticket
from desk.field_filters import MAX_COLUMNS, Known, columns_named, is_field, values_of
from desk.formschema import fields_of
from desk.models import Priority, RequestType, Status, Ticket
from desk.ticket_filters import (
    DEFAULT_SORT,
    FOR_ME,
    MAX_QUERY,
    MAX_TAG,
    NEGATABLE,
    NOT,
    SORT_COLUMNS,
    filter_tickets,
    sort_named,
    sorts,
    types_in,
)
from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, answer, expected_version, listing, once, reads, writes, wrong_parameter
from flowtic.core.api_shapes import MAX_ID
from flowtic.core.errors import Conflict, Forbidden
from flowtic.core.idempotency import Answer
from flowtic.core.plain_text import EMAIL, KEY, VISIBLE_LINE
from flowtic.core.policy import allows, require

router = Router(tags=["Tickets"])


def _several(items: dict[str, Any], text: str) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": 50, "description": text}


_KEY = {"type": "string", "pattern": KEY}
_PERSON = {
    "anyOf": [
        {"type": "string", "enum": ["me"]},
        {"type": "integer", "minimum": 1, "maximum": MAX_ID},
        {"type": "string", "pattern": EMAIL, "maxLength": 254},
    ]
}
_MOMENT = {"type": "string", "format": "date-time"}
_SPAN = {
    "type": "string",
    "pattern": "^(today|yesterday|this_week|(last|older_than)_[1-9][0-9]{0,2}_days)$",
}
QUERY: dict[str, Any] = {
    "status": _several({**_KEY, "x-desk": "any_status"}, "Several values: one of them."),
    "category": _several({"type": "string", "enum": list(Status.Category.values)}, "Of the status."),
    "open": {"type": "boolean", "description": "Neither resolved nor closed."},
    "department": _several({**_KEY, "x-desk": "any_department"}, "Keys."),
    "assignee": _several(
        {"anyOf": [*_PERSON["anyOf"], {"type": "string", "enum": ["none"]}]}, "`me`, `none`, id or e-mail."
    ),
    "requester": _several(_PERSON, "`me`, id or e-mail."),
    "priority": _several({**_KEY, "x-desk": "priority"}, "Keys."),
    "tag": _several({"type": "string", "pattern": VISIBLE_LINE, "maxLength": MAX_TAG}, "For those who work tickets."),
    "request_type": _several({**_KEY, "x-desk": "any_request_type"}, "Keys."),
    "q": {"type": "string", "pattern": VISIBLE_LINE, "maxLength": MAX_QUERY, "description": 'Words, "phrase", begin*.'},
    "kind": _several({"type": "string", "enum": list(Ticket.Kind.values)}, "What kind of matter it is."),
    "source": _several({"type": "string", "enum": list(Ticket.Source.values)}, "Through which door it came."),
    "language": _several({"type": "string", "pattern": "^([a-z]{2}|none)$"}, "Of the text; `none`: not known."),
    "due": _several(
        {"type": "string", "pattern": f"^({'|'.join(filter_dates.DUE)}|next_[1-9][0-9]{{0,2}}_days)$"},
        "How near the due date is; only open tickets are overdue. For those who work tickets.",
    ),
    "for_me": _several({"type": "string", "enum": list(FOR_ME)}, "What concerns you: not seen, watched, mentioned."),
    "created": {**_SPAN, "description": "In days of your time zone: `today`, `last_30_days`, `older_than_7_days`, …"},
    "updated": {**_SPAN, "description": "The same for the last change."},
    "created_after": {**_MOMENT, "description": "At or after; a plain date means its midnight."},
    "created_before": {**_MOMENT, "description": "Before."},
    "updated_after": {**_MOMENT, "description": "At or after."},
    "sort": {"type": "string", "enum": sorted(sorts), "default": DEFAULT_SORT},
    "columns": {
        "type": "array",
        "items": {"type": "string", "pattern": r"^field\.[a-z][a-z0-9_]*$", "x-desk": "field_column"},
        "maxItems": MAX_COLUMNS,
        "description": "Custom fields to answer with each ticket.",
    },
    **PAGE,
}
# Each of these also turned round: none of the values.
QUERY |= {f"{name}{NOT}": {**QUERY[name], "description": f"None of these; see `{name}`."} for name in NEGATABLE}


class _Query(dict[str, Any]):
    """Also knows the filters by custom field, which no list can name once and for all."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and is_field(name))


@router.get("/tickets", summary="Find tickets", **reads("tickets:read", TicketPage, query=_Query(QUERY)))
def list_tickets(request: HttpRequest) -> HttpResponse:
    """The tickets that you see, filtered and sorted; texts are not in the list.

    Filters with several values find tickets that have one of them; `<name>.not` finds those that have none. The order
    `due` is the order of work: least time left first, of equals the more urgent one, then the older one.

    Custom fields filter as `field.<key>=value`, numbers, dates and times also as `field.<key>__gte` (`__lte`, `__gt`,
    `__lt`), and sort as `sort=field.<key>`: then only tickets with a value are found. Where forms use a key for
    different kinds of values, filter by `request_type` too.
    """
    actor = actor_of(request)
    for name, values in request.GET.lists():
        if name != "cursor" and not all(value.strip() for value in values):
            raise wrong_parameter(name, _("This value is empty."))
    if "q" in request.GET:
        ratelimit.limit("search", f"u{actor.user.pk}")
    sort = sort_named(request.GET.get("sort", ""), actor, request.GET)
    columns = columns_named(actor, ",".join(request.GET.getlist("columns")), types_in(request.GET))
    rows = filter_tickets(actor, request.GET, sort=sort, ignore=("sort", "columns", *PAGE))
    return listing(request, rows.only(*SORT_COLUMNS), sort, lambda found: _rows(actor, found, columns))


def _rows(actor: Actor, page: list[Ticket], columns: list[Known]) -> list[Plain]:
    ids = [ticket.pk for ticket in page]
    values = values_of(actor, ids, columns)
    tags: dict[int, list[str]] = {}
    if actor.can_work and ids:
        links = Ticket.tags.through.objects.filter(ticket__in=ids)
        for pk, name in links.values_list("ticket_id", "tag__name"):
            tags.setdefault(pk, []).append(name)
    tickets = {ticket.pk: ticket for ticket in rows_for_api(ids)}
    rows = [ticket_row(actor, tickets[pk], tags.get(pk, ())) for pk in ids if pk in tickets]
    if columns:
        for row, pk in zip(rows, (pk for pk in ids if pk in tickets), strict=True):
            row["fields"] = values.get(pk, {})
    return rows


@router.post("/tickets", summary="Create a ticket", **writes("tickets:write", {201: TicketOut}, 409))
def post_ticket(request: HttpRequest, body: TicketIn) -> HttpResponse:
    """For yourself; agents also for others, with priority and tags."""
    return once(request, lambda: _create(actor_of(request), body))


def _create(actor: Actor, body: TicketIn) -> Answer:
    if not actor.can_work:
        ratelimit.limit("create_ticket", f"u{actor.user.pk}")
    _refuse_desk_fields(actor, body)
    if body.requester_email is None:
        return _write(actor, body)
    with transaction.atomic():  # a refused ticket leaves no new contact behind
        return _write(actor, body)


def _write(actor: Actor, body: TicketIn) -> Answer:
    ticket = create_ticket(
        actor,
        subject=body.subject,
        description=body.description,
        requester=_requester(actor, body.requester_email),
        department=row_keyed(Department.objects.all(), body.department, "department"),
        priority=row_keyed(Priority.objects.all(), body.priority, "priority"),
        kind=body.kind or Ticket.Kind.REQUEST,
        request_type=row_keyed(RequestType.objects.select_related("department"), body.request_type, "request_type"),
        fields=body.fields,
        tags=body.tags or (),
    )
    headers = {**etag(ticket), "Location": f"/api/v1/tickets/{ticket.number}"}
    # Everything is at hand already: no second look at the database, but for the tags' clean names.
    return Answer(201, ticket_full(actor, ticket, None if body.tags else ()), headers)


def _refuse_desk_fields(actor: Actor, body: TicketIn) -> None:
    """Raises Forbidden for what only agents may say of a new ticket."""
    if allows(actor, "ticket.create_for_others"):
        return
    own = (actor.user.email or "").lower()
    given = {"priority": body.priority, "tags": body.tags, "requester_email": body.requester_email}
    refused = [n for n, value in given.items() if value and not (n == "requester_email" and str(value).lower() == own)]
    if refused:
        raise Forbidden(
            _("Only those who work tickets may set this."),
            fields=dict.fromkeys(refused, _("This field is set by the desk.")),
        )


def _requester(actor: Actor, email: str | None) -> User | None:
    if email is None or email.lower() == actor.user.email:
        return None
    known = User.objects.filter(email=email.lower()).first()
    return known or create_contact(actor, email=email, name="")


@router.get("/tickets/{number}", summary="One ticket", **reads("tickets:read", TicketOut, 404))
def get_ticket(request: HttpRequest, number: str) -> HttpResponse:
    """With its text. A ticket that was merged says where in `merged_into` and in a `Link` header."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    found = ticket_full(actor, ticket)
    headers = etag(ticket)
    if found["merged_into"]:
        headers["Link"] = f'</api/v1/tickets/{found["merged_into"]}>; rel="successor-version"'
    return answer(found, headers=headers)


@router.patch("/tickets/{number}", summary="Change fields", **writes("tickets:write", {200: TicketOut}, 404, 409, 412))
def patch_ticket(request: HttpRequest, number: str, body: TicketPatch) -> HttpResponse:
    """Changes the fields that are given; the others stay. Honours `If-Match`."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    require(actor, "ticket.edit", ticket)
    change_fields(actor, ticket, if_match=expected_version(request), **_changes(ticket, body))
    return ticket_answer(request, ticket.pk)


def _changes(ticket: Ticket, body: TicketPatch) -> dict[str, Any]:
    """The values that were given (null means not given), keys turned into rows."""
    values = body.model_dump(exclude_none=True)
    if body.department is not None:
        values["department"] = row_keyed(Department.objects.all(), body.department, "department")
    if body.priority is not None:
        values["priority"] = row_keyed(Priority.objects.all(), body.priority, "priority")
    if body.fields:
        known = {spec["key"] for spec in fields_of(custom_fields.schema_of(ticket))}
        foreign = sorted(set(body.fields) - known)
        if foreign:
            raise Conflict(
                _("Some fields do not belong to this ticket's request type."),
                fields={f"fields.{key}"[:100]: _("does not belong to the request type") for key in foreign[:50]},
            )
    return values
