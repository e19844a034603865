"""Which workflow a new ticket runs through."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorkflowRule(models.Model):
    """The first active rule whose condition holds decides; `workflow` None means: none at all."""

    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=100)
    active = models.BooleanField(_("active"), default=True)
    # A condition tree (flowtic/core/conditions.py) over ticket.*, requester.* and the form's fields.
    condition = models.JSONField(_("condition"), default=dict, blank=True)
    workflow = models.ForeignKey(
        "workflows.Workflow", models.PROTECT, null=True, blank=True, related_name="rules", verbose_name=_("workflow")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("workflow rule")
        verbose_name_plural = _("workflow rules")

    def __str__(self) -> str:
        return self.name
