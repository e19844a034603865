"""Approvals out of a pool: who may not decide cannot hold the step either."""

import pytest

from flowtic.core.errors import Conflict
from tests.factories import make_person
from tests.workflows.factories import document, make_run, open_item
from workflows.commands.work_items import claim_work_item, complete_work_item

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
