"""Random walks of the workflow engine through random workflows, everything that must hold checked after each event.

    python -m benchmarks.engine_walk --transitions 100000 --seed 1
    python -m benchmarks.engine_walk --seed 1 --walk 417        (one walk again, with its traceback)

Prints transitions, seconds and violations; ends with 1 when there was a violation.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter

from tests import environment  # noqa: F401  (settings of a test run)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from tests.workflows.engine.generator import broken, random_document, random_values
from tests.workflows.engine.walks import Walk
from tests.workflows.engine.world import World

EVENTS = 60  # at random, before everybody works towards the end
SORTS = ("sound", "wild", "sound", "wild", "broken")


def walk(seed: int, number: int, seen: Counter[str]) -> int:
    """One instance from its start to wherever it comes; returns its transitions. Raises on a violation."""
    chance = random.Random(f"{seed}/{number}")  # noqa: S311  (nothing secret)
    sort = SORTS[number % len(SORTS)]
    document = random_document(chance, wild=sort != "sound")
    if sort == "broken":
        document = broken(document, chance)
    world = World(document, random_values(chance)).start()
    way = Walk(world, chance, sound=sort != "broken")
    way.steps(EVENTS)
    way.finish()
    seen.update(way.taken)
    seen[f"ends {world.state['status']}"] += 1
    seen["tokens"] += world.state["next_id"] - 1
    return len(world.log)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--transitions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--walk", type=int, help="only this walk of the seed")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    if options.walk is not None:
        print(walk(options.seed, options.walk, seen), dict(seen))
        return 0
    made, number, violations, began = 0, 0, [], time.perf_counter()
    while made < options.transitions:
        try:
            made += walk(options.seed, number, seen)
        except Exception as error:
            violations.append(f"walk {number}: {type(error).__name__}: {str(error)[:200]}")
            made += 1
        number += 1
    seconds = time.perf_counter() - began
    figures = f"{made} transitions in {number} walks, {seconds:.1f} seconds, {len(violations)} violations"
    print(f"seed {options.seed}: {figures}")
    print(", ".join(f"{name} {count}" for name, count in sorted(seen.items())))
    print("\n".join(violations[:50]))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
