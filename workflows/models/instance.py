"""One run of a version on a ticket, and the log of what drove it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models import Ticket
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class InstanceQuerySet(models.QuerySet["Instance"]):
    def visible_to(self, actor: Actor) -> "InstanceQuerySet":
        """Runs on tickets that the actor works; requesters see milestones elsewhere, never an instance."""
        if actor.works_in_every_department:
            return self
        return self.filter(ticket__in=Ticket.objects.internal_to(actor)) if actor.can_work else self.none()

    def running(self) -> "InstanceQuerySet":
        return self.filter(status=Instance.State.RUNNING)

    def lock(self, pk: int) -> "Instance":
        return self.select_for_update().get(pk=pk)


class Instance(models.Model):
    """`state` is the engine's; folding the events rebuilds it."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    version = models.ForeignKey(
        "workflows.WorkflowVersion", models.PROTECT, related_name="instances", verbose_name=_("version")
    )
    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="instances", verbose_name=_("ticket"))
    # The how-manieth run on this ticket.
    number = models.PositiveIntegerField(_("number"), default=1)
    state = models.JSONField(_("state"), default=dict)
    status = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.RUNNING)
    has_error = FlagField(_("has an error"), default=False)
    rev = models.PositiveIntegerField(_("revision"), default=0)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    started_at = models.DateTimeField(_("started"))
    moved_at = models.DateTimeField(_("last step"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = InstanceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="instance_once")]
        indexes = [
            models.Index(fields=["status", "-moved_at", "-id"], name="instance_status"),
            models.Index(fields=["has_error", "status", "-moved_at", "-id"], name="instance_error"),
            models.Index(fields=["version", "status"], name="instance_version"),
        ]
        verbose_name = _("workflow run")
        verbose_name_plural = _("workflow runs")

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.number}"


class InstanceEvent(models.Model):
    """What drove the engine, in order; `version` is the definition it was given to. Append-only."""

    instance = models.ForeignKey(Instance, models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    version = models.ForeignKey("workflows.WorkflowVersion", models.PROTECT, related_name="+")
    event = models.JSONField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    machine = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["instance", "seq"], name="instance_event_once")]

    def __str__(self) -> str:
        return f"{self.instance_id}#{self.seq} {self.event.get('type')}"
