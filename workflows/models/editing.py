"""A draft under the hands of one person: who edits it now, and the edits that can be taken back."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.fields import FlagField


class Editing(models.Model):
    """One row per workflow that was ever edited; changed only by workflows.commands.editing.

    `rev` is the draft's revision after the last edit: with another one the draft was changed elsewhere, and the edits
    no longer lead back.
    """

    workflow = models.OneToOneField(
        "workflows.Workflow", models.CASCADE, primary_key=True, related_name="editing", verbose_name=_("workflow")
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("edited by")
    )
    seen_at = models.DateTimeField(_("last seen"), null=True)
    rev = models.PositiveIntegerField(_("revision"), default=0)

    class Meta:
        verbose_name = _("editing of a draft")
        verbose_name_plural = _("editing of drafts")

    def __str__(self) -> str:
        return str(self.workflow_id)


class DraftEdit(models.Model):
    """One edit: its operations, and those that take it back. `undone`: it can be done again."""

    workflow = models.ForeignKey("workflows.Workflow", models.CASCADE, related_name="edits", verbose_name=_("workflow"))
    operations = models.JSONField(_("operations"), default=list)
    inverse = models.JSONField(_("way back"), default=list)
    undone = FlagField(_("taken back"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("edit of a draft")
        verbose_name_plural = _("edits of drafts")

    def __str__(self) -> str:
        return f"{self.workflow_id} {self.pk}"
