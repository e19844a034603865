"""Settings of the assistant that an administrator changes while it runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


def default_masking() -> list[str]:
    """Everything, until an administrator says otherwise."""
    return ["names", "emails", "phones", "ibans"]


class AssistSettings(models.Model):
    """One row."""

    enabled = models.BooleanField(_("assistant on"), default=True)
    # Below this many closed tickets nothing is learned.
    least_tickets = models.PositiveIntegerField(_("closed tickets before learning starts"), default=200)
    # What is masked before a request leaves: names, emails, phones, ibans; and own words.
    masking = models.JSONField(default=default_masking, blank=True)
    masked_words = models.JSONField(default=list, blank=True)
    # A day's budget; 0 is no limit.
    tokens_per_day = models.PositiveIntegerField(_("tokens a day"), default=500_000)
    tokens_per_person = models.PositiveIntegerField(_("tokens a day for one person"), default=100_000)
    cost_per_day = models.DecimalField(_("money a day"), max_digits=10, decimal_places=2, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    # Texts of calls are kept this long, their figures stay.
    keep_texts_days = models.PositiveIntegerField(_("days that texts of calls are kept"), default=30)
    version = models.PositiveIntegerField(default=1)

    objects: models.Manager["AssistSettings"] = models.Manager()

    class Meta:
        verbose_name = _("settings of the assistant")
        verbose_name_plural = _("settings of the assistant")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class DepartmentSetting(models.Model):
    """What a department's tickets allow; without a row everything that is on is on there too."""

    department = models.OneToOneField("accounts.Department", models.CASCADE, related_name="assist_setting")
    language_model = models.BooleanField(_("may be sent to a language model"), default=True)
    masking = models.BooleanField(_("personal data is masked"), default=True)

    objects: models.Manager["DepartmentSetting"] = models.Manager()

    class Meta:
        verbose_name = _("setting of a department")
        verbose_name_plural = _("settings of departments")

    def __str__(self) -> str:
        return str(self.department)
