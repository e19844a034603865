"""What leaves the house: secrets that calls carry, and the log of the calls."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.fields import IdentityField

if TYPE_CHECKING:
    from flowtic.core.actor import Actor


class Secret(models.Model):
    """A value that workflows use by name and nobody reads again; encrypted by `flowtic.core.secrets`."""

    name = IdentityField(_("name"), max_length=60, unique=True)
    value_encrypted = models.TextField()
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(_("last change"))
    last_used_at = models.DateTimeField(_("last used"), null=True)

    objects: models.Manager["Secret"] = models.Manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("secret")
        verbose_name_plural = _("secrets")

    def __str__(self) -> str:
        return self.name


class OutgoingCallQuerySet(models.QuerySet["OutgoingCall"]):
    def visible_to(self, actor: "Actor") -> "OutgoingCallQuerySet":
        """Requests and answers may hold anything, so only administrators read them."""
        return self if actor.is_admin or actor.is_system else self.none()

    def about(self, subject_type: str, subject_id: int) -> "OutgoingCallQuerySet":
        return self.filter(subject_type=subject_type, subject_id=subject_id).order_by("id")


class OutgoingCall(models.Model):
    """One HTTP call as it went out and came back, with secrets masked and bodies cut."""

    kind = models.CharField(_("kind"), max_length=40)
    # A plain reference: the log outlives what it speaks of, and any app may write it.
    subject_type = models.CharField(_("kind of object"), max_length=60)
    subject_id = models.BigIntegerField(_("number of the object"))
    method = models.CharField(_("method"), max_length=10)
    url = models.TextField(_("address"))
    request_headers = models.JSONField(_("headers sent"), default=dict)
    request_body = models.TextField(_("body sent"), blank=True)
    status = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    response_headers = models.JSONField(_("headers of the answer"), default=dict)
    response_body = models.TextField(_("body of the answer"), blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    milliseconds = models.PositiveIntegerField(_("milliseconds"), default=0)
    created_at = models.DateTimeField(_("created"), db_index=True)

    objects = OutgoingCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing call")
        verbose_name_plural = _("outgoing calls")
        indexes = [models.Index(fields=["subject_type", "subject_id", "id"], name="outgoing_subject")]

    def __str__(self) -> str:
        return f"{self.method} {self.url[:80]} ({self.status or self.error[:40]})"
