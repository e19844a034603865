"""What admins do to running instances; and the log from which each instance can be rebuilt."""

import pytest

from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event
from tests.workflows.factories import document, fresh, make_run, make_workflow, open_item, task
from workflows.commands.definitions import publish, save_draft
from workflows.commands.drive import definition_of
from workflows.commands.operations import (
    cancel_instance,
    jump_to_step,
    migrate_instance,
    migration_obstacles,
    repeat_step,
    retry_step,
    skip_step,
)
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.engine.advance import replay
from workflows.models import Instance, WorkItem

DIVIDES = {
    "key": "choose",
    "kind": "decision",
    "branches": [{"when": {"formula": "10 / people > 3"}, "next": "end"}],
    "otherwise": "work",
}


def token_of(run: Instance) -> str:
    run.refresh_from_db()
    (token,) = run.state["tokens"]
    return token


@pytest.fixture
def run(rita, it):
    return make_run(document(task("first", "second"), task("second")), rita, it)


@pytest.fixture
def failed(rita, it):
    fields = [{"key": "people", "kind": "number", "default": 0}]
    return make_run(document(DIVIDES, task(), fields=fields), rita, it)


def test_a_failed_step_says_why_and_can_be_tried_again(failed, as_web, ada):
    assert failed.has_error
    event = Event.objects.get(name="instance.failed")
    assert event.data["code"] == "formula"
    retry_step(as_web(ada), failed, token=token_of(failed), reason="once more")
    failed.refresh_from_db()
    assert failed.has_error, "nothing changed, so it fails again"
    skip_step(as_web(ada), failed, token=token_of(failed), reason="nobody comes")
    failed.refresh_from_db()
    assert not failed.has_error
    assert open_item(failed).step == "work"


def test_jump_repeat_and_skip(run, as_web, ada):
    jump_to_step(as_web(ada), run, token=token_of(run), to="second", reason="first is known")
    assert open_item(run).step == "second"
    repeat_step(as_web(ada), run, step="first", reason="after all")
    assert {item.step for item in WorkItem.objects.open()} == {"first", "second"}
    for _n in range(2):
        run.refresh_from_db()
        second = next(name for name, token in run.state["tokens"].items() if token["step"] == "second")
        skip_step(as_web(ada), run, token=second, reason="done by phone")
        run.refresh_from_db()
        if run.status == "running":
            skip_step(as_web(ada), run, token=token_of(run), reason="done by phone")
            run.refresh_from_db()
    assert (run.status, fresh(run.ticket).status.key) == ("finished", "resolved")
    assert Event.objects.filter(name="instance.step_skipped", data__reason="done by phone").count() >= 2


def test_cancelling_leaves_the_ticket_to_people(run, as_web, ada):
    cancel_instance(as_web(ada), run, reason="ordered twice")
    run.refresh_from_db()
    assert (run.status, fresh(run.ticket).is_open) == ("cancelled", True)
    assert not WorkItem.objects.open().exists()
    with pytest.raises(Conflict):
        cancel_instance(as_web(ada), run, reason="ordered twice")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_every_operation_wants_a_reason(run, as_web, ada, reason):
    with pytest.raises(Invalid):
        cancel_instance(as_web(ada), run, reason=reason)


def test_agents_do_not_operate(run, as_web, alan, rita):
    for person in (alan, rita):
        with pytest.raises(Forbidden):
            skip_step(as_web(person), run, token=token_of(run), reason="let me")


def test_moving_to_another_version(rita, it, as_web, ada, alan):
    workflow = make_workflow(document(task("first", "second"), task("second")))
    from tests.factories import make_ticket
    from workflows.commands.starting import start_workflow

    runs = [start_workflow(as_web(ada), make_ticket(rita, it), workflow=workflow) for _n in range(2)]
    item = claim_work_item(as_web(alan), open_item(runs[1]))
    complete_work_item(as_web(alan), item, outcome="done", data={})
    renamed = document(task("begin", "extra"), task("extra"))
    save_draft(as_web(ada), workflow, document=renamed)
    version = publish(as_web(ada), workflow, note="shorter")
    mapped = {"first": "begin"}
    assert [bool(migration_obstacles(Instance.objects.get(pk=run.pk), version, mapped)) for run in runs] == [
        False,
        True,
    ]
    migrate_instance(as_web(ada), runs[0], version=version, step_map=mapped, reason="new rules")
    with pytest.raises(Conflict, match="second"):
        migrate_instance(as_web(ada), runs[1], version=version, step_map=mapped, reason="new rules")
    item = claim_work_item(as_web(alan), open_item(runs[0], "begin"))
    complete_work_item(as_web(alan), item, outcome="done", data={})
    assert open_item(runs[0]).step == "extra"
    assert Instance.objects.get(pk=runs[1].pk).version.number == 1


def test_the_log_rebuilds_the_state(rita, it, as_web, ada, alan):
    ways = [{"key": "again", "next": "first"}, {"key": "enough", "next": "end"}]
    run = make_run(document(task("first", "second"), task("second", outcomes=ways)), rita, it)
    for outcome in ("done", "again", "done"):
        item = claim_work_item(as_web(alan), open_item(run))
        complete_work_item(as_web(alan), item, outcome=outcome, data={})
    jump_to_step(as_web(ada), run, token=token_of(run), to="first", reason="again")
    run.refresh_from_db()
    rows = list(run.events.order_by("seq"))
    versions = iter(rows)
    rebuilt = replay(lambda _event: definition_of(next(versions).version_id), [row.event for row in rows])
    assert rebuilt == run.state
    assert [row.seq for row in rows] == list(range(1, run.rev + 1))
