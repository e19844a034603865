from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class DepartmentQuerySet(models.QuerySet["Department"]):
    def visible_to(self, actor: Actor) -> "DepartmentQuerySet":
        """Active people may name any active department; only admins see retired ones."""
        if actor.is_system or actor.is_admin:
            return self
        return self.filter(active=True) if actor.is_person else self.none()

    def active(self) -> "DepartmentQuerySet":
        return self.filter(active=True)

    def worked_by(self, actor: Actor) -> "DepartmentQuerySet":
        """Departments whose tickets the actor works."""
        if actor.works_in_every_department:
            return self.active()
        return self.active().filter(pk__in=actor.department_ids)


class Department(models.Model):
    """People who own work; the anchor of permission."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    name_de = models.CharField(_("name (German)"), max_length=100)
    name_en = models.CharField(_("name (English)"), max_length=100)
    active = models.BooleanField(_("active"), default=True)
    # Where a ticket goes that names no department; the commands keep exactly one.
    is_default = models.BooleanField(_("default"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    # None: the default calendar.
    calendar = models.ForeignKey(
        "accounts.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working hours")
    )

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_de if (get_language() or "en").startswith("de") else self.name_en

    def has_agent(self, user: Any) -> bool:
        """Whether the person may own this department's tickets (support and admin may own any)."""
        if not user.can_work:
            return False
        return user.role in ("support", "admin") or self.memberships.filter(user=user).exists()


class Membership(models.Model):
    """A person works in a department; a lead dispatches there and sees its reports."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("lead"), default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "department"], name="membership_once")]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")

    def __str__(self) -> str:
        return f"{self.user} in {self.department}"
