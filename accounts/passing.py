"""Passing on the open work of somebody who is suspended: at once while it is little, else by a worker."""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from accounts import events, holdings
from accounts.models import User
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.events import record
from flowtic.core.models import Job, LeasedWork

KIND = "accounts.pass_on_work"
AT_ONCE = 100  # pieces of work that one request moves
STEP = 20  # pieces between two words about how far it is
ROBOT = Actor.system("suspension")


def pass_on_work(actor: Actor, person: User, *, open_work: str, successor: User | None) -> dict[str, Any]:
    """What the fact of the suspension says of it; inside the command."""
    if open_work == holdings.LEAVE:
        return {}
    # What the decision entails is part of it: a token that may suspend needs no other scopes for that.
    whole = replace(actor, scopes=None)
    heir = {"successor": successor.pk} if successor else {}
    number = sum(kind.number for kind in holdings.held(whole, person))
    if number > AT_ONCE:
        payload = {"person": person.pk, "total": number, "successor": None, **heir}
        job = jobs.enqueue(actor, KIND, payload)
        return {"open_work": open_work, "job": job.pk, "number": number, **heir}
    passed = holdings.pass_on(whole, person, successor)
    return {"open_work": open_work, "passed": _plain(passed), **heir}


def last_passing(person: User) -> Job | None:
    """The newest job about the person's work, finished or not."""
    newest = Job.objects.filter(kind=KIND).order_by("-pk")[:50]
    return next((job for job in newest if job.payload.get("person") == person.pk), None)


@jobs.job(KIND)
def pass_on_in_worker(job: Job) -> None:
    """Each piece in a transaction of its own, in the name of who suspended; a worker that dies goes on with what is
    left. `progress`: {"done", "passed": {kind: numbers}}. Ends early when the person is let in again."""
    person = User.objects.filter(pk=job.payload["person"], state=User.State.SUSPENDED).first()
    if person is None:
        return
    starter = Actor(job.started_by, "web")
    actor = starter if starter.is_admin else ROBOT
    successor = User.objects.workers().filter(pk=job.payload["successor"] or 0).first()
    before: dict[str, Any] = job.progress.get("passed", {})
    numbers: dict[str, Any] = dict(before)

    def tell(kind: str, passed: holdings.Passed) -> bool:
        numbers[kind] = _sum(before.get(kind, {}), asdict(passed))
        if sum(asdict(passed).values()) % STEP:
            return True
        _tell(job, numbers)
        return User.objects.filter(pk=person.pk, state=User.State.SUSPENDED).exists()

    holdings.pass_on(actor, person, successor, tell)
    _tell(job, numbers)
    with transaction.atomic():
        record(actor, events.PERSON_WORK_PASSED, person, data={"passed": numbers, "job": job.pk})


@dataclass(frozen=True)
class Passing:
    """The last job about somebody's work, for the page."""

    job: Job

    @classmethod
    def of(cls, person: User) -> "Passing | None":
        job = last_passing(person) if person.state == User.State.SUSPENDED else None
        return cls(job) if job else None

    @property
    def goes_on(self) -> bool:
        return self.job.state == LeasedWork.State.PENDING

    @property
    def is_dead(self) -> bool:
        return self.job.state == LeasedWork.State.DEAD

    @property
    def total(self) -> int:
        return int(self.job.payload["total"])

    @property
    def done(self) -> int:
        return int(self.job.progress.get("done", 0))

    @property
    def kept(self) -> int:
        return sum(one["kept"] for one in self.job.progress.get("passed", {}).values())


def _tell(job: Job, numbers: dict[str, Any]) -> None:
    """How far it is; the lease moves on with it, so that nobody else begins the same meanwhile."""
    # What stayed is tried again by the next run and would be counted twice.
    done = sum(one["handed"] + one["returned"] for one in numbers.values())
    job.progress = {"done": done, "passed": numbers}
    until = clock.now() + timedelta(seconds=jobs.LEASE_SECONDS)
    Job.objects.filter(pk=job.pk).update(progress=job.progress, lease_until=until)


def _sum(before: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    return {**{key: before.get(key, 0) + now[key] for key in ("handed", "returned")}, "kept": now["kept"]}


def _plain(passed: dict[str, holdings.Passed]) -> dict[str, Any]:
    return {key: asdict(numbers) for key, numbers in passed.items()}
