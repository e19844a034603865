"""Every edit of a form in its builder: operations in, their inverse kept, so that each can be taken back."""

import json
from typing import Any

from django.utils.translation import gettext as _

from desk.commands.form_drafts import save_form_draft
from desk.models import FormVersion, FormVersionDraft, RequestType
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, NotFound
from flowtic.core.policy import require
from workflows.commands.proposals import document_of
from workflows.patches import FORM, CannotApply, apply

MOST_STEPS, LARGEST_STEPS = 100, 400_000
UNDO, REDO = "undo", "redo"
Steps = dict[str, Any]


@command
def edit_form(actor: Actor, request_type: RequestType, *, operations: Any, rev: int | None = None) -> FormVersionDraft:
    """Puts all operations into the draft, or none; the draft may be unfinished afterwards.

    Raises Invalid with the number of the first operation that does not fit, Stale naming who changed the draft since.
    """
    return _change(actor, request_type, operations, rev, None)


@command
def undo_form_edit(actor: Actor, request_type: RequestType, *, rev: int | None = None) -> FormVersionDraft:
    """Takes the last edit back."""
    return _step(actor, request_type, UNDO, REDO, rev)


@command
def redo_form_edit(actor: Actor, request_type: RequestType, *, rev: int | None = None) -> FormVersionDraft:
    """Does again what was taken back last."""
    return _step(actor, request_type, REDO, UNDO, rev)


@command
def restore_form_version(
    actor: Actor, request_type: RequestType, *, number: int, rev: int | None = None
) -> FormVersionDraft:
    """A published version becomes the draft; what is live stays live."""
    require(actor, "form.edit", request_type)
    version = FormVersion.objects.filter(request_type=request_type, number=number).first()
    if version is None:
        raise NotFound(_("There is no such version."))
    return save_form_draft(actor, request_type, schema=version.schema, rev=rev)


def steps_of(draft: FormVersionDraft | None) -> Steps:
    """What can be taken back and done again; nothing once the draft was changed past the builder."""
    steps = draft.steps if draft else {}
    if draft is None or not isinstance(steps, dict) or steps.get("rev") != draft.rev or draft.schema is None:
        return {UNDO: [], REDO: []}
    return {UNDO: list(steps.get(UNDO) or []), REDO: list(steps.get(REDO) or [])}


def _step(actor: Actor, request_type: RequestType, back: str, forth: str, rev: int | None) -> FormVersionDraft:
    steps = steps_of(FormVersionDraft.objects.filter(request_type=request_type).first())
    if not steps[back]:
        raise Conflict(_("There is nothing to take back.") if back == UNDO else _("There is nothing to do again."))
    operations = steps[back].pop()
    return _change(actor, request_type, operations, rev, (steps, forth))


def _change(
    actor: Actor, request_type: RequestType, operations: Any, rev: int | None, stepping: tuple[Steps, str] | None
) -> FormVersionDraft:
    """`stepping`: the steps that are left, and on which pile the way back belongs; None for a new edit."""
    request_type = RequestType.objects.select_for_update().get(pk=request_type.pk)
    require(actor, "form.edit", request_type)
    draft = FormVersionDraft.objects.select_for_update().filter(request_type=request_type).first()
    before, _rev = document_of(request_type)
    try:
        patched = apply(FORM, before, operations)
    except CannotApply as problem:
        raise Invalid(problem.message, fields={f"operations.{problem.index}": problem.message}) from None
    steps = stepping[0] if stepping else {**steps_of(draft), REDO: []}
    pile = stepping[1] if stepping else UNDO
    saved = save_form_draft(actor, request_type, schema=patched.document, rev=rev)
    if patched.document == before:
        return saved
    saved.steps = {**_fitting({**steps, pile: [*steps[pile], patched.inverse]}), "rev": saved.rev}
    saved.save(update_fields=["steps"])
    return saved


def _fitting(steps: Steps) -> Steps:
    """Without the oldest ones, as many and as large as are kept."""
    found = {name: several[-MOST_STEPS:] for name, several in steps.items() if name in (UNDO, REDO)}
    while any(found.values()) and len(json.dumps(found)) > LARGEST_STEPS:
        found[UNDO if found[UNDO] else REDO].pop(0)
    return found
