"""What a person is told inside the product, by which channels, and what waits for a digest mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> "NotificationQuerySet":
        """One's own, for everybody."""
        return self.filter(person=actor.user, in_app=True) if actor.is_person else self.none()

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Digest(models.Model):
    """One mail with everything that waited: made once for a person and a moment, sent by a job."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=8)
    slot = models.DateTimeField(_("moment"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("digest mail")
        verbose_name_plural = _("digest mails")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "slot"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id} of {self.slot}"


class Notification(models.Model):
    """One event that concerns one person, and why. What it says is worked out when it is read, as rights are then."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False, verbose_name=_("person")
    )
    event = models.ForeignKey("core.Event", models.PROTECT, related_name="+", verbose_name=_("event"))
    # A plain number, as in the event: tickets belong to an app above.
    ticket_id = models.BigIntegerField(_("ticket"))
    kind = models.CharField(_("kind"), max_length=20)
    reason = models.CharField(_("reason"), max_length=20)
    # False: only for a digest mail.
    in_app = FlagField(_("shown in the product"), default=True)
    # The digest that it waits for; empty: none.
    digest = models.CharField(_("digest mail"), max_length=8, blank=True)
    sent_in = models.ForeignKey(
        Digest, models.SET_NULL, null=True, related_name="notifications", db_index=False, verbose_name=_("sent in")
    )
    read_at = models.DateTimeField(_("read"), null=True)
    created_at = models.DateTimeField(_("created"))

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="notification_once")]
        indexes = [
            models.Index(fields=["person", "in_app", "-id"], name="notification_newest"),
            models.Index(fields=["person", "read_at", "ticket_id"], name="notification_unread"),
            models.Index(fields=["sent_in", "digest", "person"], name="notification_digest"),
            models.Index(fields=["created_at"], name="notification_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.event_id} to {self.person_id}"


class NotificationSettings(models.Model):
    """What a person wants to hear of, where it differs from what everybody gets."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="notification_settings",
        verbose_name=_("person"),
    )
    # {kind: {"in_app": bool, "mail": channel}}; `departments`: the same by the key of a department.
    choices = models.JSONField(_("choices"), default=dict)
    departments = models.JSONField(_("choices by department"), default=dict)
    quiet_from = models.TimeField(_("quiet from"), null=True)
    quiet_until = models.TimeField(_("quiet until"), null=True)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"notification settings of {self.person_id}"


class TicketMute(models.Model):
    """A ticket of which a person wants to hear nothing but what is meant for them alone."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    ticket_id = models.BigIntegerField(_("ticket"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("muted ticket")
        verbose_name_plural = _("muted tickets")
        constraints = [models.UniqueConstraint(fields=["person", "ticket_id"], name="mute_once")]
        indexes = [models.Index(fields=["ticket_id"], name="mute_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} for {self.person_id}"
