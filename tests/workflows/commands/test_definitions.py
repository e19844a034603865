"""Drafts, versions, and which workflow a ticket gets through every door."""

import pytest

from desk.models import RequestType, Ticket
from flowtic.core.errors import Conflict, Forbidden, Stale
from tests.workflows.factories import document, make_workflow, task
from workflows.commands.definitions import (
    BrokenDefinition,
    create_workflow,
    discard_draft,
    publish,
    restore_version,
    save_draft,
)
from workflows.commands.rules import save_rule
from workflows.models import Instance, Workflow


def test_versions_are_numbered_and_never_change(as_web, ada, db):
    workflow = make_workflow(document(task()))
    save_draft(as_web(ada), workflow, document=document(task(), task("more")) | {"start": "more"})
    with pytest.raises(BrokenDefinition) as caught:
        publish(as_web(ada), workflow, note="")
    assert any("steps/0" in path for path in caught.value.fields), "the first step cannot be reached any more"
    save_draft(as_web(ada), workflow, document=document(task("more", "work"), task()))
    second = publish(as_web(ada), workflow, note="more")
    assert second.number == 2
    with pytest.raises(TypeError):
        second.save()
    workflow = restore_version(as_web(ada), workflow, number=1)
    assert workflow.draft == document(task())
    assert publish(as_web(ada), workflow, note="back").number == 3


def test_the_same_again_is_not_published(as_web, ada, db):
    workflow = make_workflow(document(task()))
    with pytest.raises(Conflict):
        publish(as_web(ada), workflow, note="")
    save_draft(as_web(ada), workflow, document=document(task()))
    with pytest.raises(Conflict):
        publish(as_web(ada), workflow, note="")
    assert discard_draft(as_web(ada), workflow).draft is None


def test_two_who_edit_do_not_overwrite_each_other(as_web, ada, db):
    workflow = make_workflow(document(task()))
    mine = save_draft(as_web(ada), workflow, document=document(task("mine")), rev=workflow.draft_rev)
    with pytest.raises(Stale, match="Ada"):
        save_draft(as_web(ada), workflow, document=document(task("theirs")), rev=workflow.draft_rev)
    assert Workflow.objects.get().draft["start"] == "mine"
    assert mine.draft_from == 1


def test_who_may_edit_and_publish(as_web, ada, lea, alan, sven, it, hr):
    workflow = make_workflow(document(task()), department=it)
    save_draft(as_web(lea), workflow, document=document(task("lead")))
    with pytest.raises(Forbidden):
        publish(as_web(lea), workflow, note="")
    for person in (alan, sven):
        with pytest.raises(Forbidden):
            save_draft(as_web(person), workflow, document=document(task("x")))
    with pytest.raises(Forbidden):
        create_workflow(as_web(lea), key="own", name_de="x", name_en="x", department=it)
    assert publish(as_web(ada), workflow, note="ok").number == 2


@pytest.fixture
def rules(as_web, ada, it):
    """IT's urgent tickets run through one workflow, the type "move" through another one, "plain" through none."""
    urgent, move = make_workflow(document(task()), "urgent"), make_workflow(document(task("pack")), "move")
    leaf = {"field": "ticket.request_type", "op": "is", "value": "move"}
    big = {"all": [leaf, {"field": "size", "op": "gt", "value": 3}]}
    urgent_tree = {"field": "ticket.priority", "op": "is", "value": "urgent"}
    for position, (tree, workflow) in enumerate(((big, None), (leaf, move), (urgent_tree, urgent))):
        save_rule(
            as_web(ada), None, name=f"r{position}", condition=tree, workflow=workflow, position=position, active=True
        )
    fields = [{"key": "size", "kind": "number"}]
    return RequestType.objects.create(
        key="move", name_de="Umzug", name_en="Move", department=it, schema={"fields": fields}
    )


CASES = [({"size": 2}, "low", "move"), ({"size": 9}, "urgent", ""), (None, "urgent", "urgent"), (None, "low", "")]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("door", ["api", "web", "command"])
@pytest.mark.django_db(transaction=True)
def test_every_door_gets_the_same_workflow(rules, it, alan, rita, api, client, door, case, as_web):
    fields, priority, wanted = case
    kind = "move" if fields is not None else None
    if door == "api":
        body = {"subject": "x", "description": "y", "priority": priority, "department": "it"}
        body |= {"request_type": kind, "fields": fields} if kind else {}
        answer = api(alan).post("/api/v1/tickets", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
    else:
        from desk.commands import create_ticket
        from desk.models import Priority

        create_ticket(
            as_web(alan),
            subject="x",
            description="y",
            department=it,
            priority=Priority.objects.get(key=priority),
            request_type=rules if kind else None,
            fields=fields,
            source=door if door == "web" else "",
        )
    ticket = Ticket.objects.get()
    found = Instance.objects.filter(ticket=ticket).select_related("version__workflow").first()
    assert (found.version.workflow.key if found else "") == wanted
