"""Ten tickets on version 1 of a workflow, one of them at a step that version 2 does not have."""

from typing import Any

from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.factories import make_ticket
from tests.workflows.factories import MACHINE, document, make_workflow, open_item, task
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.models import Instance, Workflow, WorkItem

FIRST = document(task("check", "pack"), task("pack"))
SECOND = document(task("inspect", "weigh"), task("weigh", "ship"), task("ship"))
MAP = {"check": "inspect"}
REASON = "New customs rules"
WHY = "The step “pack” does not exist in the new version."


def begin(requester: Any, department: Any, worker: Any) -> tuple[Workflow, list[Instance]]:
    """The workflow and its runs; the last one is one step further than the others."""
    workflow = make_workflow(FIRST, "order", department=department)
    tickets = [make_ticket(requester, department, subject=f"Parcel {number}") for number in range(10)]
    runs = [start_workflow(MACHINE, ticket, workflow=workflow) for ticket in tickets]
    _done(runs[-1], "check", worker)
    return workflow, runs


def _done(run: Instance, step: str, worker: Any) -> None:
    item = claim_work_item(Actor(worker), open_item(run, step))
    complete_work_item(Actor(worker), item, outcome="done", data={})


def picture(runs: list[Instance]) -> list[Any]:
    """Everything of the runs that could change under them."""
    found: list[Any] = []
    for run in Instance.objects.filter(pk__in=[run.pk for run in runs]).order_by("pk"):
        items = WorkItem.objects.filter(instance=run).order_by("pk")
        ticket = Ticket.objects.get(pk=run.ticket_id)
        found.append(
            (
                *(run.version_id, run.rev, run.state, run.moved_at, ticket.status_id, ticket.version),
                *items.values_list("pk", "step", "state", "assignee_id", "version"),
            )
        )
    return found


def look(runs: list[Instance], worker: Any) -> None:
    """Nine go on in version 2 to their end, the tenth does so in version 1."""
    numbers = [Instance.objects.get(pk=run.pk).version.number for run in runs]
    assert numbers == [2] * 9 + [1]
    for step in ("inspect", "weigh", "ship"):
        assert {open_item(run).step for run in runs[:-1]} == {step}
        for run in runs[:-1]:
            _done(run, step, worker)
    _done(runs[-1], "pack", worker)
    ended = Instance.objects.filter(pk__in=[run.pk for run in runs])
    assert set(ended.values_list("status", "ticket__status__key")) == {("finished", "resolved")}
