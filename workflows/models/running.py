"""What a running instance waits for besides people: moments, effects, child tickets."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Timer(models.Model):
    """A moment at which the engine is told so; the sweep finds those that are due."""

    instance = models.ForeignKey("workflows.Instance", models.CASCADE, related_name="timers", verbose_name=_("run"))
    key = models.CharField(_("key"), max_length=120)
    step = models.CharField(_("step"), max_length=40)
    name = models.CharField(_("kind"), max_length=20)
    # Kept so that the moment can be computed anew after a change of calendar: {"duration", "clock", …} and its start.
    spec = models.JSONField(_("rule of the timer"), default=dict)
    set_at = models.DateTimeField(_("set at"))
    due_at = models.DateTimeField(_("due"))

    class Meta:
        verbose_name = _("timer")
        verbose_name_plural = _("timers")
        constraints = [models.UniqueConstraint(fields=["instance", "key"], name="timer_once")]
        indexes = [models.Index(fields=["due_at", "id"], name="timer_due")]

    def __str__(self) -> str:
        return self.key


class EffectRun(models.Model):
    """An effect outside the database: done at least once under its key, its answer given to the engine once."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    instance = models.ForeignKey("workflows.Instance", models.CASCADE, related_name="effects", verbose_name=_("run"))
    key = models.CharField(_("key"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20)
    step = models.CharField(_("step"), max_length=40)
    data = models.JSONField(_("details"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    result = models.JSONField(_("result"), default=dict)
    error = models.CharField(_("error"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("created"))
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("automatic step")
        verbose_name_plural = _("automatic steps")
        constraints = [models.UniqueConstraint(fields=["instance", "key"], name="effect_once")]
        indexes = [models.Index(fields=["state", "kind", "id"], name="effect_state")]

    def __str__(self) -> str:
        return self.key


class ChildTicket(models.Model):
    """A ticket that a step opened; the step waits until `closed` of all its children."""

    effect = models.ForeignKey(EffectRun, models.CASCADE, related_name="children")
    position = models.PositiveIntegerField()
    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["effect", "position"], name="child_ticket_once")]

    def __str__(self) -> str:
        return f"{self.effect_id}/{self.position}"
