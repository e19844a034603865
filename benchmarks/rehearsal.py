"""Rehearsal of many past tickets: a 12-step workflow with a changed limit, played by the job as a worker does.

    FLOWTIC_DATA_DIR=/tmp/rehearsal python manage.py migrate
    FLOWTIC_DATA_DIR=/tmp/rehearsal python -m benchmarks.rehearsal [--tickets 10000]

Fills an empty database with finished runs (ticket, instance, log, work items), rehearses the live version and a draft
with another limit, and prints one JSON line: wall and CPU seconds of this process for each, tickets on another path,
peak memory. More than 60 CPU seconds, or a live version that does not reproduce what happened, ends with 1.
"""

import argparse
import copy
import json
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

import itertools

from accounts.commands import create_person, save_department
from accounts.models import Department, User
from desk.models import Priority, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from workflows.commands.definitions import create_workflow, publish, save_draft
from workflows.commands.rehearsals import rehearse_workflow
from workflows.engine.advance import Walk, same_for_everybody
from workflows.models import Instance, InstanceEvent, Rehearsal, Workflow, WorkItem
from workflows.rehearsal.reading import MOST
from workflows.rehearsal_jobs import rehearse

MACHINE = Actor.system("benchmark")
BATCH, LIMIT, PEOPLE = 500, 60.0, 20
KEY, EMAIL = "rehearsed", "rehearsal@example.test"
BEGAN = datetime(2026, 1, 5, 8).astimezone()


def step(key: str, kind: str, then: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "name": key.title(), "next": then, **more}


def document(limit: int) -> dict[str, Any]:
    """Twelve steps: forms in turn, a decision, an approval, a split, waiting, setting, telling."""
    form = {"fields": [{"key": "amount", "kind": "number", "label": "Amount"}]}
    turn = {"strategy": "round_robin"}
    large = {"when": {"field": "amount", "op": "gt", "value": limit}, "next": "approval", "label": "large"}
    approval = {"key": "approval", "kind": "approval", "name": "Approval", "approvers": [{"role": "support"}]}
    due = {"within": "P2D", "clock": "business", "then": "escalate"}
    steps = [
        step("ask", "form", "size", owner=turn, form=form, due=due),
        {"key": "size", "kind": "decision", "name": "Size", "branches": [large], "otherwise": "order"},
        {**approval, "quorum": "all", "approve": "order", "reject": "no", "due": due},
        step("order", "form", "note", owner=turn),
        step("note", "set", "both", values={"total": {"formula": "amount * 2.0"}}),
        {"key": "both", "kind": "split", "name": "Both", "branches": ["pack", "bill"], "join": "again"},
        step("pack", "form", "again", owner={"strategy": "least_loaded"}),
        step("bill", "form", "again", owner=turn),
        {"key": "again", "kind": "join", "name": "Again", "wait": "all", "next": "check"},
        step("check", "form", "end", owner=turn, due=due),
        {"key": "end", "kind": "end", "name": "End", "status": "resolved"},
        {"key": "no", "kind": "end", "name": "No", "status": "rejected"},
    ]
    fields = [{"key": "total", "kind": "number", "label": "Total"}]
    return {"schema": 1, "name": KEY, "start": "ask", "steps": steps, "fields": fields}


def ground() -> tuple[Workflow, User]:
    department = Department.objects.active().first()
    department = department or save_department(MACHINE, None, key="rehearsal", name_de="Probe", name_en="Rehearsal")
    for number in range(PEOPLE):
        email = EMAIL if number == 0 else f"hand{number}@example.test"
        if not User.objects.filter(email=email).exists():
            create_person(
                MACHINE,
                email=email,
                name=f"Hand {number}",
                role="admin" if number == 0 else "agent",
                departments={department: False},
                password="correct horse battery 9",  # noqa: S106
            )
    if not Workflow.objects.filter(key=KEY).exists():
        made = create_workflow(
            MACHINE, key=KEY, name_de=KEY, name_en=KEY, department=department, document=document(500)
        )
        publish(MACHINE, made, note="measured")
    return Workflow.objects.get(key=KEY), User.objects.get(email=EMAIL)


