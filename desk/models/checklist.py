"""What has to be done on a ticket, line by line, and the lists that come again and again."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.actor import Actor

MAX_TEXT = 300
MAX_ITEMS = 100


class ChecklistItem(models.Model):
    """One line on a ticket; only those who work the ticket see it."""

    ticket = models.ForeignKey(
        "desk.Ticket", models.CASCADE, related_name="checklist", db_index=False, verbose_name=_("ticket")
    )
    text = models.CharField(_("text"), max_length=MAX_TEXT)
    position = models.PositiveIntegerField(_("position"), default=0)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("done by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        indexes = [models.Index(fields=["ticket", "position"], name="checklist_order")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None


class ChecklistTemplateQuerySet(models.QuerySet["ChecklistTemplate"]):
    def visible_to(self, actor: Actor) -> "ChecklistTemplateQuerySet":
        """Those for everybody who works tickets, and those of the actor's own departments."""
        if actor.works_in_every_department:
            return self
        if not actor.can_work:
            return self.none()
        return self.filter(Q(department=None) | Q(department__in=actor.department_ids))


class ChecklistTemplate(LocalisedName):
    """Lines that are put on a ticket together: by hand, or as soon as somebody asks for its request type."""

    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    request_type = models.ForeignKey(
        "desk.RequestType", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("request type")
    )
    items: Any = models.JSONField(_("items"), default=list)
    active = models.BooleanField(_("active"), default=True)

    objects = ChecklistTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["name_en", "pk"]
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
