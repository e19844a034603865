"""`/articles/{id}/files`: what hangs on an article."""

from collections.abc import Sequence
from typing import Any

from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes
from flowtic.core.errors import Invalid, NotFound
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from flowtic.core.uploads import MAX_FILES
from knowledge.api.bodies import FileList
from knowledge.api.naming import article_named, state_of_things
from knowledge.api.present import file_row
from knowledge.commands import add_files, remove_file
from knowledge.models import Article

router = Router(tags=["Knowledge"])
MULTIPART = "multipart/form-data"
FILES = {"type": "array", "minItems": 1, "maxItems": MAX_FILES, "items": {"type": "string", "format": "binary"}}
SCHEMA = {"type": "object", "additionalProperties": False, "required": ["files"], "properties": {"files": FILES}}
BODY = {"required": True, "content": {MULTIPART: {"schema": SCHEMA}}}


@router.get("/articles/{id}/files", summary="Files of an article", **reads("articles:read", FileList, 404))
def list_files(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002  (the name in the address)
    """The files of an article that you may read; `url` hands out the bytes to whoever is logged in."""
    row = article_named(actor_of(request), id)
    return answer({"results": [file_row(file) for file in row.files.order_by("pk")], "next": None})


@router.post(
    "/articles/{id}/files",
    summary="Attach files to an article",
    **writes("articles:write", {201: FileList}, 404, 409, media=(MULTIPART,), openapi_extra={"requestBody": BODY}),
)
def post_files(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002
    """For support and admins: up to 10 files at a time, all of them or none. There at once, without publishing."""
    actor = actor_of(request)
    row = article_named(actor, id)
    require(actor, "article.write", row)
    unknown = [*request.POST, *(name for name in request.FILES if name != "files")]
    wrong: dict[str, Any] = {name[:100]: _("This field does not exist.") for name in unknown[:20]}
    files = list(request.FILES.getlist("files"))
    if not files:
        wrong["files"] = _("This field is required.")
    if wrong:
        raise Invalid(_("Some values are not valid."), fields=wrong)
    for _file in files:
        ratelimit.limit("upload", f"u{actor.user.pk}")
    return once(request, lambda: _attach(actor, row, files))


def _attach(actor: Actor, row: Article, files: Sequence[File]) -> Answer:
    with state_of_things():
        kept = add_files(actor, row, files=files)
    found = {"results": [file_row(file) for file in kept], "next": None}
    return Answer(201, found, {"Location": f"/api/v1/articles/{row.pk}/files"})


@router.delete(
    "/articles/{id}/files/{key}",
    summary="Remove a file of an article",
    **writes("articles:write", {204: None}, 404, media=()),
)
def delete_file(request: HttpRequest, id: str, key: str) -> HttpResponse:  # noqa: A002
    """For support and admins; the events keep its name."""
    actor = actor_of(request)
    row = article_named(actor, id)
    require(actor, "article.write", row)
    file = row.files.filter(key=key).first()
    if file is None:
        raise NotFound(_("This file does not exist."))
    remove_file(actor, file)
    return answer(None, 204)
