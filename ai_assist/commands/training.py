"""What becomes of trainings: begun, live or kept back, failed; and files that are not needed any more."""

from typing import Any

from ai_assist.local import jobs as learning_jobs
from ai_assist.models import LearnedModel
from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.models import Job, LeasedWork
from flowtic.core.policy import require

KEPT_FILES = 3


@command
def start_training(actor: Actor) -> Job | None:
    """Has all models learned anew by a worker; None when that is under way or waits already."""
    return _start(actor, learning_jobs.KIND)


@command
def start_evaluation(actor: Actor) -> Job | None:
    """Has a worker judge the engine on this desk's closed tickets; None when that is under way or waits already."""
    return _start(actor, learning_jobs.EVALUATE)


def _start(actor: Actor, kind: str) -> Job | None:
    require(actor, "assist.train")
    if Job.objects.filter(kind=kind, state=LeasedWork.State.PENDING).exists():
        return None
    return jobs.enqueue(actor, kind, {}, queue="long")


@command
def give_up_unfinished(actor: Actor) -> int:
    """Marks what a killed worker left in training. Only for whoever holds the lease of training."""
    require(actor, "assist.train")
    left = LearnedModel.objects.filter(state=LearnedModel.State.TRAINING)
    return left.update(state=LearnedModel.State.FAILED, error="interrupted", trained_at=clock.now())


@command
def begin_model(actor: Actor, *, target: str, language: str = "", started_by: Any = None) -> LearnedModel:
    """The row of a training that starts now, under the next version of its target and language.

    A row that says that there was too little to learn from is used again: otherwise an empty desk would gather one
    every night.
    """
    require(actor, "assist.train")
    newest = LearnedModel.objects.filter(target=target, language=language).order_by("-version").first()
    version = newest.version + 1 if newest else 1
    if newest is not None and newest.state == LearnedModel.State.TOO_LITTLE:
        version = newest.version
        newest.delete()
    return LearnedModel.objects.create(
        target=target, language=language, version=version, started_by=started_by, started_at=clock.now()
    )


@command
def finish_model(actor: Actor, row: LearnedModel, *, live: bool, **values: Any) -> list[str]:
    """Writes what the training found; `live` puts it in the place of the model that answered so far.

    `values`: file, sha256, size, rows, classes, scores, parameters. Returns names of files that nobody needs now.
    """
    require(actor, "assist.train")
    now = clock.now()
    for name, value in values.items():
        setattr(row, name, value)
    row.state, row.live, row.trained_at = LearnedModel.State.READY, live, now
    row.seconds = round((now - row.started_at).total_seconds(), 1)
    if live:
        retire_models(actor, target=row.target, language=row.language)
    row.save()
    same = LearnedModel.objects.filter(target=row.target, language=row.language).exclude(file="")
    old = list(same.order_by("-version").filter(live=False)[KEPT_FILES - 1 :])
    LearnedModel.objects.filter(pk__in=[model.pk for model in old]).update(file="", size=0)
    return [model.file for model in old]


@command
def fail_model(actor: Actor, row: LearnedModel, *, state: str, error: str) -> None:
    """Writes that nothing was learned, and why; the model that answered so far goes on."""
    require(actor, "assist.train")
    row.state, row.error, row.trained_at = state, error[:500], clock.now()
    row.seconds = round((row.trained_at - row.started_at).total_seconds(), 1)
    row.save(update_fields=["state", "error", "trained_at", "seconds"])


@command
def retire_models(actor: Actor, *, target: str, language: str) -> int:
    """Lets the live model of that target and language answer no longer."""
    require(actor, "assist.train")
    return LearnedModel.objects.filter(target=target, language=language, live=True).update(live=False)
