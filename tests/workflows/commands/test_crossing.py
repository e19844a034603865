"""Runs that move to a version that reads more than they know, or asks robots that nobody has."""

import pytest

from desk.commands import create_ticket
from desk.models import RequestType
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict
from tests.workflows.factories import MACHINE, document, make_workflow, open_item, task
from workflows.commands.definitions import publish, save_draft
from workflows.commands.external import lease_items
from workflows.commands.operations import migrate_instance, migration_obstacles
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import complete_work_item
from workflows.models import Instance, Workflow, WorkItem

SIZE = {"key": "size", "kind": "number", "label": "Size"}
ROBOT = {"key": "order", "kind": "external", "topic": "shop", "next": "end"}


def asking(key, then, *fields):
    return task(key, then, form={"pages": [{"key": "p", "fields": list(fields)}]})


def divides(then="last"):
    way = {"when": {"field": "size", "op": "gt", "value": 3}, "next": then}
    return {"key": "divide", "kind": "decision", "branches": [way], "otherwise": "end"}


@pytest.fixture
def begin(rita, it):
    """`begin(document)` -> a run, and how to publish the next version."""

    def make(doc, **about):
        workflow = make_workflow(doc, f"w{Workflow.objects.count()}", department=it)
        ticket = create_ticket(
            MACHINE, subject="x", description="y", requester=about.pop("requester", rita), department=it, **about
        )
        return start_workflow(MACHINE, ticket, workflow=workflow)

    return make


def next_version(run, doc):
    workflow = run.version.workflow
    save_draft(MACHINE, workflow, document=doc)
    return publish(MACHINE, workflow, note="next")


def codes(run, version, **step_map):
    return [(one.code, one.step, one.name) for one in migration_obstacles(fresh(run), version, step_map)]


def fresh(run):
    return Instance.objects.get(pk=run.pk)


def test_a_field_that_the_run_was_never_asked_for(begin, as_web, alan, ada):
    run = begin(document(task("first", "last"), task("last")))
    early = document(asking("first", "last", SIZE), task("last", "divide"), divides("more"), task("more"))
    version = next_version(run, early)
    assert codes(run, version) == []  # it stands before the step that asks
    complete_work_item(as_web(alan), open_item(run, "first"), outcome="done", data={})
    assert codes(run, version) == [("field_missing", "divide", "size")]
    with pytest.raises(Conflict, match="size"):
        migrate_instance(as_web(ada), fresh(run), version=version, step_map={}, reason="new")
    assert fresh(run).version.number == 1


def test_defaults_other_branches_and_empty_answers_are_no_obstacle(begin, as_web, alan):
    run = begin(document(asking("first", "last", SIZE), task("last")))
    complete_work_item(as_web(alan), open_item(run, "first"), outcome="done", data={})  # left empty
    later = document(asking("first", "last", SIZE), task("last", "divide"), divides("more"), task("more"))
    assert codes(run, next_version(run, later)) == []

    other = begin(document(task("first", "last"), task("last")))
    complete_work_item(as_web(alan), open_item(other, "first"), outcome="done", data={})
    given = document(task("first", "last"), task("last", "divide"), divides("more"), task("more"))
    given["fields"] = [{**SIZE, "default": 1}]
    assert codes(other, next_version(other, given)) == []


def test_what_a_branch_beside_it_fills_in_may_be_read(begin):
    fork = {"key": "both", "kind": "split", "branches": ["left", "right"], "join": "meet"}
    meet = {"key": "meet", "kind": "join", "wait": "all", "next": "divide"}
    old = document(fork, task("left", "meet"), task("right", "meet"), {**meet, "next": "end"})
    new = document(fork, asking("left", "meet", SIZE), task("right", "meet"), meet, divides("more"), task("more"))
    run = begin(old)
    assert codes(run, next_version(run, new)) == []


def test_the_ticket_brings_what_its_form_asked(begin, it, rita):
    kind = RequestType.objects.create(
        key="buy", name_de="Kauf", name_en="Buy", department=it, schema={"fields": [SIZE]}
    )
    plain = document(task("first"))
    reads = document(task("first", "divide"), divides(), task("last"))
    asked = begin(plain, request_type=kind, fields={})
    version = next_version(asked, reads)
    assert codes(asked, version) == []
    stranger = start_again(asked, rita, it)
    assert codes(stranger, version) == [("field_missing", "divide", "size")]


def start_again(run, rita, it):
    """Another run of the first version, on a ticket without a form."""
    workflow = run.version.workflow
    live, workflow.live = workflow.live, run.version
    workflow.save()
    ticket = create_ticket(MACHINE, subject="x", description="y", requester=rita, department=it)
    found = start_workflow(MACHINE, ticket, workflow=workflow)
    workflow.live = live
    workflow.save()
    return found


def test_an_unknown_topic_keeps_the_run_and_a_known_one_takes_the_task_along(begin, as_web, ada, alan):
    run = begin(document(ROBOT))
    version = next_version(run, document({**ROBOT, "topic": "warehouse"}))
    assert codes(run, version) == [("topic_unknown", "order", "warehouse")]
    with pytest.raises(Conflict, match="warehouse"):
        migrate_instance(as_web(ada), fresh(run), version=version, step_map={}, reason="new")
    assert lease_items(Actor(alan), worker="w", topics=["warehouse"], maximum=1, lease_seconds=60) == []
    assert codes(run, version) == []
    migrate_instance(as_web(ada), fresh(run), version=version, step_map={}, reason="new")
    (item,) = lease_items(Actor(alan), worker="w", topics=["warehouse"], maximum=1, lease_seconds=60)
    assert item == WorkItem.objects.get(instance=run)


def test_an_unknown_topic_with_a_way_out_is_no_obstacle(begin):
    run = begin(document(ROBOT))
    assert codes(run, next_version(run, document({**ROBOT, "topic": "warehouse", "on_error": "end"}))) == []
    assert codes(run, next_version(run, document({**ROBOT, "name": "Order it"}))) == []
