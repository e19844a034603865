from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from flowtic.core import clock


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def at(self, moment: datetime | None = None) -> "AbsenceQuerySet":
        """Those that last at that moment (now)."""
        moment = moment or clock.now()
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def not_over(self, moment: datetime | None = None) -> "AbsenceQuerySet":
        return self.filter(ends_at__gt=moment or clock.now())


class Absence(models.Model):
    """A person is away from `starts_at` until `ends_at`; new work goes to the substitute, if there is one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences", db_index=False)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("substitute")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["user", "ends_at"], name="absence_person")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="absence_lasts")]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"
