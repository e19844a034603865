"""Effects outside the database, done in workers: at least once each, their answer given to the engine once."""

from datetime import timedelta
from typing import Any

import structlog
from django.utils.translation import gettext as _

from flowtic.core import clock, durations, jobs, paths, placeholders
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.models import Job
from flowtic.core.outgoing import OutgoingAnswer, OutgoingError, OutgoingRequest, log_call, mask, send
from flowtic.core.secrets import reveal
from workflows import classification
from workflows.commands.children import open_children
from workflows.commands.drive import definition_of, drive, locked_ticket
from workflows.commands.effects import JOB, QUEUES
from workflows.definition.format import Step
from workflows.engine.state import context
from workflows.mail import send_step_mail
from workflows.models import EffectRun, Instance

log = structlog.get_logger("flowtic.workflows")

MACHINE = Actor.system("workflow")
MAX_RESULT = 20_000
DEFAULT_BACKOFF = "PT30S"
LONGEST_PAUSE = 3600


@jobs.job(JOB)
def run_effect(job: Job) -> None:
    """Does one effect that is still wanted."""
    run = EffectRun.objects.select_related("instance__ticket").filter(pk=job.payload["effect"]).first()
    if run is None or run.state != EffectRun.State.PENDING:
        return
    if run.instance.status != Instance.State.RUNNING and run.kind != "notify":
        return
    step = definition_of(run.instance.version_id).steps.get(run.step)
    if step is None:
        settle(MACHINE, run, error=_("This version of Flowtic does not know the step."))
        return
    _KINDS[run.kind](run, step)


def _call_http(run: EffectRun, step: Step) -> None:
    """One try of an HTTP step; what it answered, or why it failed, goes to the engine or to a further try."""
    EffectRun.objects.filter(pk=run.pk).update(attempts=run.attempts + 1)
    run.attempts += 1
    secrets = reveal(placeholders.secret_names([step.spec.get(part) for part in ("url", "headers", "body")]))
    try:
        request = build_request(run, step, context(run.instance.state), secrets)
    except placeholders.CannotFill as problem:
        settle(MACHINE, run, error=str(problem), code="cannot_fill")
        return
    answer, error, code = None, "", ""
    began = clock.now()
    try:
        answer = send(request)
        error = _refusal(step, answer)
        code = "http_status" if error else ""
    except OutgoingError as problem:
        error, code = mask(str(problem), secrets), problem.code
    log_call(
        kind="workflow",
        subject_type="workflows.effectrun",
        subject_id=run.pk,
        request=request,
        answer=answer,
        error=error,
        attempt=run.attempts,
        seconds=(clock.now() - began).total_seconds(),
        secrets=secrets,
    )
    result: dict[str, Any] = {}
    if answer is not None and not error:
        result, error = _mapped(step, answer)
        code = "http_answer" if error else ""
    if not error:
        settle(MACHINE, run, result=result)
    elif not _try_again(run, step, code):
        settle(MACHINE, run, error=error, code=code)


def build_request(run: EffectRun, step: Step, values: dict[str, Any], secrets: dict[str, str]) -> OutgoingRequest:
    """The request with its placeholders filled; the effect's key goes along so that the other side can tell repeats."""
    spec = step.spec
    headers = {name: placeholders.fill(str(value), values, secrets) for name, value in spec.get("headers", {}).items()}
    headers.setdefault("Idempotency-Key", f"flowtic-{run.instance_id}-{run.key}")
    body, raw = b"", spec.get("body")
    if isinstance(raw, str):
        # A text that is JSON stays JSON, whatever people typed into the fields.
        looks_like_json = raw.lstrip()[:1] in ("{", "[")
        body = placeholders.fill(raw, values, secrets, escape=_inside_json if looks_like_json else None).encode()
    elif raw is not None:
        body = placeholders.as_json(placeholders.fill_json(raw, values, secrets)).encode()
        headers.setdefault("Content-Type", "application/json")
    return OutgoingRequest(
        method=spec.get("method") or "GET",
        url=placeholders.fill(spec.get("url") or "", values, secrets, escape="url"),
        headers=headers,
        body=body,
        timeout=float(min(spec.get("timeout") or 15, 60)),
    )


def _inside_json(text: str) -> str:
    """The text as it stands between the quotes of a JSON string."""
    return placeholders.as_json(text)[1:-1]


def _refusal(step: Step, answer: OutgoingAnswer) -> str:
    expected = step.spec.get("expect")
    fits = answer.status in expected if expected else 200 <= answer.status < 300
    return "" if fits else _("The server answered with status %(status)s.") % {"status": answer.status}


def _mapped(step: Step, answer: OutgoingAnswer) -> tuple[dict[str, Any], str]:
    """The fields that the step takes out of the answer, or what is wrong with it."""
    wanted = step.spec.get("result") or {}
    if not wanted:
        return {}, ""
    try:
        document = answer.json()
    except ValueError:
        return {}, _("The answer is not valid JSON.")
    found = {field: paths.find(document, path) for field, path in wanted.items() if isinstance(path, str)}
    missing = sorted(field for field, value in found.items() if value is None)
    if missing:
        return {}, _("The answer lacks what the step needs for: %(fields)s.") % {"fields": ", ".join(missing)}
    if len(placeholders.as_json(found)) > MAX_RESULT:
        return {}, _("The answer is too large for the fields.")
    return found, ""


def _try_again(run: EffectRun, step: Step, code: str) -> bool:
    """Plans a further try while there are any left; what was refused for safety is never tried again."""
    retries = step.spec.get("retries") or {}
    if code == "refused" or run.attempts > min(retries.get("times") or 0, 10):
        return False
    try:
        pause = durations.parse(retries.get("backoff") or DEFAULT_BACKOFF).total_seconds()
    except ValueError:
        pause = durations.parse(DEFAULT_BACKOFF).total_seconds()
    wait = min(max(pause, 1.0) * 2 ** (run.attempts - 1), LONGEST_PAUSE)
    jobs.enqueue(MACHINE, JOB, {"effect": run.pk}, queue=QUEUES["call_http"], at=clock.now() + timedelta(seconds=wait))
    return True


def _classify(run: EffectRun, step: Step) -> None:
    settle(MACHINE, run, result=classification.classify(run.instance.ticket, step.spec.get("fields") or []))


def _notify(run: EffectRun, step: Step) -> None:
    send_step_mail(run, step)
    EffectRun.objects.filter(pk=run.pk).update(state=EffectRun.State.DONE, done_at=clock.now())


_KINDS = {
    "call_http": _call_http,
    "classify": _classify,
    "notify": _notify,
    "open_children": lambda run, _step: open_children(MACHINE, run),
}


@command
def settle(
    actor: Actor, run: EffectRun, *, result: dict[str, Any] | None = None, error: str = "", code: str = ""
) -> None:
    """Gives the answer to the engine, once: what was settled or cancelled meanwhile is left alone."""
    ticket = locked_ticket(run.instance.ticket_id)
    instance = Instance.objects.lock(run.instance_id)
    row = EffectRun.objects.select_for_update().get(pk=run.pk)
    if row.state != EffectRun.State.PENDING:
        return
    row.state = EffectRun.State.FAILED if error else EffectRun.State.DONE
    row.result, row.error, row.done_at = result or {}, error[:1000], clock.now()
    row.save(update_fields=["state", "result", "error", "done_at"])
    event: dict[str, Any] = {"type": "effect_done", "effect": row.key, "result": result or {}}
    if error:
        event = {"type": "effect_failed", "effect": row.key, "error": error, "code": code, "final": True}
    drive(actor, instance, ticket, event)
