"""Approvals out of a pool: who may not decide cannot hold the step either."""

from datetime import timedelta

import pytest

from accounts.commands import record_absence
from flowtic.core import clock
from flowtic.core.errors import Conflict, Invalid
from tests.factories import make_person
from tests.workflows.factories import document, make_run, open_item, task
from workflows.commands.work_items import assign_work_item, claim_work_item, complete_work_item
from workflows.models import WorkItem

RULES = {"mode": "sequence", "quorum": "all", "approve": "end", "reject": "end"}


def approval(approvers):
    by = [{"role": "support"}] * approvers  # one after the other
    return {"key": "release", "kind": "approval", "approvers": by, **RULES}


def test_nobody_takes_the_approval_of_their_own_request(sven, it, as_web):
    run = make_run(document(approval(1)), sven, it)
    with pytest.raises(Conflict, match="own request"):
        claim_work_item(as_web(sven), open_item(run))
    assert (open_item(run).state, open_item(run).assignee) == ("ready", None)
    other = make_person("Susi Support", "support")
    complete_work_item(as_web(other), claim_work_item(as_web(other), open_item(run)), outcome="approve", data={})
    run.refresh_from_db()
    assert run.status == "finished"


def test_nobody_takes_the_second_approval_after_the_first(rita, sven, it, as_web):
    run = make_run(document(approval(2)), rita, it)
    complete_work_item(as_web(sven), claim_work_item(as_web(sven), open_item(run)), outcome="approve", data={})
    with pytest.raises(Conflict, match="decided here already"):
        claim_work_item(as_web(sven), open_item(run))
    assert open_item(run).assignee is None


def free_for(person, as_web):
    return list(WorkItem.objects.claimable_by(as_web(person)).values_list("step", flat=True))


def test_the_list_of_what_is_free_leaves_out_what_one_may_not_decide(rita, sven, it, as_web):
    susi = make_person("Susi Support", "support")
    make_run(document(approval(2)), sven, it)
    assert (free_for(sven, as_web), free_for(susi, as_web)) == ([], ["release"])
    WorkItem.objects.all().delete()
    run = make_run(document(approval(2)), rita, it)
    assert free_for(sven, as_web) == free_for(susi, as_web) == ["release"]
    complete_work_item(as_web(sven), open_item(run), outcome="approve", data={})
    assert (free_for(sven, as_web), free_for(susi, as_web)) == ([], ["release"])


def test_another_visit_to_the_step_is_decided_anew(rita, sven, it, as_web):
    fix = task("fix", then="release", owner={"strategy": "field", "field": "requester"})
    run = make_run(document({**approval(1), "reject": "fix"}, fix), rita, it)
    complete_work_item(as_web(sven), open_item(run), outcome="reject", data={}, note="no")
    complete_work_item(as_web(rita), open_item(run, "fix"), outcome="done", data={})
    assert free_for(sven, as_web) == ["release"]


def test_a_task_of_ones_own_request_stays_in_the_list(sven, it, as_web):
    make_run(document(task("work")), sven, it)
    assert free_for(sven, as_web) == ["work"]


@pytest.mark.parametrize("pooled", [True, False])
def test_an_approval_is_never_handed_to_who_asked_for_it(rita, lea, sven, ada, it, as_web, pooled):
    by = [{"role": "support"}] if pooled else [{"person": sven.email}]
    run = make_run(document({**approval(1), "approvers": by}), rita, it)
    with pytest.raises(Invalid) as refused:
        assign_work_item(as_web(lea), open_item(run), assignee=rita)
    assert "who asked for it" in str(refused.value.fields)
    assert open_item(run).assignee_id != rita.pk
    assert assign_work_item(as_web(lea), open_item(run), assignee=ada).assignee == ada


def test_nobody_is_handed_a_second_decision(rita, lea, sven, ada, it, as_web):
    run = make_run(document({**approval(2), "approvers": [{"person": sven.email}, {"person": ada.email}]}), rita, it)
    complete_work_item(as_web(sven), open_item(run), outcome="approve", data={})
    with pytest.raises(Invalid) as refused:
        assign_work_item(as_web(lea), open_item(run), assignee=sven)
    assert "Sven" in str(refused.value.fields)


def test_who_asks_does_not_stand_in_for_the_approver(rita, sven, ada, it, as_web):
    now = clock.now()
    record_absence(as_web(sven), sven, starts_at=now, ends_at=now + timedelta(days=2), substitute=ada, note="")
    named = {**approval(1), "approvers": [{"person": sven.email}]}
    assert open_item(make_run(document(named), rita, it)).assignee == ada
    assert open_item(make_run(document(named), ada, it)).assignee == sven


def test_the_page_says_why_the_buttons_are_missing(sven, it, client):
    run = make_run(document(approval(1)), sven, it)
    client.force_login(sven)
    page = client.get(f"/steps/{open_item(run).pk}").content.decode()
    assert "Nobody approves their own request." in page
    assert 'value="approve"' not in page
