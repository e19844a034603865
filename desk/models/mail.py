from django.conf import settings
from django.db import models

from flowtic.core.fields import IdentityField


class OutgoingMail(models.Model):
    """One notice to one person about one event: written before sending, so that a repeat is the same mail."""

    event = models.ForeignKey("core.Event", models.PROTECT, related_name="+")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=30)
    message_id = IdentityField(max_length=190, unique=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="mail_once")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.recipient_id}"
