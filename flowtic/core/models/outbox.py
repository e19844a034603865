"""Work that must happen after a commit: deliveries of events, and jobs that people or timers started."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LeasedWork(models.Model):
    """A row that some worker takes for a while; whoever dies loses the lease and another repeats the work."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try = models.DateTimeField(_("next try"))
    lease_until = models.DateTimeField(_("lease until"), null=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        abstract = True


class Delivery(LeasedWork):
    """One hand-over of one event to one subscriber."""

    event = models.ForeignKey("core.Event", models.PROTECT, related_name="deliveries", verbose_name=_("event"))
    subscriber = models.CharField(_("subscriber"), max_length=60)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "next_try"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.subscriber} ({self.state})"


class Job(LeasedWork):
    """Work that a person or a timer started; `kind` names the registered function, `payload` its arguments."""

    kind = models.CharField(_("kind"), max_length=60)
    payload = models.JSONField(default=dict)
    queue = models.CharField(_("queue"), max_length=20, default="long")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    progress = models.JSONField(_("progress"), default=dict)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["state", "next_try"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"
