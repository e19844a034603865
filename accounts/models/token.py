from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField

SCOPES = {
    "tickets:read": _("Read tickets"),
    "tickets:write": _("Create and change tickets"),
    "work:read": _("Read work items"),
    "work:write": _("Claim and complete work items"),
    "workflows:admin": _("Change workflows"),
    "articles:read": _("Read articles"),
    "articles:write": _("Write articles"),
    "people:read": _("Read people and departments"),
    "admin": _("Administer people, departments and settings"),
}


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> "ApiTokenQuerySet":
        """One's own tokens; admins see everybody's (never the secret)."""
        if actor.is_system or actor.is_admin:
            return self
        return self.filter(user=actor.user) if actor.is_person else self.none()

    def usable(self) -> "ApiTokenQuerySet":
        now = timezone.now()
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=now), revoked_at=None)


class ApiToken(models.Model):
    """A script's key: the secret is shown once, only its SHA-256 is kept."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    key = IdentityField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.key}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
