"""Language models: where they are, and which feature asks which one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ai_assist.models.suggestion import Suggestion
from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField


class ProviderQuerySet(models.QuerySet["Provider"]):
    def visible_to(self, actor: Actor) -> "ProviderQuerySet":
        return self if actor.is_admin or actor.is_system else self.none()


class Provider(models.Model):
    """An OpenAI-compatible service."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    base_url = models.CharField(_("address"), max_length=300)
    # Encrypted; emptied when the address changes, so that no key goes to a host it was not given for.
    api_key_encrypted = models.TextField(blank=True)
    active = models.BooleanField(_("active"), default=True)
    timeout = models.PositiveSmallIntegerField(_("seconds until a call is given up"), default=20)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("provider")
        verbose_name_plural = _("providers")

    def __str__(self) -> str:
        return self.name


class FeatureSetting(models.Model):
    """Which model answers a feature; without one the local result is offered."""

    feature = models.CharField(max_length=10, choices=Suggestion.Feature, unique=True)
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, blank=True, related_name="features")
    model = models.CharField(_("model"), max_length=120, blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)
    max_output_tokens = models.PositiveIntegerField(_("longest answer (tokens)"), default=1200)
    # Money for a million tokens, in the currency of the budget.
    price_in = models.DecimalField(max_digits=10, decimal_places=4, default=0)
    price_out = models.DecimalField(max_digits=10, decimal_places=4, default=0)

    objects: models.Manager["FeatureSetting"] = models.Manager()

    class Meta:
        ordering = ["feature"]
        verbose_name = _("feature")
        verbose_name_plural = _("features")

    def __str__(self) -> str:
        return self.feature
