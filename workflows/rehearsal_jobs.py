"""The job that plays a rehearsal; a killed worker's is begun anew, for it writes nothing but its own result."""

import time
from datetime import timedelta

from django.db import transaction

from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from workflows.commands.rehearsals import KIND
from workflows.definition.format import parse
from workflows.models import Rehearsal, RehearsedTicket
from workflows.rehearsal import automation, routing
from workflows.rehearsal.playing import Other, Playing
from workflows.rehearsal.reading import Cases, Clockwork, read_people, read_typical

State = Rehearsal.State
SECONDS_BETWEEN = 1.0


class Cancelled(Exception):
    """Somebody pressed Cancel."""


@jobs.job(KIND, large=True)
def rehearse(job: Job) -> None:
    row = Rehearsal.objects.select_related("workflow", "department", "started_by").get(pk=job.payload["rehearsal"])
    if not row.is_under_way:
        return
    try:
        result, others = _KINDS[row.kind](row, job)
        _keep(row, result, others)
    except Cancelled:
        return
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:500]
        Rehearsal.objects.filter(pk=row.pk, state__in=Rehearsal.UNDER_WAY).update(
            state=State.FAILED, error=said, finished_at=clock.now()
        )
        raise


def _workflow(row: Rehearsal, job: Job) -> tuple[dict[str, object], list[Other]]:
    actor = Actor(row.started_by, "web")
    assert row.workflow is not None  # noqa: S101  (of this kind)
    cases = Cases(actor, row.workflow, row.period_from, row.period_to)
    _begin(row, cases.total)
    playing = Playing(parse(row.content["document"]), read_typical(actor, row.workflow), Clockwork())
    tell, done = Teller(row, job), 0
    for batch in cases.batches():
        for case in batch:
            playing.take(case)
        done += len(batch)
        tell(done)
    return playing.result(read_people(row.period_from, row.period_to)), playing.others


def _rules(row: Rehearsal, job: Job) -> tuple[dict[str, object], list[Other]]:
    period = routing.Period(Actor(row.started_by, "web"), row.period_from, row.period_to)
    _begin(row, period.total)
    return routing.rehearse_rules(period, row.content["rules"], Teller(row, job))


def _automation(row: Rehearsal, job: Job) -> tuple[dict[str, object], list[Other]]:
    period = routing.Period(Actor(row.started_by, "web"), row.period_from, row.period_to)
    _begin(row, period.total)
    span = (row.period_from, row.period_to)
    return automation.rehearse_automation(period, row.content["rules"], *span, Teller(row, job))


def _policy(row: Rehearsal, job: Job) -> tuple[dict[str, object], list[Other]]:
    assert row.department is not None  # noqa: S101  (of this kind)
    period = routing.Period(Actor(row.started_by, "web"), row.period_from, row.period_to, row.department)
    _begin(row, period.total)
    span = (row.period_from, row.period_to)
    return routing.rehearse_policy(period, row.department, row.content["policy"], *span, Teller(row, job))


_KINDS = {
    Rehearsal.Kind.WORKFLOW: _workflow,
    Rehearsal.Kind.RULES: _rules,
    Rehearsal.Kind.POLICY: _policy,
    Rehearsal.Kind.AUTOMATION: _automation,
}


def _begin(row: Rehearsal, total: int) -> None:
    alive = Rehearsal.objects.filter(pk=row.pk, state__in=Rehearsal.UNDER_WAY)
    if not alive.update(state=State.RUNNING, total=total, done=0):
        raise Cancelled


class Teller:
    """How far it is, and whether anybody still wants it; the lease moves on with it. At most once in a second: each
    time is a commit, and nobody looks more often."""

    def __init__(self, row: Rehearsal, job: Job) -> None:
        self._row, self._job, self._told = row, job, float("-inf")

    def __call__(self, done: int) -> None:
        """Raises Cancelled."""
        now = time.monotonic()
        if now - self._told < SECONDS_BETWEEN:
            return
        self._told = now
        if not Rehearsal.objects.filter(pk=self._row.pk, state=State.RUNNING).update(done=done):
            raise Cancelled
        until = clock.now() + timedelta(seconds=jobs.LEASE_SECONDS)
        Job.objects.filter(pk=self._job.pk).update(lease_until=until)


def _keep(row: Rehearsal, result: dict[str, object], others: list[Other]) -> None:
    with transaction.atomic():
        found = Rehearsal.objects.lock(row.pk)
        if found.state != State.RUNNING:
            return
        found.result, found.state, found.finished_at, found.done = result, State.DONE, clock.now(), found.total
        found.save(update_fields=["result", "state", "finished_at", "done"])
        RehearsedTicket.objects.filter(rehearsal=found).delete()
        rows = [
            RehearsedTicket(rehearsal=found, ticket_id=one.ticket, group=one.group, ways=_ways(one)) for one in others
        ]
        RehearsedTicket.objects.bulk_create(rows, batch_size=500)


def _ways(one: Other) -> dict[str, object]:
    return {"real": one.real, "now": one.now, "error": one.error, "person": one.person, "reason": one.reason}
