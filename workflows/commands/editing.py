"""The one door to a draft for whoever changes it step by step: pages and REST say operations, nothing else."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, Stale
from flowtic.core.policy import require
from flowtic.core.time_words import ago
from workflows.commands.definitions import save_draft
from workflows.commands.history import Operations, editing_of, keep_edit, next_redo, next_undo, turn
from workflows.commands.proposals import document_of
from workflows.models import Editing, Workflow
from workflows.patches import WORKFLOW, CannotApply, apply

# Whoever was not heard of for so long no longer holds the draft.
LEASE = timedelta(minutes=2)


class Held(Conflict):
    """Somebody else edits the draft now."""

    code = "draft_held"


@command
def apply_operations(actor: Actor, workflow: Workflow, *, operations: Any, rev: int | None = None) -> Workflow:
    """Puts all operations into the draft, or none; the draft may be unfinished afterwards. Can be taken back.

    Raises Invalid with the number of the first that does not fit, Stale when the draft has another revision, Held
    while somebody else edits it.
    """
    workflow = _opened(actor, workflow, rev)
    patched_from = workflow.draft_rev
    before, _rev = document_of(workflow)
    try:
        patched = apply(WORKFLOW, before, operations)
    except CannotApply as problem:
        raise Invalid(problem.message, fields={f"operations.{problem.index}": problem.message}) from None
    if patched.document == before:
        return workflow
    workflow = save_draft(actor, workflow, document=patched.document)
    keep_edit(actor, workflow, operations, patched.inverse, before=patched_from)
    return workflow


@command
def undo_edit(actor: Actor, workflow: Workflow, *, rev: int | None = None) -> Workflow:
    """Takes the last edit back."""
    workflow = _opened(actor, workflow, rev)
    edit = next_undo(workflow)
    if edit is None:
        raise Conflict(_("There is nothing to take back."))
    workflow, _back = _put(actor, workflow, edit.inverse)
    turn(workflow, edit, undone=True, back=[])
    return workflow


@command
def redo_edit(actor: Actor, workflow: Workflow, *, rev: int | None = None) -> Workflow:
    """Does the edit again that was taken back last."""
    workflow = _opened(actor, workflow, rev)
    edit = next_redo(workflow)
    if edit is None:
        raise Conflict(_("There is nothing to do again."))
    workflow, back = _put(actor, workflow, edit.operations)
    turn(workflow, edit, undone=False, back=back)
    return workflow


@command
def hold_draft(actor: Actor, workflow: Workflow, *, take_over: bool = False) -> Editing:
    """Says that the person is at the draft, and has it if nobody else does; `take_over`: also if somebody does.

    Returns who has it.
    """
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    editing = editing_of(workflow)
    if take_over or holder(editing) in (None, actor.user):
        _hold(actor, editing)
    return editing


@command
def release_draft(actor: Actor, workflow: Workflow) -> None:
    """The person leaves the editor: the next one has it at once."""
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    Editing.objects.filter(workflow=workflow, editor=actor.user).update(editor=None, seen_at=None)


def holder(editing: Editing | None) -> Any:
    """The person who edits now; None when nobody does."""
    if editing is None or editing.editor is None or editing.seen_at is None:
        return None
    return editing.editor if clock.now() - editing.seen_at < LEASE else None


def _opened(actor: Actor, workflow: Workflow, rev: int | None) -> Workflow:
    """The workflow under lock, held by the actor."""
    workflow = Workflow.objects.lock(workflow.pk)
    require(actor, "workflow.edit", workflow)
    editing = editing_of(workflow)
    other = holder(editing)
    if other is not None and other != actor.user:
        raise Held(_("%(name)s edits this workflow right now.") % {"name": other}, rev=workflow.draft_rev)
    if rev is not None and rev != workflow.draft_rev:
        said = {"name": workflow.draft_by or _("Somebody"), "when": ago(workflow.draft_at or clock.now())}
        raise Stale(_("%(name)s changed the draft %(when)s.") % said, rev=workflow.draft_rev)
    if actor.is_person and actor.via == "web":  # a robot leaves at once
        _hold(actor, editing)
    return workflow


def _hold(actor: Actor, editing: Editing) -> None:
    editing.editor, editing.seen_at = actor.user, clock.now()
    editing.save(update_fields=["editor", "seen_at"])


def _put(actor: Actor, workflow: Workflow, operations: Operations) -> tuple[Workflow, Operations]:
    before, _rev = document_of(workflow)
    try:
        patched = apply(WORKFLOW, before, operations)
    except CannotApply as problem:
        raise Conflict(problem.message) from None
    return save_draft(actor, workflow, document=patched.document), patched.inverse
