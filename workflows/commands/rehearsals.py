"""Rehearsals: begun by a person, played by a worker, cancelled; and the test runs that somebody looks at."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from flowtic.core import clock, conditions, jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid
from flowtic.core.policy import require
from workflows.models import AutomationRule, Rehearsal, Sample, TestRun, Workflow

KIND = "workflows.rehearse"
LONGEST = timedelta(days=400)
MOST_AT_ONCE = 3  # of one person
KEPT_RUNS, KEPT_REHEARSALS, MOST_RULES, MOST_SAMPLES = 20, 50, 200, 50


@command
def rehearse_workflow(
    actor: Actor, workflow: Workflow, *, number: int | None, since: datetime, until: datetime
) -> Rehearsal:
    """Plays the runs that began in the period through the draft (None) or a published version."""
    workflow = Workflow.objects.get(pk=workflow.pk)  # the draft as it is now
    require(actor, "workflow.edit", workflow)
    if number is None:
        document = workflow.draft
        if document is None:
            raise Conflict(_("There is no draft to rehearse."))
    else:
        version = workflow.versions.filter(number=number).first()
        if version is None:
            raise Invalid(fields={"version": _("This version does not exist.")})
        document = version.document
    content = {"document": document}
    return _begin(actor, Rehearsal.Kind.WORKFLOW, since, until, content, workflow=workflow, number=number)


@command
def rehearse_rules(actor: Actor, *, rules: list[dict[str, Any]], since: datetime, until: datetime) -> Rehearsal:
    """Tries a changed list of rules ({"name", "active", "condition", "workflow"}) on the tickets of the period."""
    require(actor, "workflow.configure")
    if len(rules) > MOST_RULES:
        raise Invalid(fields={"rules": _("Too many rules.")})
    for number, rule in enumerate(rules, 1):
        problems = conditions.check(rule["condition"], None)
        if problems:
            said = _("Rule %(number)d: %(problem)s") % {"number": number, "problem": problems[0].message}
            raise Invalid(fields={"rules": said})
    return _begin(actor, Rehearsal.Kind.RULES, since, until, {"rules": rules})


@command
def rehearse_automation(
    actor: Actor, *, rules: Iterable[AutomationRule], since: datetime, until: datetime
) -> Rehearsal:
    """Tries automation rules on what happened to the tickets of the period."""
    require(actor, "automation.configure")
    kept = [
        {"id": row.pk, "name": row.name, "trigger": row.trigger, "options": row.options, "condition": row.condition,
         "actions": row.actions, "stop": bool(row.stop)}
        for row in rules
    ]  # fmt: skip
    if not kept:
        raise Invalid(fields={"rules": _("Please choose at least one rule.")})
    return _begin(actor, Rehearsal.Kind.AUTOMATION, since, until, {"rules": kept})


@command
def rehearse_policy(
    actor: Actor, *, department: Department, policy: dict[str, Any], since: datetime, until: datetime
) -> Rehearsal:
    """Tries another way of handing out on a department's tickets. `policy`: {"strategy", "skill", "level", "cap"}."""
    require(actor, "desk.configure", department)
    return _begin(actor, Rehearsal.Kind.POLICY, since, until, {"policy": policy}, department=department)


def _begin(
    actor: Actor, kind: str, since: datetime, until: datetime, content: dict[str, Any], **about: Any
) -> Rehearsal:
    if not timedelta() < until - since <= LONGEST:
        raise Invalid(fields={"from": _("Please choose a period of up to 400 days.")})
    own = Rehearsal.objects.filter(started_by=actor.user)
    if own.filter(state__in=Rehearsal.UNDER_WAY).count() >= MOST_AT_ONCE:
        raise Conflict(_("Three of your rehearsals are still running; cancel one of them first."))
    old = own.exclude(state__in=Rehearsal.UNDER_WAY).values_list("pk", flat=True)[KEPT_REHEARSALS:]
    Rehearsal.objects.filter(pk__in=list(old)).delete()
    row = Rehearsal.objects.create(
        kind=kind,
        content=content,
        period_from=since,
        period_to=until,
        started_by=actor.user,
        created_at=clock.now(),
        **about,
    )
    jobs.enqueue(actor, KIND, {"rehearsal": row.pk})
    return row


@command
def cancel_rehearsal(actor: Actor, rehearsal: Rehearsal) -> Rehearsal:
    """The worker stops at the next batch; what is over stays as it is."""
    row = Rehearsal.objects.lock(rehearsal.pk)
    require(actor, "rehearsal.cancel", row)
    if row.is_under_way:
        row.state, row.finished_at = Rehearsal.State.CANCELLED, clock.now()
        row.save(update_fields=["state", "finished_at"])
    return row


# ---- test runs -----------------------------------------------------------------------


@command
def begin_test_run(
    actor: Actor, workflow: Workflow, *, number: int | None, document: dict[str, Any], sample: dict[str, Any]
) -> TestRun:
    """A test run at its beginning; of each person's only the last ones are kept."""
    require(actor, "workflow.edit", workflow)
    mine = TestRun.objects.filter(person=actor.user, workflow=workflow)
    TestRun.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT_RUNS - 1 :])).delete()
    return TestRun.objects.create(
        key=secrets.token_hex(16),
        workflow=workflow,
        number=number,
        document=document,
        sample=sample,
        person=actor.user,
        created_at=clock.now(),
    )


@command
def save_test_run(actor: Actor, run: TestRun, *, events: list[dict[str, Any]]) -> TestRun:
    """How far it has come."""
    require(actor, "workflow.edit", run.workflow)
    run.events = events
    run.save(update_fields=["events"])
    return run


@command
def renew_test_run(actor: Actor, run: TestRun) -> TestRun:
    """The same data and answers on the draft as it is now."""
    workflow = Workflow.objects.get(pk=run.workflow_id)
    require(actor, "workflow.edit", workflow)
    if workflow.draft is None:
        raise Conflict(_("There is no draft to try out."))
    run.document, run.number = workflow.draft, None
    run.save(update_fields=["document", "number"])
    return run


@command
def save_sample(
    actor: Actor, workflow: Workflow, *, name: str, sample: dict[str, Any], expected: dict[str, Any]
) -> Sample:
    """Keeps a test run as a check of later versions; the same name again replaces it."""
    require(actor, "workflow.edit", workflow)
    name = " ".join(name.split())
    if not 0 < len(name) <= 100:
        raise Invalid(fields={"name": _("Please enter a name of up to 100 characters.")})
    row = workflow.samples.filter(name=name).first()
    if row is None and workflow.samples.count() >= MOST_SAMPLES:
        raise Conflict(_("A workflow may have up to 50 samples."))
    row = row or Sample(workflow=workflow, name=name)
    row.sample, row.expected = sample, expected
    row.created_by, row.created_at = actor.user, clock.now()
    row.save()
    return row


@command
def delete_sample(actor: Actor, sample: Sample) -> None:
    """Later versions are no longer checked with it."""
    require(actor, "workflow.edit", sample.workflow)
    sample.delete()
