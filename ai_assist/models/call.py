"""Every call of a language model, and what a day has cost so far."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor


class ModelCallQuerySet(models.QuerySet["ModelCall"]):
    def visible_to(self, actor: Actor) -> "ModelCallQuerySet":
        return self if actor.is_admin or actor.is_system else self.none()


class ModelCall(models.Model):
    """What went out (masked), what came back, and what it cost."""

    suggestion = models.ForeignKey("ai_assist.Suggestion", models.SET_NULL, null=True, related_name="calls")
    feature = models.CharField(max_length=10)
    provider = models.CharField(max_length=100)
    model = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ticket = models.ForeignKey("desk.Ticket", models.SET_NULL, null=True, related_name="+")
    input_hash = models.CharField(max_length=64)
    # Emptied by retention; the hash stays.
    input_text = models.TextField(blank=True)
    output_text = models.TextField(blank=True)
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    status = models.PositiveSmallIntegerField(null=True)
    # timeout, refused, rate_limited, server_error, bad_answer, too_long, budget, open_circuit ...
    error = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    milliseconds = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)

    objects = ModelCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call of a language model")
        verbose_name_plural = _("calls of language models")

    def __str__(self) -> str:
        return f"{self.feature} {self.model} {self.created_at:%Y-%m-%d}"


class DayUsage(models.Model):
    """Tokens and money of one day; one row for all (person 0) and one for each person who asked."""

    day = models.DateField()
    # 0 for all together: a NULL would escape the unique constraint.
    person_key = models.BigIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    tokens = models.BigIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    objects: models.Manager["DayUsage"] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "person_key"], name="usage_once")]
        verbose_name = _("use of one day")
        verbose_name_plural = _("use by day")

    def __str__(self) -> str:
        return f"{self.day} {self.tokens}"
