"""Training on N closed tickets: seconds and peak memory of one process that does nothing else.

    FLOWTIC_DATA_DIR=/tmp/ai-bench python -m benchmarks.ai_training --tickets 20000

Fills an empty database with made-up tickets (twelve departments, German and English, a third of them noise), trains all
models once through the same function as the job, and prints one JSON line. Above 120 s or 1.5 GB it ends with 1.
"""

import argparse
import json
import os
import random
import resource
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import django

django.setup()

from datetime import timedelta

from django.core.management import call_command

from accounts.models import Department, User
from ai_assist.local.training import train_all
from ai_assist.models import LearnedModel
from desk.models import Priority, RequestType, Status, Ticket
from desk.search import KIND
from flowtic.core import clock, search
from flowtic.core.actor import Actor

SECONDS, MEGABYTES = 120, 1500
DEPARTMENTS, TYPES, PEOPLE, BATCH = 12, 8, 400, 1000
SYLLABLES = (
    *("an", "be", "da", "er", "fe", "gu", "ha", "in", "ko", "la", "mi", "no", "or", "pa", "re", "si", "ta", "um"),
    *("ve", "wo", "zi", "sch", "lich", "keit", "ung", "ent", "ver", "tion", "ment", "ing"),
)


def words(chance: random.Random, number: int) -> list[str]:
    """Made-up words of two to five syllables."""
    return list({"".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(number)})


def fill(number: int, *, index: bool) -> None:
    """The tickets, closed, with texts of 40 to 160 words from a large vocabulary with a long tail."""
    chance = random.Random(7)  # noqa: S311  (nothing secret)
    common, topics = words(chance, 30_000), [words(chance, 150) for _ in range(DEPARTMENTS)]
    weights = [1 / (rank + 3) for rank in range(len(common))]
    departments = [
        Department(key=f"bench-{n}", name_de=f"Bereich {n}", name_en=f"Area {n}") for n in range(DEPARTMENTS)
    ]
    Department.objects.bulk_create(departments)
    RequestType.objects.bulk_create(
        RequestType(key=f"bench-{n}", name_de=f"Art {n}", name_en=f"Kind {n}") for n in range(TYPES)
    )
    User.objects.bulk_create(
        User(email=f"p{n}@bench.example", name=f"Person {n}", state="active") for n in range(PEOPLE)
    )
    places, kinds = list(Department.objects.filter(key__startswith="bench")), list(RequestType.objects.all())
    people, ranks = list(User.objects.filter(email__endswith="@bench.example")), list(Priority.objects.all())
    closed, now = Status.objects.get(key="closed"), clock.now()
    for start in range(0, number, BATCH):
        rows = []
        for at in range(start, min(start + BATCH, number)):
            topic = chance.randrange(DEPARTMENTS)
            text = chance.choices(common, weights, k=chance.randint(40, 160))
            if chance.random() < 0.7:
                text += chance.choices(topics[topic], k=6)
            chance.shuffle(text)
            created = now - timedelta(hours=chance.uniform(30, 1400))
            ended = created + timedelta(hours=chance.lognormvariate(1.5, 1.5))
            rows.append(
                Ticket(
                    number=f"FT-B-{at:07d}", subject=" ".join(text[:6]), description=" ".join(text[6:]),
                    language=("de", "en")[at % 2], requester=chance.choice(people), department=places[topic],
                    status=closed, priority=chance.choice(ranks) if at % 3 else ranks[topic % 4],
                    request_type=kinds[topic % TYPES] if at % 2 else None, is_open=False, created_at=created,
                    updated_at=ended, resolved_at=ended, closed_at=ended,
                )
            )  # fmt: skip
        Ticket.objects.bulk_create(rows)
        if index:
            ids = dict(Ticket.objects.filter(number__in=[row.number for row in rows]).values_list("number", "pk"))
            documents = [(ids[row.number], f"{row.number} {row.subject}", row.description, "") for row in rows]
            search.index_many(KIND, documents, new=True)


def peak() -> int:
    """Megabytes of this process at its largest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--index", action="store_true", help="also fill the search index (for ai_suggestion)")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    missing = options.tickets - Ticket.objects.count()
    if missing > 0:
        fill(missing, index=options.index)
    before, wall, cpu = peak(), time.perf_counter(), time.process_time()
    result = train_all(Actor.system("benchmark"))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    scores = {
        row.target: {
            "rows": row.rows,
            "accuracy": row.scores.get("accuracy"),
            "bytes": row.size,
            "seconds": row.seconds,
        }
        for row in LearnedModel.objects.filter(live=True)
    }
    figures = {"tickets": Ticket.objects.count(), "seconds": round(wall, 1), "cpu_seconds": round(cpu, 1)}
    print(json.dumps(figures | {"peak_mb": peak(), "before_mb": before, "result": result, "models": scores}))
    return int(wall > SECONDS or peak() > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
