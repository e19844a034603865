"""Workflows and runs for tests, through the commands."""

from typing import Any

from desk.models import Ticket
from flowtic.core.actor import Actor
from tests.factories import make_ticket
from workflows.commands.definitions import create_workflow, publish
from workflows.commands.starting import start_workflow
from workflows.models import Instance, Workflow, WorkItem

MACHINE = Actor.system("test")
END = {"key": "end", "kind": "end", "name": "End", "status": "resolved"}


def document(*steps: dict[str, Any], start: str = "", **more: Any) -> dict[str, Any]:
    """A definition of these steps and an end."""
    named = [{"name": step["key"].title(), **step} for step in steps]
    return {"schema": 1, "name": "Test", "start": start or steps[0]["key"], "steps": [*named, END], **more}


def task(key: str = "work", then: str = "end", **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "form", "owner": {"strategy": "pull"}, "next": then, **more}


def make_workflow(doc: dict[str, Any], key: str = "test", **more: Any) -> Workflow:
    """A workflow with a published version."""
    department = more.pop("department", None)
    workflow = create_workflow(MACHINE, key=key, name_de=key, name_en=key, department=department, document=doc)
    publish(MACHINE, workflow, note="first")
    return Workflow.objects.get(pk=workflow.pk)


def make_run(doc: dict[str, Any], requester: Any, department: Any, **fields: Any) -> Instance:
    """A ticket on which the workflow runs."""
    ticket = make_ticket(requester, department, **fields)
    number = Workflow.objects.count()
    return start_workflow(MACHINE, ticket, workflow=make_workflow(doc, f"test{number}"))


def open_item(instance: Instance, step: str = "") -> WorkItem:
    rows = WorkItem.objects.filter(instance=instance, state__in=WorkItem.OPEN)
    return rows.get(step=step) if step else rows.get()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("status").get(pk=ticket.pk)
