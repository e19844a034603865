"""What one ticket costs the local engine, on one core, against a floor.

    FLOWTIC_DATA_DIR=/tmp/ai-bench python -m benchmarks.ai_suggestion --samples 100

Wants a database that `benchmarks.ai_training --index` filled and trained. Floor: reading one ticket with its fields.
Also says what loading the models costs a process (seconds, megabytes). Above 150 ms of CPU for a classification it
ends with 1.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import django

django.setup()

from ai_assist.local import articles, classify, duration, engine, similar, snippets
from desk.models import Ticket
from flowtic.core.actor import Actor

LIMIT = 150.0
MACHINE = Actor.system("benchmark")
READING = ("status", "priority", "department", "requester", "request_type")


def memory() -> float:
    """Megabytes that this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100)
    options = parser.parse_args()
    step = max(Ticket.objects.count() // options.samples, 1)
    tickets = list(Ticket.objects.order_by("pk")[::step][: options.samples])
    heavy = sorted(name for name in ("sklearn", "scipy", "skops", "openai") if name in sys.modules)
    before, started = memory(), time.perf_counter()
    found = engine.guesses(tickets[0])
    loading = {"seconds": round(time.perf_counter() - started, 2), "mb_before": before, "mb_after": memory()}
    acts: dict[str, Callable[[Ticket], object]] = {
        "floor": lambda ticket: Ticket.objects.select_related(*READING).get(pk=ticket.pk),
        "classify": classify.guesses,
        "similar": lambda ticket: similar.similar_tickets(MACHINE, ticket),
        "snippets": lambda ticket: snippets.reply_snippets(MACHINE, ticket),
        "articles": lambda ticket: articles.matching(MACHINE, ticket),
        "duration": duration.expected,
    }
    wall: dict[str, list[float]] = {name: [] for name in acts}
    cpu: dict[str, list[float]] = {name: [] for name in acts}
    for ticket in tickets:
        for name, act in acts.items():
            began, used = time.perf_counter(), time.process_time()
            act(ticket)
            wall[name].append((time.perf_counter() - began) * 1000)
            cpu[name].append((time.process_time() - used) * 1000)
    figures = {name: _figures(wall[name], cpu[name], wall["floor"]) for name in acts}
    whole = {"tickets": Ticket.objects.count(), "guessed": [guess.field for guess in found], "loading": loading}
    print(json.dumps(whole | {"loaded_before": heavy, "ms": figures}))
    return int(figures["classify"]["cpu_p95"] > LIMIT)


def _figures(wall: list[float], cpu: list[float], floor: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(wall), 1),
        "p95": round(sorted(wall)[int(len(wall) * 0.95)], 1),
        "cpu_p95": round(sorted(cpu)[int(len(cpu) * 0.95)], 1),
        "floors": round(statistics.median(wall) / statistics.median(floor), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
