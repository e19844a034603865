"""Workflows as files: export, import, and the format's schema. Stands before `/workflows/{key}` among the addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router

from accounts.models import Department
from desk.api.finding import row_keyed
from flowtic.core import localised
from flowtic.core.actor import Actor
from flowtic.core.api import actor_of, answer, once, reads, writes, wrong_parameter
from flowtic.core.api_shapes import MAX_ID
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.idempotency import Answer
from flowtic.core.policy import require
from workflows.api.answers import ImportOut
from workflows.api.bodies import ImportIn
from workflows.api.definitions import new_workflow, where
from workflows.api.drafts import current_document, findings_plain
from workflows.api.finding import checked_document, etag, version_numbered, workflow_named
from workflows.api.present import workflow_plain
from workflows.commands.definitions import save_draft
from workflows.definition import bpmn, export
from workflows.definition.format import parse
from workflows.definition.schema import document_schema
from workflows.models import Workflow

router = Router(tags=["Workflows"])
FORMATS = {"json": "application/json", "yaml": "application/yaml", "bpmn": "application/xml"}
EXPORT_QUERY: dict[str, Any] = {
    "format": {"type": "string", "enum": sorted(FORMATS), "default": "json"},
    "version": {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_ID,
        "description": "Number; without it the published one, else the draft.",
    },
}


class UnreadableDocument(Conflict):
    """A text that is no document; the sentence names the line."""

    code = "unreadable_document"


@router.get("/workflows/schema.json", summary="The format", **reads("work:read", dict[str, Any]))
def get_workflow_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of workflow documents, for everybody."""
    return answer(document_schema())


_EXPORT = reads("workflows:admin", dict[str, Any], 404, query=EXPORT_QUERY)
_EXPORT["openapi_extra"]["responses"] = {
    200: {"content": {media: {"schema": {}} for media in FORMATS.values() if media != FORMATS["json"]}}
}


@router.get("/workflows/{key}/export", summary="Export", **_EXPORT)
def get_export(request: HttpRequest, key: str) -> HttpResponse:
    """The document as a file that is always written the same way: JSON, YAML, or BPMN 2.0 for other programs."""
    actor = actor_of(request)
    workflow = workflow_named(actor, key)
    kind = request.GET.get("format", "json")
    if kind not in FORMATS:
        raise wrong_parameter("format", ", ".join(FORMATS))
    text = written(_exported(request, actor, workflow), kind)
    response = HttpResponse(text.encode(), content_type=f"{FORMATS[kind]}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{key}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _exported(request: HttpRequest, actor: Actor, workflow: Workflow) -> dict[str, Any]:
    if "version" in request.GET:
        text = request.GET["version"]
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and 0 < int(text) <= MAX_ID):
            raise wrong_parameter("version", _("Please give a number."))
        return dict(version_numbered(workflow, text).document)
    if workflow.live is not None:
        return dict(workflow.live.document)
    require(actor, "workflow.edit", workflow)
    return current_document(workflow)


def written(document: dict[str, Any], kind: str) -> str:
    """The document as text of that format; BPMN has the names in the reader's language."""
    if kind == "bpmn":
        return bpmn.to_bpmn(parse(document), (get_language() or "en")[:2])
    return export.to_yaml(document) if kind == "yaml" else export.to_json(document)


@router.post("/workflows/import", summary="Import", **writes("workflows:admin", {200: ImportOut, 201: ImportOut}, 409))
def post_import(request: HttpRequest, body: ImportIn) -> HttpResponse:
    """A document becomes the draft of the workflow with that key (200), or of a new one (201, for admins).

    A text that cannot be read is 409 `unreadable_document`; mistakes in what it says are `findings`.
    """
    return once(request, lambda: _import(actor_of(request), body))


def _import(actor: Actor, body: ImportIn) -> Answer:
    require(actor, "workflow.view")
    known = Workflow.objects.visible_to(actor).filter(key=body.key).first()
    require(actor, "workflow.edit" if known else "workflow.configure", known)
    document = _read(body.text)
    if known:
        save_draft(actor, known, document=document)
    else:
        department = row_keyed(Department.objects.all(), body.department, "department")
        new_workflow(actor, key=body.key, department=department, document=document, **_names(document, body.key))
    row = workflow_named(actor, body.key)
    plain = {**workflow_plain(actor, row), **findings_plain(document, row)}
    return Answer(200 if known else 201, plain, etag(row) if known else where(row))


def _read(text: str) -> dict[str, Any]:
    try:
        return checked_document(export.from_text(text), "text")
    except (export.UnreadableText, Invalid) as error:
        sentence = error.fields["text"][0] if isinstance(error, Invalid) else str(error)
        raise UnreadableDocument(sentence, fields={"text": sentence}) from None


def _names(document: dict[str, Any], key: str) -> dict[str, str]:
    name = document.get("name")
    return {f"name_{code}": " ".join(localised.text(name, code).split())[:100] or key for code in ("de", "en")}
