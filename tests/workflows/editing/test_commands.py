"""Edits of a draft: by one person at a time, taken back and done again."""

from datetime import timedelta

import pytest

from flowtic.core import clock
from flowtic.core.errors import Conflict, Forbidden, Invalid, Stale
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.definitions import publish, save_draft
from workflows.commands.editing import LEASE, Held, apply_operations, hold_draft, holder, redo_edit, undo_edit
from workflows.commands.history import MOST_EDITS
from workflows.models import DraftEdit, Editing, Workflow


@pytest.fixture
def workflow(it):
    return make_workflow(document(task("work", "check"), task("check")), department=it)


def renamed(name, key="work"):
    return [{"op": "change_step", "key": key, "values": {"name": name}}]


def name_of(workflow, key="work"):
    draft = Workflow.objects.get(pk=workflow.pk).draft
    return next(step["name"] for step in draft["steps"] if step["key"] == key)


def test_edits_are_taken_back_one_by_one_and_done_again(as_web, ada, workflow):
    actor = as_web(ada)
    before = workflow.live.document
    apply_operations(actor, workflow, operations=renamed("Look"))
    apply_operations(actor, workflow, operations=[{"op": "remove_step", "key": "check"}])
    after = Workflow.objects.get().draft
    undo_edit(actor, workflow)
    assert name_of(workflow, "check") == "Check"
    undo_edit(actor, workflow)
    assert Workflow.objects.get().draft == before
    with pytest.raises(Conflict):
        undo_edit(actor, workflow)
    redo_edit(actor, workflow)
    redo_edit(actor, workflow)
    assert Workflow.objects.get().draft == after
    undo_edit(actor, workflow)
    apply_operations(actor, workflow, operations=renamed("Other"))
    with pytest.raises(Conflict):
        redo_edit(actor, workflow)


def test_a_draft_changed_elsewhere_has_nothing_to_take_back(as_web, ada, workflow):
    actor = as_web(ada)
    apply_operations(actor, workflow, operations=renamed("Look"))
    save_draft(actor, workflow, document=document(task("work")))
    with pytest.raises(Conflict):
        undo_edit(actor, workflow)
    apply_operations(actor, workflow, operations=renamed("Again"))
    assert DraftEdit.objects.count() == 1
    publish(actor, workflow, note="out")
    with pytest.raises(Conflict):
        undo_edit(actor, workflow)


def test_an_old_revision_is_told_who_was_faster(as_web, ada, workflow):
    actor, rev = as_web(ada), workflow.draft_rev
    apply_operations(actor, workflow, operations=renamed("Look"), rev=rev)
    with pytest.raises(Stale) as refused:
        apply_operations(actor, workflow, operations=renamed("Late"), rev=rev)
    assert "Ada" in refused.value.message
    assert name_of(workflow) == "Look"


def test_one_person_edits_until_another_takes_over(as_web, ada, lea, workflow):
    apply_operations(as_web(lea), workflow, operations=renamed("Look"))
    with pytest.raises(Held):
        apply_operations(as_web(ada), workflow, operations=renamed("Mine"))
    assert hold_draft(as_web(ada), workflow).editor == lea
    assert hold_draft(as_web(ada), workflow, take_over=True).editor == ada
    apply_operations(as_web(ada), workflow, operations=renamed("Mine"))
    with pytest.raises(Held):
        undo_edit(as_web(lea), workflow)
    Editing.objects.update(seen_at=clock.now() - LEASE - timedelta(seconds=1))
    assert holder(Editing.objects.get()) is None
    apply_operations(as_web(lea), workflow, operations=renamed("Free again"))


def test_a_robot_does_not_keep_the_draft(as_api, as_web, ada, lea, workflow):
    apply_operations(as_api(ada, "workflows:admin"), workflow, operations=renamed("By a robot"))
    apply_operations(as_web(lea), workflow, operations=renamed("By hand"))
    with pytest.raises(Held):
        apply_operations(as_api(ada, "workflows:admin"), workflow, operations=renamed("Again"))


def test_what_does_not_fit_leaves_no_trace(as_web, ada, alan, workflow):
    with pytest.raises(Invalid):
        apply_operations(as_web(ada), workflow, operations=[*renamed("Look"), {"op": "remove_step", "key": "nobody"}])
    with pytest.raises(Forbidden):
        apply_operations(as_web(alan), workflow, operations=renamed("Look"))
    apply_operations(as_web(ada), workflow, operations=renamed("Work"))
    assert Workflow.objects.get().draft is None
    assert not DraftEdit.objects.exists()


def test_the_history_has_an_end(as_web, ada, workflow):
    apply_operations(as_web(ada), workflow, operations=renamed("Look"))
    edit = DraftEdit.objects.get()
    rows = [DraftEdit(workflow=workflow, by=ada, at=edit.at, inverse=edit.inverse) for _ in range(MOST_EDITS)]
    DraftEdit.objects.bulk_create(rows)
    apply_operations(as_web(ada), workflow, operations=renamed("Once more"))
    assert DraftEdit.objects.count() == MOST_EDITS