def log_of(workflow: Workflow, number: int, chance: random.Random) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The events of a run that people worked through, and its state at the end."""
    at = BEGAN + timedelta(minutes=37 * number)
    facts = {
        "ticket": {"number": f"FT-2026-{number:06}", "department": "rehearsal", "priority": "normal", "subject": "x"},
        "requester": {"id": 1, "name": "Hand", "email": EMAIL, "role": "agent", "department": "", "manager": None},
    }
    assert workflow.live is not None
    definition = _parsed(workflow.live.document)
    events = [{"type": "start", "values": {}, "facts": facts, "at": at.isoformat()}]
    walk = Walk(definition, events[0])
    while walk.state["status"] == "running":
        items = [
            (key, token["step"]) for token in walk.state["tokens"].values() for key in token["wait"].get("items", {})
        ]
        key, name = items[0]
        at += timedelta(minutes=chance.randint(5, 900))
        outcome = "reject" if name == "approval" and chance.random() < 0.1 else ""
        data = {"amount": chance.randint(1, 1000)} if name == "ask" else {}
        event = {"type": "completed", "item": key, "outcome": outcome or "done", "data": data, "by": 2 + number % 19}
        events.append({**event, "at": at.isoformat(), "facts": facts})
        walk.give(events[-1])
    return events, walk.state


_known: dict[str, Any] = {}


def _parsed(content: dict[str, Any]) -> Any:
    from workflows.definition.format import parse

    return _known.setdefault("definition", parse(content))


def fill(workflow: Workflow, person: User, tickets: int) -> None:
    chance = random.Random(6)  # noqa: S311  (nothing secret)
    first = Ticket.objects.count()
    for begin in range(first, tickets, BATCH):
        with same_for_everybody():
            logs = [log_of(workflow, number, chance) for number in range(begin, min(begin + BATCH, tickets))]
        _write(workflow, person, begin, logs)


def _write(workflow: Workflow, person: User, begin: int, logs: list[Any]) -> None:
    status, priority = Status.objects.get(key="closed"), Priority.objects.get(key="normal")
    moments = [(datetime.fromisoformat(log[0]["at"]), datetime.fromisoformat(log[-1]["at"])) for log, _state in logs]
    tickets = Ticket.objects.bulk_create(
        Ticket(
            number=f"FT-2026-{begin + number:06}",
            subject=f"Rehearsed {begin + number}",
            status=status,
            is_open=False,
            priority=priority,
            department=workflow.department,
            requester=person,
            created_at=began,
            updated_at=over,
        )
        for number, (began, over) in enumerate(moments)
    )
    runs = Instance.objects.bulk_create(
        Instance(
            version=workflow.live,
            ticket=ticket,
            state=state,
            status="finished",
            rev=len(log),
            started_at=began,
            moved_at=over,
            ended_at=over,
        )
        for ticket, (log, state), (began, over) in zip(tickets, logs, moments, strict=True)
    )
    InstanceEvent.objects.bulk_create(
        InstanceEvent(instance=run, seq=seq, version=workflow.live, event=event, at=event["at"])
        for run, (log, _state) in zip(runs, logs, strict=True)
        for seq, event in enumerate(log, 1)
    )
    WorkItem.objects.bulk_create(_items(runs, tickets, logs))


def _items(runs: list[Instance], tickets: list[Ticket], logs: list[Any]) -> Iterator[WorkItem]:
    for run, ticket, (log, _state) in zip(runs, tickets, logs, strict=True):
        for seq, (before, event) in enumerate(itertools.pairwise(log)):
            name = ("ask", "order", "pack", "bill", "check")[min(seq, 4)]
            yield WorkItem(
                instance=run,
                ticket=ticket,
                key=event["item"],
                step=name,
                kind="form",
                state="completed",
                outcome="done",
                created_at=before["at"],
                claimed_at=before["at"],
                completed_at=event["at"],
            )


def measured(person: User, workflow: Workflow, number: int | None) -> dict[str, Any]:
    """One rehearsal as the worker does it."""
    until = BEGAN + timedelta(days=399)
    row = rehearse_workflow(Actor(person), workflow, number=number, since=BEGAN - timedelta(days=1), until=until)
    job = Job.objects.get(payload__rehearsal=row.pk)
    wall, cpu = time.perf_counter(), time.process_time()
    rehearse(job)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    row = Rehearsal.objects.get(pk=row.pk)
    figures = {"tickets": row.result["total"], "other": row.result["other"], "state": row.state}
    return {**figures, "seconds": round(wall, 1), "cpu_seconds": round(cpu, 1)}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=10_000)
    options = parser.parse_args()
    workflow, person = ground()
    fill(workflow, person, min(options.tickets, MOST))
    live = measured(person, workflow, 1)
    save_draft(Actor(person), workflow, document=copy.deepcopy(document(300)))
    draft = measured(person, Workflow.objects.get(pk=workflow.pk), None)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"live": live, "draft": draft, "peak_mb": memory, "at": clock.now().isoformat()}))
    return 1 if live["other"] or max(live["cpu_seconds"], draft["cpu_seconds"]) > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
