"""How far the suggestions for one field are trusted, by measurement."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ai_assist.models.suggestion import Suggestion
from flowtic.core.actor import Actor

WINDOW = 200


class TrustQuerySet(models.QuerySet["Trust"]):
    def visible_to(self, actor: Actor) -> "TrustQuerySet":
        return self if actor.is_support or actor.is_system else self.none()


class Trust(models.Model):
    """The ladder of one field: watch -> suggest -> fill, up only over the bar, down by itself."""

    field = models.CharField(max_length=30, unique=True)
    mode = models.CharField(max_length=7, choices=Suggestion.Mode, default=Suggestion.Mode.SUGGEST)
    # The highest step that the administrator allows.
    ceiling = models.CharField(max_length=7, choices=Suggestion.Mode, default=Suggestion.Mode.SUGGEST)
    # Precision that is asked for, and how many decisions there must be at least before one counts.
    bar = models.FloatField(_("required precision"), default=0.9)
    least = models.PositiveIntegerField(_("decisions at least"), default=30)
    # Below this confidence nothing is shown as a suggestion (only listed under "more").
    threshold = models.FloatField(_("confidence at least"), default=0.6)
    decided = models.PositiveIntegerField(default=0)
    precision = models.FloatField(null=True)
    coverage = models.FloatField(null=True)
    changed_at = models.DateTimeField(null=True)
    # promoted, demoted, set: why the mode is what it is.
    reason = models.CharField(max_length=20, blank=True)

    objects = TrustQuerySet.as_manager()

    class Meta:
        ordering = ["field"]
        verbose_name = _("trust")
        verbose_name_plural = _("trust")

    def __str__(self) -> str:
        return f"{self.field}: {self.mode}"
