"""Times how long a worker needs for the due dates of all open tickets after a calendar changed.

    FLOWTIC_DATA_DIR=/tmp/bench python manage.py migrate
    FLOWTIC_DATA_DIR=/tmp/bench python benchmarks/due_dates.py [--tickets 100000]

Fills the database that the environment names with open tickets (as many as are missing), makes their promises with the
job of the application, closes a day in the calendar and runs the job again. Says seconds, tickets per second, and
whether a random sample has the due dates that the arithmetic gives.
"""

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowtic.settings")

import django

django.setup()

from django.db import connection

from accounts.calendars import business, default_calendar
from accounts.commands import save_calendar_day
from accounts.models import Department, User
from desk import sla
from desk.commands.sla_policies import save_sla_policy
from desk.models import Priority, Promise, SlaPolicy, Status, Ticket
from desk.promise_jobs import KIND, recompute_due_dates
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job

MACHINE = Actor.system("benchmark")
BATCH = 2000
TARGETS = {
    "first_response": {"low": "PT16H", "normal": "PT8H", "high": "PT4H", "urgent": "PT1H"},
    "resolution": {"low": "PT80H", "normal": "PT40H", "high": "PT16H", "urgent": "PT8H"},
}


def fill(wanted: int) -> None:
    """Open tickets of the last two weeks, a fifth of them waiting."""
    missing = wanted - Ticket.objects.filter(is_open=True).count()
    department, chance = Department.objects.active().first(), random.Random(7)  # noqa: S311
    person, _new = User.objects.get_or_create(
        email="bench@example.test", defaults={"name": "Bench", "state": "contact"}
    )
    statuses = [Status.objects.get(key=key) for key in ("in_progress",) * 4 + ("waiting_requester",)]
    priorities, now, first = list(Priority.objects.all()), clock.now(), Ticket.objects.count()
    for start in range(0, max(0, missing), BATCH):
        rows = []
        for number in range(start, min(missing, start + BATCH)):
            at = now - timedelta(minutes=chance.randrange(14 * 24 * 60))
            rows.append(
                Ticket(
                    number=f"DUE-{first + number}", subject=f"Ticket {number}", description="x", requester=person,
                    department=department, status=chance.choice(statuses), priority=chance.choice(priorities),
                    created_at=at, updated_at=at,
                )
            )  # fmt: skip
        Ticket.objects.bulk_create(rows)


def run_job() -> tuple[float, Job]:
    job = jobs.enqueue(MACHINE, KIND, {})
    begin = time.perf_counter()
    recompute_due_dates(job)
    seconds = time.perf_counter() - begin
    Job.objects.filter(pk=job.pk).update(state="done")
    return seconds, job


def check(sample: int) -> int:
    """How many of a random sample are wrong."""
    wrong, hours = 0, business(default_calendar())
    ids = list(Promise.objects.open().values_list("pk", flat=True))
    for row in Promise.objects.filter(pk__in=random.sample(ids, min(sample, len(ids)))).select_related("ticket"):
        wrong += row.due_at != sla.due(row.clock_runs, row.target, hours)
        wrong += row.ticket.due_at is not None and row.ticket.due_at > (row.due_at or row.ticket.due_at)
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    tickets = parser.parse_args().tickets
    fill(tickets)
    if not SlaPolicy.objects.exists():
        save_sla_policy(MACHINE, None, key="bench", name_de="Bench", name_en="Bench", targets=TARGETS)
    print(f"{connection.vendor}, {Ticket.objects.filter(is_open=True).count()} open tickets")
    seconds, job = run_job()
    print(f"promises made or refreshed: {seconds:.1f} s, {job.progress}")
    # The first working day from here on that is an ordinary one, so that due dates really move.
    calendar, day = default_calendar(), clock.now().date() + timedelta(days=1)
    while not business(calendar).shifts_on(day):
        day += timedelta(days=1)
    save_calendar_day(MACHINE, calendar, day=day, name="Benchmark", hours=None)
    seconds, job = run_job()
    print(f"after the calendar changed: {seconds:.1f} s, {tickets / seconds:.0f} tickets per second, {job.progress}")
    print(f"wrong in a sample of 2,000 promises: {check(2000)}")


if __name__ == "__main__":
    main()
