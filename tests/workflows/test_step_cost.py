"""What a step costs the database: at most twelve queries more than a plain change of status."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk.commands import change_status
from desk.models import Status
from tests.factories import make_ticket
from tests.workflows.factories import document, make_run, open_item, task
from workflows.commands.work_items import claim_work_item, complete_work_item

MORE = 12


def queries(act):
    """How many statements `act` sends, those that open and close transactions among them."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


@pytest.mark.parametrize("claimed", [True, False])
def test_a_step_of_a_pull_workflow(rita, it, alan, as_web, claimed):
    plain = make_ticket(rita, it)
    moved = Status.objects.get(key="in_progress")
    run = make_run(document(task("one", "two"), task("two", "three"), task("three")), rita, it)
    # The first step warms what a process reads once.
    complete_work_item(as_web(alan), open_item(run), outcome="done", data={})
    item = open_item(run)
    if claimed:
        item = claim_work_item(as_web(alan), item)
    actors = [as_web(alan), as_web(alan)]
    for actor in actors:
        assert actor.department_ids, "read once per request, whatever is done"
    status = queries(lambda: change_status(actors[0], plain, status=moved))
    step = queries(lambda: complete_work_item(actors[1], item, outcome="done", data={}))
    assert open_item(run).step == "three"
    assert 0 < status <= step <= status + MORE, f"{step} against {status}"
