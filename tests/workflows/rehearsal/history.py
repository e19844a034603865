"""Past purchases on which versions are rehearsed."""

import datetime as dt

from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Event
from tests.factories import make_ticket
from tests.workflows.factories import MACHINE, document, make_workflow, open_item, task
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import EffectRun, Instance, InstanceEvent, Workflow, WorkItem

BEGAN = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def purchase(limit, **more):
    """Small amounts are bought at once, larger ones are approved by the role support."""
    decision = {
        "key": "size",
        "kind": "decision",
        "branches": [{"when": {"field": "amount", "op": "gt", "value": limit}, "next": "approval", "label": "large"}],
        "otherwise": "buy",
    }
    approval = {
        "key": "approval",
        "kind": "approval",
        "approvers": [{"role": "support"}],
        "quorum": "all",
        "approve": "buy",
        "reject": "no",
    }
    no = {"key": "no", "kind": "end", "status": "rejected"}
    form = {"pages": [{"key": "p", "fields": [{"key": "amount", "kind": "number", "label": "Amount"}]}]}
    return document(task("ask", "size", form=form), decision, approval, task("buy", **more), no)


def make_history(rita, alan, sven, it):
    """Eight purchases of 100 to 800; above 500 approved, the one of 800 rejected. One more waits for its approval."""
    workflow = make_workflow(purchase(500), "purchase", department=it)
    for number in range(1, 10):
        at = BEGAN + number * dt.timedelta(days=1)
        with clock.travel(at):
            ticket = make_ticket(rita, it, subject=f"Purchase of {number}00")
            run = start_workflow(MACHINE, ticket, workflow=workflow)
        _do(run, "ask", alan, at + HOUR, data={"amount": number * 100})
        if 5 < number < 9:
            _do(run, "approval", sven, at + 5 * HOUR, outcome="reject" if number == 8 else "approve")
        if number < 8:
            _do(run, "buy", alan, at + 7 * HOUR)
    return Workflow.objects.get(pk=workflow.pk)


def _do(run, step, person, at, outcome="done", data=None):
    with clock.travel(at):
        item, actor = open_item(run, step), Actor(person)
        if item.assignee_id is None and person.can_work and step != "approval":
            item = claim_work_item(actor, item)
        note = "too dear" if outcome == "reject" else ""
        complete_work_item(actor, item, outcome=outcome, data=data or {}, note=note)


def world():
    """Everything that a rehearsal could change by mistake."""
    counted = [model.objects.count() for model in (Event, EffectRun, InstanceEvent, Instance, WorkItem)]
    return counted, list(Instance.objects.order_by("pk").values_list("rev", "state", "moved_at"))
