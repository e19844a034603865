"""The edits of a draft, one after the other, so that they can be taken back and done again."""

from typing import Any

from flowtic.core import clock
from flowtic.core.actor import Actor
from workflows.models import DraftEdit, Editing, Workflow

MOST_EDITS = 200
Operations = list[dict[str, Any]]


def keep_edit(actor: Actor, workflow: Workflow, operations: Operations, inverse: Operations, *, before: int) -> None:
    """Notes an edit that is in the draft by now. `before`: the draft's revision that it was made on."""
    editing = editing_of(workflow)
    edits = DraftEdit.objects.filter(workflow=workflow)
    if editing.rev != before:
        edits.delete()  # the draft was changed elsewhere: what came before leads nowhere
    else:
        edits.filter(undone=True).delete()
    DraftEdit.objects.create(workflow=workflow, operations=operations, inverse=inverse, by=actor.user, at=clock.now())
    old = list(edits.order_by("-pk").values_list("pk", flat=True)[MOST_EDITS : MOST_EDITS + 50])
    DraftEdit.objects.filter(pk__in=old).delete()
    _stands_at(editing, workflow)


def editing_of(workflow: Workflow) -> Editing:
    """The row of the workflow; who calls holds the workflow's lock."""
    return Editing.objects.get_or_create(workflow=workflow)[0]


def next_undo(workflow: Workflow) -> DraftEdit | None:
    """The edit that undo takes back."""
    return _edits(workflow).filter(undone=False).order_by("-pk").first()


def next_redo(workflow: Workflow) -> DraftEdit | None:
    """The edit that redo does again."""
    return _edits(workflow).filter(undone=True).order_by("pk").first()


def turn(workflow: Workflow, edit: DraftEdit, *, undone: bool, back: Operations) -> None:
    """The edit was just taken back or done again; `back`: what leads back from there."""
    edit.undone = undone
    if not undone:
        edit.inverse = back
    edit.save(update_fields=["undone", "inverse"])
    _stands_at(editing_of(workflow), workflow)


def _edits(workflow: Workflow) -> Any:
    rows = DraftEdit.objects.filter(workflow=workflow)
    rev = Editing.objects.filter(workflow=workflow).values_list("rev", flat=True).first()
    return rows if rev == workflow.draft_rev and workflow.draft is not None else rows.none()


def _stands_at(editing: Editing, workflow: Workflow) -> None:
    editing.rev = workflow.draft_rev
    editing.save(update_fields=["rev"])
