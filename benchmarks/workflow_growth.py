"""Whether completing a step and changing a status stay as quick when the tables of finished runs have grown.

    FLOWTIC_DATA_DIR=/tmp/growth python manage.py migrate && … python manage.py createcachetable --database cache
    FLOWTIC_DATA_DIR=/tmp/growth python -m benchmarks.workflow_growth [--few 1000] [--many 100000] [--samples 150]

Fills an empty database with finished runs (ticket, instance, log, two work items, history each), measures at both sizes
and prints one JSON line: milliseconds (median and best) and CPU milliseconds of this process per command, and the
ratios of large to small. A ratio above 1.3 ends with 1. On MySQL the server's work is only in the wall time.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.db import connection

from accounts.commands import create_person, save_department
from accounts.models import Department, User
from benchmarks.workflow_document import DOCUMENT, KEY, STEPS
from desk import events as desk_events
from desk.commands import change_status, create_ticket
from desk.models import Priority, Status, Ticket
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.events import build
from flowtic.core.models import Event
from workflows import events
from workflows.commands.definitions import create_workflow, publish
from workflows.commands.drive import definition_of
from workflows.commands.starting import start_workflow
from workflows.commands.work_items import claim_work_item, complete_work_item
from workflows.engine.advance import start
from workflows.models import Instance, InstanceEvent, Workflow, WorkItem

MACHINE = Actor.system("benchmark")
BATCH = 1000
EMAIL = "growth@example.test"
LIMIT = 1.3
State = WorkItem.State


def ground() -> tuple[Workflow, User, Department]:
    """The workflow, and somebody who works in the department."""
    department = Department.objects.active().first()
    department = department or save_department(MACHINE, None, key="growth", name_de="Growth", name_en="Growth")
    person = User.objects.filter(email=EMAIL).first() or create_person(
        MACHINE,
        email=EMAIL,
        name="Growth",
        role="agent",
        departments={department: False},
        password="correct horse battery 9",  # noqa: S106
    )
    if not Workflow.objects.filter(key=KEY).exists():
        made = create_workflow(MACHINE, key=KEY, name_de=KEY, name_en=KEY, department=department, document=DOCUMENT)
        publish(MACHINE, made, note="measured")
    return Workflow.objects.get(key=KEY), person, department


def fill(wanted: int, workflow: Workflow, person: User, department: Department) -> None:
    """Finished runs until there are `wanted`."""
    version, about = workflow.live_id, {"person": person, "department": department}
    about |= {"status": Status.objects.get(key="resolved"), "priority": Priority.objects.first()}
    begun = {"type": "start", "values": {}, "facts": {}, "at": clock.now().isoformat()}
    state = {**start(definition_of(version), begun).state, "status": "finished", "tokens": {}}
    while (first := Instance.objects.count()) < wanted:
        _write(range(first, min(first + BATCH, wanted)), version, state, begun, about)
    if connection.vendor == "sqlite":  # as the schedule does
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _write(numbers: range, version: int, state: dict[str, Any], begun: dict[str, Any], about: dict[str, Any]) -> None:
    now, person = clock.now(), about["person"]
    tickets = []
    for number in numbers:
        at = now - timedelta(minutes=100_000 - number % 100_000)
        tickets.append(
            Ticket(
                number=f"GROWTH-{number}",
                subject=f"Ticket {number}",
                description="Grown.",
                requester=person,
                assignee=person,
                department=about["department"],
                status=about["status"],
                is_open=False,
                priority=about["priority"],
                created_at=at,
                updated_at=at,
                resolved_at=at,
            )
        )
    tickets = _stored(Ticket, tickets, "number")
    runs = [
        Instance(
            ticket=ticket,
            version_id=version,
            state=state,
            status="finished",
            rev=3,
            started_at=ticket.created_at,
            moved_at=ticket.created_at,
            ended_at=ticket.created_at,
        )
        for ticket in tickets
    ]
    runs = _stored(Instance, runs, "ticket_id")
    log = [
        InstanceEvent(instance=run, seq=seq, version_id=version, event=begun, actor=person, at=run.started_at)
        for run in runs
        for seq in (1, 2, 3)
    ]
    InstanceEvent.objects.bulk_create(log)
    items = [_item(run, part, about) for run in runs for part in (0, 1)]
    WorkItem.objects.bulk_create(items)
    told = [
        build(Actor(person, "web"), name, ticket, ticket_id=ticket.pk)
        for ticket in tickets
        for name in (desk_events.CREATED, events.ITEM_COMPLETED, events.ITEM_COMPLETED, events.FINISHED)
    ]
    Event.objects.bulk_create(told)


def _stored(model: Any, rows: list[Any], key: str) -> list[Any]:
    """The rows with their keys: MySQL does not answer them to a bulk insert."""
    model.objects.bulk_create(rows)
    names = [getattr(row, key) for row in rows]
    return list(model.objects.filter(**{f"{key}__in": names}).order_by("pk"))


def _item(run: Instance, part: int, about: dict[str, Any]) -> WorkItem:
    at = run.started_at
    return WorkItem(
        instance=run,
        ticket_id=run.ticket_id,
        key=f"{part + 1}:1:{'check' if part else 'receive'}",
        step="check" if part else "receive",
        kind=WorkItem.Kind.FORM,
        state=State.COMPLETED,
        strategy="pull",
        department=about["department"],
        assignee=about["person"],
        outcome="done",
        created_at=at,
        claimed_at=at,
        completed_at=at,
        completed_by=about["person"],
    )


def measure(workflow: Workflow, person: User, department: Department, samples: int) -> dict[str, dict[str, float]]:
    """Times of single commands on new tickets, in turn, so that a disturbance hits all of them."""
    taken: dict[str, list[tuple[float, float]]] = {"change_status": [], "claim": [], "complete": []}
    moved = Status.objects.get(key="in_progress")
    for number in range(samples):
        plain, ticket = (
            create_ticket(MACHINE, subject=f"Sample {number}", description="x", requester=person, department=department)
            for _ in (1, 2)
        )
        run = start_workflow(MACHINE, ticket, workflow=workflow)
        item = WorkItem.objects.get(instance=run, state=State.READY)
        taken["claim"].append(_timed(lambda item=item: claim_work_item(Actor(person), item)))
        answer = STEPS[item.step]
        taken["complete"].append(
            _timed(
                lambda item=item, answer=answer: complete_work_item(
                    Actor(person), item, outcome=answer["outcome"], data={}
                )
            )
        )
        taken["change_status"].append(_timed(lambda plain=plain: change_status(Actor(person), plain, status=moved)))
    return {
        name: {
            "p50": round(statistics.median(wall for wall, _cpu in times), 2),
            "best": round(min(wall for wall, _cpu in times), 2),
            "cpu": round(statistics.median(cpu for _wall, cpu in times), 2),
        }
        for name, times in taken.items()
    }


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=1000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=150)
    arguments = parser.parse_args()
    workflow, person, department = ground()
    seen = []
    for size in (arguments.few, arguments.many):
        fill(size, workflow, person, department)
        measure(workflow, person, department, 5)  # warm
        seen.append(measure(workflow, person, department, arguments.samples))
    small, large = seen
    names = ("p50", "best", "cpu")
    growth = {what: {name: round(large[what][name] / small[what][name], 2) for name in names} for what in small}
    print(json.dumps({"database": connection.vendor, "small": small, "large": large, "growth": growth}))
    return int(any(min(ratios.values()) > LIMIT for ratios in growth.values()))


if __name__ == "__main__":
    sys.exit(main())
