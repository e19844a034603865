"""Claim, give back, hand on, complete: state, event, refusal, and what the ticket shows."""

import pytest

from accounts.models import User
from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.models import Event
from tests.workflows.factories import document, fresh, make_run, open_item, task
from workflows.commands.work_items import (
    AlreadyDone,
    AlreadyTaken,
    assign_work_item,
    claim_work_item,
    complete_work_item,
    release_work_item,
)
from workflows.models import Instance, WorkItem

FORM = {"pages": [{"key": "p", "fields": [{"key": "cost", "kind": "number", "required": True}, {"key": "hint"}]}]}


@pytest.fixture
def run(rita, it, alan):
    return make_run(document(task("check", "approve"), task("approve")), rita, it)


def test_the_ticket_shows_who_has_the_next_move(run, as_web, alan):
    ticket = run.ticket
    assert fresh(ticket).status.key == "pending_assignment"
    item = claim_work_item(as_web(alan), open_item(run))
    assert (fresh(ticket).status.key, fresh(ticket).assignee, item.state) == ("assigned", alan, "claimed")
    complete_work_item(as_web(alan), item, outcome="done", data={})
    assert (fresh(ticket).status.key, open_item(run).step) == ("pending_assignment", "approve")
    last = claim_work_item(as_web(alan), open_item(run))
    complete_work_item(as_web(alan), last, outcome="done", data={})
    run.refresh_from_db()
    assert (run.status, fresh(ticket).status.key, run.ended_at is not None) == ("finished", "resolved", True)
    names = list(Event.objects.filter(ticket_id=ticket.pk).values_list("name", flat=True))
    assert names.count("work_item.claimed") == names.count("work_item.completed") == 2
    assert names[-2:].count("instance.finished") == 1


def test_the_second_who_claims_hears_who_was_first(run, as_web, alan, lea):
    item = open_item(run)
    claim_work_item(as_web(alan), item)
    with pytest.raises(AlreadyTaken, match=alan.name):
        claim_work_item(as_web(lea), item)
    assert claim_work_item(as_web(alan), item).assignee == alan, "again by the same person is no error"


def test_a_late_completion_names_who_was_faster(run, as_web, alan, lea):
    item = claim_work_item(as_web(alan), open_item(run))
    complete_work_item(as_web(alan), item, outcome="done", data={})
    with pytest.raises(AlreadyDone, match=alan.name):
        complete_work_item(as_web(lea), item, outcome="done", data={})
    assert WorkItem.objects.filter(instance=run).count() == 2


@pytest.mark.parametrize("who", ["rita", "otto", "hanna", "pia"])
def test_strangers_to_the_department_do_nothing(run, request, as_web, who):
    person = request.getfixturevalue(who)
    for act in (claim_work_item, release_work_item):
        with pytest.raises(Forbidden):
            act(as_web(person), open_item(run))
    with pytest.raises(Forbidden):
        complete_work_item(as_web(person), open_item(run), outcome="done", data={})
    with pytest.raises(Forbidden):
        assign_work_item(as_web(person), open_item(run), assignee=person)
    assert not WorkItem.objects.visible_to(Actor(person)).exists()


def test_another_agent_completes_only_what_is_theirs(run, as_web, alan, lea, it):
    from tests.factories import make_person

    bob = make_person("Bob Beistand", "agent", departments=(it,))
    item = claim_work_item(as_web(alan), open_item(run))
    with pytest.raises(Forbidden):
        complete_work_item(as_web(bob), item, outcome="done", data={})
    complete_work_item(as_web(lea), item, outcome="done", data={})
    item.refresh_from_db()
    assert (item.assignee, item.completed_by) == (alan, lea)


def test_the_form_of_a_step_is_checked_and_feeds_the_workflow(rita, it, as_web, alan):
    run = make_run(document(task("check", form=FORM), fields=[{"key": "cost", "kind": "number"}]), rita, it)
    item = claim_work_item(as_web(alan), open_item(run))
    for data, field in (({}, "fields.cost"), ({"cost": "x"}, "fields.cost"), ({"cost": 1, "evil": 2}, "fields.evil")):
        with pytest.raises(Invalid) as caught:
            complete_work_item(as_web(alan), item, outcome="done", data=data)
        assert field in caught.value.fields
    assert open_item(run).state == "claimed", "nothing happened"
    complete_work_item(as_web(alan), item, outcome="done", data={"cost": 12})
    run.refresh_from_db()
    assert run.state["values"]["cost"] == 12


def test_outcomes_that_the_step_does_not_have_are_refused(rita, it, as_web, alan):
    outcomes = [{"key": "ok", "next": "end"}, {"key": "no", "next": "end", "reason": True}]
    run = make_run(document(task("check", outcomes=outcomes)), rita, it)
    item = claim_work_item(as_web(alan), open_item(run))
    with pytest.raises(Invalid) as caught:
        complete_work_item(as_web(alan), item, outcome="done", data={})
    assert "outcome" in caught.value.fields
    with pytest.raises(Invalid) as caught:
        complete_work_item(as_web(alan), item, outcome="no", data={}, note="  ")
    assert "note" in caught.value.fields
    complete_work_item(as_web(alan), item, outcome="no", data={}, note="Too expensive")
    assert Instance.objects.get().state["outcomes"]["check"] == "no"


def test_give_back_and_hand_on(run, as_web, alan, lea, hanna, otto):
    item = claim_work_item(as_web(alan), open_item(run))
    item = release_work_item(as_web(alan), item)
    assert (item.assignee, item.state, fresh(run.ticket).status.key) == (None, "ready", "pending_assignment")
    with pytest.raises(Forbidden):
        assign_work_item(as_web(alan), item, assignee=lea)
    item = assign_work_item(as_web(lea), item, assignee=hanna)
    assert Ticket.objects.internal_to(Actor(hanna)).filter(pk=run.ticket_id).exists(), "sees it while she holds it"
    item = assign_work_item(as_web(lea), item, assignee=alan)
    assert not Ticket.objects.visible_to(Actor(hanna)).filter(pk=run.ticket_id).exists()
    with pytest.raises(Invalid):
        assign_work_item(as_web(lea), item, assignee=otto)
    assert User.objects.get(pk=alan.pk) == item.assignee


def test_an_approver_without_a_desk_sees_the_public_part_and_decides(rita, it, otto, as_web):
    approval = {
        "key": "approve",
        "kind": "approval",
        "approvers": [{"person": otto.email}],
        "approve": "end",
        "reject": "no",
    }
    no = {"key": "no", "kind": "end", "status": "rejected"}
    run = make_run(document(approval, no), rita, it)
    item = open_item(run)
    assert (item.assignee, item.kind, fresh(run.ticket).status.key) == (otto, "approval", "waiting_approval")
    assert Ticket.objects.visible_to(Actor(otto)).filter(pk=run.ticket_id).exists()
    assert not run.ticket.internal_for(Actor(otto))
    with pytest.raises(Invalid) as caught:
        complete_work_item(as_web(otto), item, outcome="reject", data={})
    assert "note" in caught.value.fields
    with pytest.raises(Conflict):
        release_work_item(as_web(otto), item)
    complete_work_item(as_web(otto), item, outcome="reject", data={}, note="Not this year")
    assert fresh(run.ticket).status.key == "rejected"


def test_closing_by_hand_waits_for_the_steps(run, as_web, alan):
    from desk.commands import change_status
    from desk.guards import Guarded
    from desk.models import Status

    with pytest.raises(Guarded):
        change_status(as_web(alan), run.ticket, status=Status.objects.get(key="resolved"))
