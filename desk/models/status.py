from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.localised import LocalisedName
from flowtic.core.fields import IdentityField


class Status(LocalisedName):
    """Where a ticket stands: names, order and colour are the admin's, the category decides behaviour."""

    class Category(models.TextChoices):
        PENDING_ASSIGNMENT = "pending_assignment", _("Pending assignment")
        ASSIGNED = "assigned", _("Assigned")
        WAITING = "waiting", _("Waiting")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    class Kind(models.TextChoices):
        """The nine looks (glyph and hue)."""

        NEW = "new", _("New")
        PENDING_ASSIGNMENT = "pending_assignment", _("Pending assignment")
        ASSIGNED = "assigned", _("Assigned")
        IN_PROGRESS = "in_progress", _("In progress")
        WAITING_REQUESTER = "waiting_requester", _("Waiting for reply")
        WAITING_APPROVAL = "waiting_approval", _("Waiting for approval")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")
        REJECTED = "rejected", _("Rejected")

    key = IdentityField(_("key"), max_length=40, unique=True)
    category = models.CharField(_("category"), max_length=20, choices=Category.choices)
    kind = models.CharField(_("look"), max_length=20, choices=Kind.choices)
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True)

    OPEN_CATEGORIES = (Category.PENDING_ASSIGNMENT, Category.ASSIGNED, Category.WAITING)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("status")
        verbose_name_plural = _("statuses")

    @property
    def is_open(self) -> bool:
        return self.category in self.OPEN_CATEGORIES


class StatusTransition(models.Model):
    """A role may take a ticket from one status to another. What is not here is not allowed."""

    source = models.ForeignKey(Status, models.CASCADE, related_name="ways_out", verbose_name=_("from the status"))
    target = models.ForeignKey(Status, models.CASCADE, related_name="ways_in", verbose_name=_("to the status"))
    role = models.CharField(_("role"), max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "role"], name="transition_once")]
        verbose_name = _("status transition")
        verbose_name_plural = _("status transitions")

    def __str__(self) -> str:
        return f"{self.role}: {self.source} → {self.target}"
