"""A named process, its draft, and its published versions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def visible_to(self, actor: Actor) -> "WorkflowQuerySet":
        """Who works tickets may read every live process; drafts are another matter (see `edited_by`)."""
        return self if actor.is_system or actor.can_work else self.none()

    def edited_by(self, actor: Actor) -> "WorkflowQuerySet":
        """Those whose draft the actor may change: admins all, leads their departments'."""
        if actor.is_system or actor.is_admin:
            return self
        return self.filter(Q(department__in=actor.lead_department_ids)) if actor.can_work else self.none()

    def lock(self, pk: int) -> "Workflow":
        return self.select_for_update().get(pk=pk)


class Workflow(LocalisedName):
    """Changed only by workflows.commands; `draft` is the document being edited, `live` the version new tickets get."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    active = models.BooleanField(_("active"), default=True)
    # Its department's leads edit the draft; here they also publish it.
    leads_publish = models.BooleanField(_("its department’s leads may publish"), default=False)
    live = models.ForeignKey(
        "workflows.WorkflowVersion",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("version in use"),
    )

    draft = models.JSONField(null=True, editable=False)
    draft_rev = models.PositiveIntegerField(default=0, editable=False)
    draft_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("draft by"),
    )
    draft_at = models.DateTimeField(_("draft saved"), null=True, editable=False)
    # Number of the published version that the draft began from.
    draft_from = models.PositiveIntegerField(null=True, editable=False)

    created_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = WorkflowQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("workflow")
        verbose_name_plural = _("workflows")


class WorkflowVersion(models.Model):
    """A published document: never changed, running instances stay on theirs."""

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="versions", verbose_name=_("workflow"))
    number = models.PositiveIntegerField(_("number"))
    document = models.JSONField(_("definition"))
    digest = models.CharField(_("fingerprint"), max_length=64)
    note = models.CharField(_("note"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("author")
    )
    published_at = models.DateTimeField(_("published"))

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["workflow", "number"], name="workflow_version_once")]
        verbose_name = _("workflow version")
        verbose_name_plural = _("workflow versions")

    def __str__(self) -> str:
        return f"{self.workflow.key} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a published version is never changed")
        super().save(*args, **kwargs)
