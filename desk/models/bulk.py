import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, actor: Actor) -> "BulkRunQuerySet":
        """Only one's own."""
        return self.filter(started_by=actor.user) if actor.can_work else self.none()


class BulkRun(models.Model):
    """One act done to many tickets; each row is a transaction of its own, so a dead worker's work goes on."""

    class State(models.TextChoices):
        PLANNED = "planned", _("not started")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    via = models.CharField(_("door"), max_length=10)
    # One step as in a macro: {"do": "status", "value": "closed"}
    act = models.JSONField(_("act"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PLANNED)
    # Ids that named no ticket of the person's; and the address of the list to go back to.
    missing = models.PositiveIntegerField(_("not found"), default=0)
    back = models.CharField(_("way back"), max_length=1000, blank=True)
    operation_id = models.UUIDField(_("operation"), null=True)
    # Taking it all back is a run over the same rows.
    undoing = models.BooleanField(_("is being undone"), default=False)
    created_at = models.DateTimeField(_("created"), db_index=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")

    def __str__(self) -> str:
        return f"{self.act.get('do', '')} {self.key}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("desk:bulk_run", args=[self.key])


class BulkRow(models.Model):
    """One ticket of a run and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        CHANGED = "changed", _("changed")
        SAME = "same", _("was so already")
        SKIPPED = "skipped", _("skipped")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("not undone")

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows", db_index=False, verbose_name=_("bulk change"))
    ticket = models.ForeignKey(
        "desk.Ticket", models.PROTECT, related_name="+", db_index=False, verbose_name=_("ticket")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    operation_id = models.UUIDField(_("operation"), null=True)

    class Meta:
        verbose_name = _("row of a bulk change")
        verbose_name_plural = _("rows of a bulk change")
        constraints = [models.UniqueConstraint(fields=["run", "ticket"], name="bulk_ticket_once")]
        indexes = [
            models.Index(fields=["run", "state", "id"], name="bulk_row_state"),
            models.Index(fields=["ticket"], name="bulk_row_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.state}"
