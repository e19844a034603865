from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from desk.models.ticket import Ticket
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField


class ComposerDraftQuerySet(models.QuerySet["ComposerDraft"]):
    def visible_to(self, actor: Actor) -> "ComposerDraftQuerySet":
        """One's own, and shared ones of tickets the actor reads with the notes."""
        if actor.user is None:
            return self.none()
        inside = Ticket.objects.internal_to(actor).values("pk")
        return self.filter(ticket__in=inside).filter(models.Q(person=actor.user) | models.Q(shared=True))


class ComposerDraft(models.Model):
    """What somebody began to write to a ticket: one reply and one note each, kept until sent."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="composer_drafts", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    body = models.TextField(_("text"))
    # Colleagues who read the ticket with its notes see, change and send it.
    shared = FlagField(_("shared with the team"), default=False)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("changed by")
    )
    updated_at = models.DateTimeField(_("last change"), db_index=True)

    objects = ComposerDraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ticket", "kind"], name="composer_draft_once")]
        verbose_name = _("draft of a message")
        verbose_name_plural = _("drafts of messages")

    def __str__(self) -> str:
        return f"{self.kind} draft of {self.person_id} on {self.ticket_id}"
