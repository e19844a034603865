"""How departments hand out tickets, and whose turn it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.fields import IdentityField


class DispatchTurn(models.Model):
    """Where a rota stands; written by desk.dispatching.turns only."""

    key = IdentityField(max_length=80, unique=True)
    # No foreign key: the place in the rota outlives the person, and locks nobody's row.
    last_person_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class DispatchPolicy(models.Model):
    """Who gets a department's new tickets that no workflow hands out."""

    class Strategy(models.TextChoices):
        PULL = "pull", _("People take what they want")
        DISPATCHER = "dispatcher", _("The lead hands out")
        ROUND_ROBIN = "round_robin", _("In turn")
        LEAST_LOADED = "least_loaded", _("Least open work first")
        SKILL = "skill", _("By skill, least open work first")

    AUTOMATIC = (Strategy.ROUND_ROBIN, Strategy.LEAST_LOADED, Strategy.SKILL)

    department = models.OneToOneField("accounts.Department", models.CASCADE, related_name="dispatch_policy")
    strategy = models.CharField(_("strategy"), max_length=20, choices=Strategy.choices, default=Strategy.PULL)
    skill = IdentityField(_("skill"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    # For people who have no limit of their own.
    cap = models.PositiveIntegerField(_("limit of open work"), null=True, blank=True)
    # ISO 8601, counted in the department's working time; "" = never.
    return_after = models.CharField(_("returns untouched after"), max_length=40, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("dispatch policy")
        verbose_name_plural = _("dispatch policies")

    def __str__(self) -> str:
        return f"{self.department}: {self.get_strategy_display()}"
