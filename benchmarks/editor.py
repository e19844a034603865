"""The workflow editor on large drafts: how long an edit takes to come back, and how long the picture is drawn.

    FLOWTIC_DATA_DIR=/tmp/editor python manage.py migrate
    FLOWTIC_DATA_DIR=/tmp/editor python -m benchmarks.editor [--steps 100] [--drawn 300] [--samples 40]

Makes a draft of so many steps (forms, every tenth a decision around the next one) in an empty database and edits it as
the page does: a name is changed, a step is put in between, both are undone. Times the whole answer through the WSGI
handler, and the picture of the larger draft: layout, drawing, template. Prints one JSON line in ms; an edit's p95 above
150 or a picture's above 100 ends with 1.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from accounts.commands import create_person, save_department
from flowtic.core.actor import Actor
from workflows.commands.definitions import create_workflow
from workflows.definition.drawing import draw
from workflows.definition.format import parse
from workflows.models import Workflow

EDIT, PICTURE = 150.0, 100.0
KEY = "large"


def document(number: int) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    for place in range(number):
        key, then = f"step{place}", f"step{place + 1}" if place + 1 < number else "end"
        name = {"de": f"Schritt {place}", "en": f"Step {place}"}
        if place % 10 == 5 and place + 2 < number:
            amount = {"field": "amount", "op": "gt", "value": place}
            branches = [{"when": amount, "next": then}]
            steps.append(
                {"key": key, "kind": "decision", "name": name, "branches": branches, "otherwise": f"step{place + 2}"}
            )
        else:
            steps.append({"key": key, "kind": "form", "name": name, "owner": {"strategy": "pull"}, "next": then})
    end = {"key": "end", "kind": "end", "name": {"de": "Ende", "en": "End"}, "status": "closed"}
    fields = [{"key": "amount", "kind": "number", "label": {"de": "Betrag", "en": "Amount"}}]
    return {
        "schema": 1, "name": {"de": "Groß", "en": "Large"}, "fields": fields, "start": "step0", "steps": [*steps, end],
    }  # fmt: skip


class Editor:
    """An administrator's browser with the draft open."""

    def __init__(self, steps: int) -> None:
        machine = Actor.system("benchmark")
        department = save_department(machine, None, key="it", name_de="IT", name_en="IT")
        person = create_person(
            machine, email="editor@bench.example", name="Ed", role="admin", departments={}, password=None
        )
        create_workflow(
            machine, key=KEY, name_de="Groß", name_en="Large", department=department, document=document(steps)
        )
        self.client, self.middle = Client(HTTP_HOST="127.0.0.1"), f"step{steps // 2 + 1}"
        self.client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.times: dict[str, list[float]] = {}

    def press(self, name: str, **values: str) -> None:
        rev = Workflow.objects.values_list("draft_rev", flat=True).get(key=KEY)
        began = time.perf_counter()
        answer = self.client.post(
            f"/workflows/{KEY}/edit", {"step": self.middle, "rev": rev, **values}, headers={"HX-Request": "true"}
        )
        self.times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, (name, answer.status_code, answer.content[:300])

    def round(self, place: int) -> None:
        """Two edits and their way back: the draft is as long as before."""
        self.press("insert", do="add", kind="form", after=self.middle)
        self.press("undo", do="undo")
        name = f"Renamed {place}"
        self.press("save", do="save", **{"name.en": name, "name.de": name, "owner.strategy": "pull"})
        self.press("undo", do="undo")


def timed(act: Callable[[], object], samples: int) -> list[float]:
    found = []
    for _sample in range(samples):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found


def picture(definition: Any) -> str:
    return render_to_string("workflows/diagram.html", {"drawing": draw(definition)})


def line(times: list[float]) -> dict[str, float]:
    rows = sorted(times)
    return {
        "p50": round(statistics.median(rows), 1),
        "p95": round(rows[min(len(rows) - 1, int(len(rows) * 0.95))], 1),
        "worst": round(rows[-1], 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--drawn", type=int, default=300)
    parser.add_argument("--samples", type=int, default=40)
    arguments = parser.parse_args()
    editor = Editor(arguments.steps)
    for place in range(3):  # warm
        editor.round(place)
    editor.times.clear()
    for place in range(arguments.samples):
        editor.round(place)
    definition = parse(document(arguments.drawn))
    picture(definition)
    drawn = timed(lambda: picture(definition), arguments.samples)
    edits = {name: line(times) for name, times in editor.times.items()}
    found = {"steps": arguments.steps, "edit": edits, "drawn": arguments.drawn, "picture": line(drawn)}
    print(json.dumps({**found, "load": os.getloadavg()[0]}))
    return int(any(row["p95"] >= EDIT for row in edits.values()) or line(drawn)["p95"] >= PICTURE)


if __name__ == "__main__":
    sys.exit(main())
