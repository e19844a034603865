"""`/tickets/{number}/attachments` and the files themselves."""

from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from desk.api.answers import AttachmentList
from desk.api.finding import ticket_named
from desk.api.present import attachment_plain
from desk.commands import attach_files, detach_file
from desk.commands.merging import thread_ids
from desk.models import Attachment, Ticket
from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.errors import Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.uploads import MAX_FILES

router = Router(tags=["Attachments"])
MULTIPART = "multipart/form-data"
FORM = {
    "files": {
        "type": "array",
        "maxItems": MAX_FILES,
        "items": {"type": "string", "format": "binary"},
        "description": "Up to 10 files.",
    }
}
BODY = {
    "required": True,
    "content": {
        MULTIPART: {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["files"],
                "properties": {
                    "files": {**FORM["files"], "minItems": 1},
                    "visibility": {"enum": ["public", "internal"]},
                },
            }
        }
    },
}


def uploads(request: HttpRequest) -> list[File]:
    """The files of a form. Raises Invalid for files under other names; counts against the upload limit."""
    foreign = [name for name in request.FILES if name != "files"]
    if foreign:
        raise Invalid(_("Some values are not valid."), fields={foreign[0][:100]: _("This field does not exist.")})
    files = request.FILES.getlist("files")
    for _file in files:
        ratelimit.limit("upload", f"u{actor_of(request).user.pk}")
    return list(files)


@router.get("/tickets/{number}/attachments", summary="Files of a ticket", **reads("tickets:read", AttachmentList, 404))
def list_attachments(request: HttpRequest, number: str) -> HttpResponse:
    """All files that you may read, also those of comments and of tickets merged into this one."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    rows = _visible(actor, ticket).select_related("uploaded_by").order_by("pk")
    return answer({"results": [attachment_plain(actor, item, ticket.number) for item in rows], "next": None})


@router.post(
    "/tickets/{number}/attachments",
    summary="Attach files",
    **writes("tickets:write", {201: AttachmentList}, 404, 409, media=(MULTIPART,), openapi_extra={"requestBody": BODY}),
)
def post_attachments(request: HttpRequest, number: str) -> HttpResponse:
    """Adds files to the ticket itself; with `visibility` internal only its agents see them."""
    actor = actor_of(request)
    ticket = ticket_named(actor, number)
    unknown = [name for name in request.POST if name != "visibility"]
    visibility = request.POST.get("visibility", "public")
    files = uploads(request)
    wrong: dict[str, Any] = {name[:100]: _("This field does not exist.") for name in unknown[:20]}
    if visibility not in ("public", "internal") or len(request.POST.getlist("visibility")) > 1:
        wrong["visibility"] = _("Please choose one of %(values)s.") % {"values": "public, internal"}
    if not files:
        wrong["files"] = _("This field is required.")
    if wrong:
        raise Invalid(_("Some values are not valid."), fields=wrong)
    return once(request, lambda: _attach(actor, ticket, files, internal=visibility == "internal"))


def _attach(actor: Actor, ticket: Ticket, files: list[File], *, internal: bool) -> Answer:
    kept = attach_files(actor, ticket, files=files, internal=internal)
    found = [attachment_plain(actor, item, ticket.number) for item in kept]
    return Answer(201, {"results": found, "next": None}, {"Location": f"/api/v1/tickets/{ticket.number}/attachments"})


@router.delete(
    "/tickets/{number}/attachments/{key}",
    summary="Remove a file",
    **writes("tickets:write", {204: None}, 404, media=()),
)
def delete_attachment(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """For those who work the ticket; the history keeps the name."""
    actor = actor_of(request)
    detach_file(actor, _named(actor, number, key))
    return answer(None, 204)


@router.get(
    "/tickets/{number}/attachments/{key}/content", summary="Download a file", **reads("tickets:read", bytes, 404)
)
def download_attachment(request: HttpRequest, number: str, key: str) -> HttpResponseBase:
    """The bytes as they were uploaded, always as a download."""
    item = _named(actor_of(request), number, key)
    try:
        file = default_storage.open(item.path)
    except FileNotFoundError:
        raise NotFound(_("This file is gone.")) from None
    response = FileResponse(file, as_attachment=True, filename=item.name, content_type=item.content_type)
    # Whatever it is, a browser that shows it must run nothing of it.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _visible(actor: Actor, ticket: Ticket) -> Any:
    return Attachment.objects.visible_to(actor).filter(ticket__in=thread_ids(ticket))


def _named(actor: Actor, number: str, key: str) -> Attachment:
    ticket = ticket_named(actor, number)
    found = _visible(actor, ticket).filter(key=key).first() if len(key) <= 32 else None
    if found is None:
        raise NotFound(_("This file does not exist."))
    return found
