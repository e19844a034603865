"""What was done on a day, summed up: reports read this instead of every step that was ever done."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor


class StepDayQuerySet(models.QuerySet["StepDay"]):
    def visible_to(self, actor: Actor) -> "StepDayQuerySet":
        """Support sees everything, leads the tickets of their departments."""
        if actor.works_in_every_department:
            return self
        return self.filter(department__in=actor.lead_department_ids) if actor.can_work else self.none()


class StepDay(models.Model):
    """One day, workflow, step and person; written by workflows.commands.rollups only.

    `step` "" stands for whole runs: how many ended, and how long they took from beginning to end.
    """

    day = models.DateField(_("day"))
    workflow = models.ForeignKey("workflows.Workflow", models.PROTECT, related_name="+", verbose_name=_("workflow"))
    step = models.CharField(_("step"), max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("person")
    )
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    completed = models.PositiveIntegerField(_("completed steps"), default=0)
    # Sums: from ready to claimed, and from claimed to completed.
    waited_seconds = models.BigIntegerField(_("seconds of waiting"), default=0)
    touched_seconds = models.BigIntegerField(_("seconds of work"), default=0)

    objects = StepDayQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["day", "workflow", "step"], name="step_day")]
        verbose_name = _("work of a day")
        verbose_name_plural = _("work of a day")

    def __str__(self) -> str:
        return f"{self.day} {self.workflow_id} {self.step}"
