"""Work that must happen after a commit: deliveries of events, and jobs that people or timers started."""

from django.conf import settings
from django.db import models


class LeasedWork(models.Model):
    """A row that some worker takes for a while; whoever dies loses the lease and another repeats the work."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Delivery(LeasedWork):
    """One hand-over of one event to one subscriber."""

    event = models.ForeignKey("core.Event", models.PROTECT, related_name="deliveries")
    subscriber = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")]
        indexes = [models.Index(fields=["state", "next_try"], name="delivery_due")]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.subscriber} ({self.state})"


class Job(LeasedWork):
    """Work that a person or a timer started; `kind` names the registered function, `payload` its arguments."""

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="long")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    progress = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "next_try"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk} ({self.state})"
