"""The job that trains, and the clock that starts it every night. Imported where jobs are registered; light."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from flowtic.core import clock, jobs
from flowtic.core.actor import Actor
from flowtic.core.leases import lease, leased
from flowtic.core.models import Job

KIND, EVALUATE = "ai.train", "ai.evaluate"
NIGHT = range(1, 5)  # hours of the desk's time zone
AGAIN_AFTER = timedelta(hours=20)
# A machine that is off at night trains by day.
LATEST_AFTER = timedelta(hours=36)
LONGEST = 3600
MONTH = timedelta(days=30)


@jobs.job(KIND, large=True)
def train_models(job: Job) -> None:
    """All targets. A second worker that comes meanwhile leaves it to the first."""
    from ai_assist.local.training import train_all

    with lease("ai.train", LONGEST) as held:
        if held:
            train_all(Actor.system("assistant"), started_by=job.started_by)


@leased("ai.train_nightly", 300)
def train_nightly() -> bool:
    """Starts training when the last one is old enough and it is night; True when it did."""
    from ai_assist.commands.training import start_training
    from ai_assist.models import AssistSettings, LearnedModel

    now = clock.now()
    row = AssistSettings.objects.filter(pk=1).first()
    if row is not None and not row.enabled:
        return False
    newest = LearnedModel.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    if newest is not None:
        age = now - newest
        night = now.astimezone(ZoneInfo(settings.TIME_ZONE)).hour in NIGHT
        if age < AGAIN_AFTER or (age < LATEST_AFTER and not night):
            return False
    return start_training(Actor.system("assistant")) is not None


@jobs.job(EVALUATE, large=True)
def judge_desk(_job: Job) -> None:
    """Judges everything the engine does on this desk's own closed tickets; the admin's page shows the result."""
    from ai_assist.local.evaluation import desk

    with lease("ai.evaluate", LONGEST) as held:
        if held:
            desk.keep(desk.evaluate())


@leased("ai.evaluate_monthly", 300)
def evaluate_monthly() -> bool:
    """Starts the judging at night when the last report is a month old and something is in use; True when it did."""
    from ai_assist.commands.training import start_evaluation
    from ai_assist.local.evaluation import desk
    from ai_assist.models import LearnedModel
    from ai_assist.queries import assistant_on

    now = clock.now()
    if now.astimezone(ZoneInfo(settings.TIME_ZONE)).hour not in NIGHT or not assistant_on():
        return False
    last = desk.made_at(desk.stored())
    if (last is not None and now - last < MONTH) or not LearnedModel.objects.filter(live=True).exists():
        return False
    return start_evaluation(Actor.system("assistant")) is not None
