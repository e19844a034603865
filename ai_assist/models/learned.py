"""Models trained on this desk's own closed tickets: the files lie in the data folder, what they are worth here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor


class LearnedModelQuerySet(models.QuerySet["LearnedModel"]):
    def visible_to(self, actor: Actor) -> "LearnedModelQuerySet":
        return self if actor.is_admin or actor.is_system else self.none()


class LearnedModel(models.Model):
    """One training of one target; `live` of the newest that is good enough."""

    class State(models.TextChoices):
        TRAINING = "training", _("in training")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")
        TOO_LITTLE = "too_little", _("too few closed tickets")

    # department, priority, request_type, duration
    target = models.CharField(max_length=30)
    # "" for one model of all languages.
    language = models.CharField(max_length=5, blank=True)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.TRAINING)
    live = models.BooleanField(default=False)
    # Name below <data>/models and the digest that a file must have to be loaded.
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    classes = models.PositiveIntegerField(default=0)
    # Held-out accuracy, top_3, macro_f1, ece, coverage and precision at the threshold, per class recall ...
    scores = models.JSONField(default=dict)
    # Small models whole (Kaplan-Meier curves); for the others threshold, temperature, class values.
    parameters = models.JSONField(default=dict)
    seconds = models.FloatField(null=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    trained_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects = LearnedModelQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "language", "version"], name="learned_once")]
        ordering = ["target", "language", "-version"]
        verbose_name = _("learned model")
        verbose_name_plural = _("learned models")

    def __str__(self) -> str:
        return f"{self.target} {self.language} {self.version}".replace("  ", " ")
