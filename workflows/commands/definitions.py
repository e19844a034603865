"""Drafts and published versions."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, PreconditionFailed, Stale
from flowtic.core.events import record
from flowtic.core.policy import require
from workflows import events
from workflows.definition.validation import Finding, validate
from workflows.directory import DatabaseDirectory
from workflows.models import Workflow, WorkflowVersion
from workflows.request_forms import asked_before

MAX_NOTE = 500
# Words that stand at the place of a key in the addresses of the pages and of the API.
RESERVED = ("rules", "runs", "new", "import", "proposals", "describe", "designs", "schema.json", "rehearsals")
EMPTY: dict[str, Any] = {
    "schema": 1,
    "start": "work",
    "fields": [],
    "steps": [
        {
            "key": "work",
            "kind": "form",
            "name": {"de": "Bearbeiten", "en": "Work on it"},
            "owner": {"strategy": "pull"},
            "next": "end",
        },
        {"key": "end", "kind": "end", "name": {"de": "Ende", "en": "End"}, "status": "resolved"},
    ],
}


class BrokenDefinition(Invalid):
    """The document has errors; `fields` maps paths to sentences."""

    code = "broken_definition"


@command
def create_workflow(
    actor: Actor,
    *,
    key: str,
    name_de: str,
    name_en: str,
    department: Department | None,
    document: dict[str, Any] | None = None,
) -> Workflow:
    """A workflow with a draft and nothing published."""
    require(actor, "workflow.configure")
    if key in RESERVED or Workflow.objects.filter(key=key).exists():
        raise Conflict(_("A workflow with this key exists."), fields={"key": _("is taken")})
    now = clock.now()
    workflow = Workflow(key=key, name_de=name_de, name_en=name_en, department=department, created_at=now)
    workflow.full_clean(exclude=["live", "draft", "draft_by"])
    _set_draft(actor, workflow, document or {**EMPTY, "name": {"de": name_de, "en": name_en}}, base=None)
    workflow.save(force_insert=True)
    record(actor, events.CHANGED, workflow, data={"workflow": key})
    return workflow


@command
def change_workflow(actor: Actor, workflow: Workflow, *, if_match: int | None = None, **values: Any) -> Workflow:
    """Names, owning department, who publishes, active. `if_match`: the exact version (412)."""
    require(actor, "workflow.configure")
    workflow = Workflow.objects.lock(workflow.pk)
    if if_match is not None and if_match != workflow.version:
        raise PreconditionFailed(version=workflow.version)
    unknown = set(values) - {"name_de", "name_en", "department", "active", "leads_publish"}
    if unknown:
        raise Invalid(fields=dict.fromkeys(unknown, _("This field cannot be changed.")))
    for name, value in values.items():
        setattr(workflow, name, value)
    workflow.full_clean(exclude=["live", "draft", "draft_by"])
    workflow.version += 1
    workflow.save()
    record(actor, events.CHANGED, workflow, data={"workflow": workflow.key})
    return workflow


@command
def save_draft(actor: Actor, workflow: Workflow, *, document: dict[str, Any], rev: int | None = None) -> Workflow:
    """Keeps the draft, finished or not. `rev`: the revision it rests on; another one since raises Stale."""
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    if rev is not None and rev != workflow.draft_rev:
        raise Stale(
            _("%(name)s changed the draft in the meantime.") % {"name": workflow.draft_by or _("Somebody")},
            rev=workflow.draft_rev,
        )
    if not isinstance(document, dict) or len(json.dumps(document)) > 1_000_000:
        raise Invalid(fields={"document": _("The document is not an object or larger than 1 MB.")})
    if document == workflow.draft:
        return workflow
    base = workflow.draft_from if workflow.draft is not None else _live_number(workflow)
    _set_draft(actor, workflow, document, base=base)
    workflow.save()
    record(actor, events.DRAFT_SAVED, workflow, data={"workflow": workflow.key})
    return workflow


@command
def restore_version(actor: Actor, workflow: Workflow, *, number: int) -> Workflow:
    """A published version becomes the draft again."""
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    version = workflow.versions.filter(number=number).first()
    if version is None:
        raise Invalid(fields={"number": _("This version does not exist.")})
    _set_draft(actor, workflow, version.document, base=number)
    workflow.save()
    record(actor, events.DRAFT_SAVED, workflow, data={"workflow": workflow.key, "number": number})
    return workflow


@command
def discard_draft(actor: Actor, workflow: Workflow) -> Workflow:
    """Throws the draft away; a workflow that was never published keeps its only text."""
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    if workflow.draft is None or workflow.live_id is None:
        return workflow
    workflow.draft, workflow.draft_from = None, None
    workflow.draft_rev += 1
    workflow.version += 1
    workflow.save()
    record(actor, events.DRAFT_SAVED, workflow, data={"workflow": workflow.key})
    return workflow


@command
def publish(actor: Actor, workflow: Workflow, *, note: str, rev: int | None = None) -> WorkflowVersion:
    """The draft becomes the next numbered version that new tickets get; running ones stay on theirs.

    Raises BrokenDefinition with a sentence per path, and Conflict when it says what the live one says.
    """
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.publish", workflow)
    if workflow.draft is None:
        raise Conflict(_("There is no draft to publish."))
    if rev is not None and rev != workflow.draft_rev:
        raise Stale(_("The draft was changed in the meantime."), rev=workflow.draft_rev)
    if len(note) > MAX_NOTE:
        raise Invalid(fields={"note": _("The note may have up to 500 characters.")})
    refuse_broken(workflow.draft, workflow)
    digest = digest_of(workflow.draft)
    live = workflow.live
    if live is not None and live.digest == digest:
        raise Conflict(_("The draft says the same as the published version."))
    last = workflow.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = WorkflowVersion.objects.create(
        workflow=workflow,
        number=last + 1,
        document=workflow.draft,
        digest=digest,
        note=note.strip(),
        author=actor.user,
        published_at=clock.now(),
    )
    workflow.live, workflow.draft, workflow.draft_from = version, None, None
    workflow.draft_rev += 1
    workflow.version += 1
    workflow.save()
    record(actor, events.PUBLISHED, workflow, data={"workflow": workflow.key, "number": version.number, "note": note})
    return version


def findings(document: Any, workflow: Workflow | None) -> list[Finding]:
    """What is wrong with a document of that workflow (None: of a new one), in the reader's language.

    Which forms are filled in before it begins, the rules say: so what is read before it is set is an error.
    """
    return validate(document, DatabaseDirectory(), asked_before(workflow))


def refuse_broken(document: Any, workflow: Workflow | None) -> None:
    """Raises BrokenDefinition unless the document is free of errors."""
    wrong: dict[str, list[str]] = {}
    for finding in findings(document, workflow):
        if finding.severity == "error":
            wrong.setdefault(finding.path or "document", []).append(finding.message)
    if wrong:
        raise BrokenDefinition(_("The definition has errors."), fields=wrong)


def digest_of(document: dict[str, Any]) -> str:
    """The same for the same content, however its keys are ordered."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _set_draft(actor: Actor, workflow: Workflow, document: dict[str, Any], *, base: int | None) -> None:
    workflow.draft, workflow.draft_from = document, base
    workflow.draft_by, workflow.draft_at = actor.user, clock.now()
    workflow.draft_rev += 1
    workflow.version += 1


def _live_number(workflow: Workflow) -> int | None:
    return workflow.live.number if workflow.live else None
