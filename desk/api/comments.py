"""`/tickets/{number}/comments`: public replies and internal notes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import ValidationError
from pydantic import ValidationError as SchemaError

from desk.api.answers import CommentOut, CommentPage
from desk.api.attachments import FORM, uploads
from desk.api.bodies import CommentIn
from desk.api.finding import ticket_named
from desk.api.present import Plain, attachment_plain, comment_plain
from desk.commands import add_comment
from desk.commands.merging import thread_ids
from desk.models import Attachment, Comment, Ticket
from flowtic.core.actor import Actor
from flowtic.core.api import PAGE, actor_of, listing, once, reads, writes, wrong_parameter
from flowtic.core.api_shapes import MAX_TEXT
from flowtic.core.idempotency import Answer
from flowtic.core.json_body import StrictParser
from flowtic.core.paging import Sort
from flowtic.core.plain_text import VISIBLE_TEXT

router = Router(tags=["Conversation"])
SORTS = {"created": Sort("created", ("created_at",)), "-created": Sort("-created", ("-created_at",))}
QUERY = {"sort": {"type": "string", "enum": sorted(SORTS), "default": "created"}, **PAGE}
JSON, MULTIPART = "application/json", "multipart/form-data"
BODY = {
    "required": True,
    "content": {
        JSON: {"schema": CommentIn.model_json_schema()},
        MULTIPART: {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["body"],
                "properties": {
                    # A part of a form is text: 42 and true are as good as any other.
                    "body": {
                        "type": ["string", "number", "boolean"],
                        "minLength": 1,
                        "maxLength": MAX_TEXT,
                        "pattern": VISIBLE_TEXT,
                    },
                    "visibility": {"enum": ["public", "internal"]},
                    **FORM,
                },
            }
        },
    },
}


@router.get(
    "/tickets/{number}/comments", summary="The conversation", **reads("tickets:read", CommentPage, 404, query=QUERY)
)
def list_comments(request: HttpRequest, number: str) -> HttpResponse:
    """Replies, and notes where you work the ticket; with those of the tickets merged into it."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    name = request.GET.get("sort", "created")
    if name not in SORTS:
        raise wrong_parameter("sort", ", ".join(SORTS))
    rows = Comment.objects.visible_to(actor).filter(ticket__in=thread_ids(ticket)).select_related("author")
    return listing(request, rows, SORTS[name], lambda found: _plain(actor, ticket, found))


def _plain(actor: Actor, ticket: Ticket, comments: list[Comment]) -> list[Plain]:
    files: dict[int, list[Plain]] = {}
    numbers = {ticket.pk: ticket.number}
    if any(comment.ticket_id != ticket.pk for comment in comments):
        numbers |= dict(Ticket.objects.filter(merged_into=ticket).values_list("pk", "number"))
    for item in Attachment.objects.filter(comment__in=comments).select_related("uploaded_by").order_by("pk"):
        files.setdefault(item.comment_id or 0, []).append(attachment_plain(actor, item, ticket.number))
    return [comment_plain(actor, item, numbers[item.ticket_id], files.get(item.pk, [])) for item in comments]


@router.post(
    "/tickets/{number}/comments",
    summary="Reply or note",
    **writes(
        "tickets:write", {201: CommentOut}, 404, 409, media=(JSON, MULTIPART), openapi_extra={"requestBody": BODY}
    ),
)
def post_comment(request: HttpRequest, number: str) -> HttpResponse:
    """A public reply or an internal note, as JSON, or as a form with files.

    A requester's reply brings a waiting or resolved ticket back to the desk; long after closing it opens a follow-up.
    """
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    body = _body(request)
    files = uploads(request) if request.content_type == MULTIPART else []
    return once(request, lambda: _write(actor, ticket, body, files))


def _body(request: HttpRequest) -> CommentIn:
    """The checked body, whichever of the two media it came in. Raises ninja's ValidationError."""
    if request.content_type == MULTIPART:
        given: Any = {name: values[-1] for name, values in request.POST.lists()}
    else:
        given = StrictParser().parse_body(request)
    try:
        return CommentIn.model_validate(given)
    except SchemaError as error:
        raise ValidationError([{**item, "loc": ("body", "body", *item["loc"])} for item in error.errors()]) from None


def _write(actor: Actor, ticket: Ticket, body: CommentIn, files: list[Any]) -> Answer:
    comment = add_comment(actor, ticket, body=body.body, internal=body.visibility == "internal", files=files)
    number = comment.ticket.number
    if comment.pk is None:
        where = f"/api/v1/tickets/{number}"
        return Answer(201, {**comment_plain(actor, comment, number, []), "via": actor.via}, {"Location": where})
    kept = comment.attachments.select_related("uploaded_by").order_by("pk") if files else ()
    plain = comment_plain(actor, comment, number, [attachment_plain(actor, item, number) for item in kept])
    return Answer(201, plain, {"Location": f"/api/v1/tickets/{number}/comments/{comment.pk}"})
