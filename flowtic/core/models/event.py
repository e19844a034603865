"""The event table: history, audit and outbox in one append-only row per fact."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.QuerySet):
    """Refuses to change or delete rows in bulk; retention and redaction have their own doors."""

    def update(self, **fields: Any) -> int:
        raise TypeError("Events are append-only.")

    def delete(self) -> Any:
        raise TypeError("Events are append-only.")


class Event(models.Model):
    """Something that happened: name, who, through which door, to what, old and new values."""

    name = models.CharField(_("event"), max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("acting person"),
    )
    machine = models.CharField(_("machine"), max_length=40, blank=True)
    via = models.CharField(_("door"), max_length=10)
    # A plain number: an event outlives every constraint of the table it speaks of.
    ticket_id = models.BigIntegerField(_("ticket"), null=True)
    subject_type = models.CharField(_("kind of object"), max_length=40)
    subject_id = models.BigIntegerField(_("number of the object"), null=True)
    changes = models.JSONField(_("changes"), default=list)
    data = models.JSONField(_("details"), default=dict)
    public = models.BooleanField(_("public"), default=False)
    operation_id = models.UUIDField(_("operation"), null=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["ticket_id", "id"], name="event_ticket"),
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["created_at"], name="event_created"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Events are append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("Events are append-only.")


class EventSeal(models.Model):
    """One link of the hash chain beside the events, made in batches after commit (see audit.py)."""

    seq = models.BigAutoField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    # Random per row: a payload that is erased later cannot be guessed from its digest.
    salt = models.CharField(max_length=32)
    payload_digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"seal {self.seq} of event {self.event_id}"
