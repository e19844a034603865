"""The jobs of outgoing calls: at least once each, tried again with growing pauses, then the rule has failed."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from flowtic.core import clock, jobs, placeholders, said
from flowtic.core.actor import Actor
from flowtic.core.models import Job
from flowtic.core.outgoing import OutgoingAnswer, OutgoingError, OutgoingRequest, log_call, mask, send
from flowtic.core.secrets import reveal
from workflows.automation.actions.base import WAITING
from workflows.automation.actions.webhook import JOB, build
from workflows.commands.automation_runs import settle_call
from workflows.models import AutomationRun

# Seconds until the next try; after the last one the call has failed.
PAUSES = (10, 60, 300, 900, 3600)
TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


@jobs.job(JOB)
def call(job: Job) -> None:
    """One try. A call that was settled, or whose log is gone, is not made any more."""
    payload = job.payload
    run = AutomationRun.objects.select_related("rule").filter(pk=payload["run"]).first()
    number = payload["number"]
    if run is None or number >= len(run.results) or run.results[number]["state"] != WAITING:
        return
    actor = Actor(via="automation", machine=f"automation:{run.rule_id or 0}")
    spec = payload["spec"]
    named = placeholders.secret_names([spec["url"], spec["headers"]]) | ({spec["secret"]} - {""})
    secrets = reveal(named)
    try:
        with said.remembered():
            request = build(payload, {"id": run.rule_id, "name": run.rule_name}, secrets)
    except placeholders.CannotFill as problem:
        settle_call(actor, run, number=number, error=str(problem))
        return
    with said.remembered():
        error, again = _sent(request, run, payload["attempt"], secrets)
    if error and again and payload["attempt"] <= len(PAUSES):
        moment = clock.now() + timedelta(seconds=PAUSES[payload["attempt"] - 1])
        jobs.enqueue(actor, JOB, {**payload, "attempt": payload["attempt"] + 1}, queue="default", at=moment)
    else:
        settle_call(actor, run, number=number, error=error)


def _sent(request: OutgoingRequest, run: AutomationRun, attempt: int, secrets: dict[str, str]) -> tuple[str, bool]:
    """What is wrong ('' when nothing is), and whether another try makes sense."""
    answer: OutgoingAnswer | None = None
    error, again, began = "", False, clock.now()
    try:
        answer = send(request)
        if not 200 <= answer.status < 300:
            error = _("The server answered with status %(status)s.") % {"status": answer.status}
            again = answer.status in TRY_LATER
    except OutgoingError as problem:
        # What was refused for safety stays refused.
        error, again = str(problem), problem.code != "refused"
        masked = mask(error, secrets)
        error = error if masked == error else masked  # untouched it still knows its parts
    about: dict[str, Any] = {"kind": "automation", "subject_type": run._meta.label_lower, "subject_id": run.pk}
    seconds = (clock.now() - began).total_seconds()
    log_call(**about, request=request, answer=answer, error=error, attempt=attempt, seconds=seconds, secrets=secrets)
    return error, again
