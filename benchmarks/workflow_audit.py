"""Audit of all instances in the database that the environment names; standard input: ids of the items whose completion
was acknowledged, as JSON. Prints what is wrong, in numbers."""

import json
import os
import sys
from collections import Counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from benchmarks.workflow_document import STEPS
from flowtic.core.models import Event
from workflows.commands.drive import definition_of
from workflows.engine.advance import replay
from workflows.models import Instance, InstanceEvent, WorkItem


def main() -> None:
    acknowledged = set(json.load(sys.stdin))
    found: Counter[str] = Counter()
    items: dict[int, Counter[str]] = {}
    held = WorkItem.objects.filter(state=WorkItem.State.COMPLETED).values_list("pk", "instance_id", "step")
    done = set()
    for pk, instance, step in held:
        items.setdefault(instance, Counter())[step] += 1
        done.add(pk)
    logged: dict[int, list[InstanceEvent]] = {}
    for entry in InstanceEvent.objects.order_by("instance_id", "seq"):
        logged.setdefault(entry.instance_id, []).append(entry)
    for instance in Instance.objects.select_related("ticket__status").iterator():
        found.update(_look_at(instance, items.get(instance.pk, Counter()), logged.get(instance.pk, [])))
    told = Event.objects.filter(name="work_item.completed").count()
    found["lost"] += len(acknowledged - done)
    found["doubled"] += max(0, told - len(done))
    names = ("instances", "unfinished", "lost", "doubled", "not_replayed", "wrong_tickets")
    print(json.dumps({f"audited_{name}" if name == "instances" else name: found[name] for name in names}))


def _look_at(instance: Instance, items: Counter[str], log: list[InstanceEvent]) -> Counter[str]:
    found = Counter(instances=1)
    finished = instance.status == Instance.State.FINISHED
    found["unfinished"] += not finished
    found["lost"] += sum(items[step] == 0 for step in STEPS) if finished else 0
    found["doubled"] += sum(count - 1 for count in items.values() if count > 1)
    completions = Counter(entry.event["item"] for entry in log if entry.event["type"] == "completed")
    found["doubled"] += sum(count - 1 for count in completions.values() if count > 1)
    versions = iter([entry.version_id for entry in log])
    events = [entry.event for entry in log]
    gapless = [entry.seq for entry in log] == list(range(1, len(log) + 1))
    state = replay(lambda _event: definition_of(next(versions)), events)
    found["not_replayed"] += not gapless or json.loads(json.dumps(state)) != instance.state
    found["wrong_tickets"] += finished and instance.ticket.status.key != "resolved"
    return found


main()
