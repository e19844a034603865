import math

from django.conf import settings
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from desk.models.composer_draft import ComposerDraft
from desk.models.ticket import Ticket
from flowtic.core import clock, markdown
from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField, IdentityField


class ScheduledSendQuerySet(models.QuerySet["ScheduledSend"]):
    def visible_to(self, actor: Actor) -> "ScheduledSendQuerySet":
        """Planned ones for everybody who reads the notes; what is only held for seconds, and what failed, for its
        author. Requesters never."""
        if actor.user is None:
            return self.none()
        inside = Ticket.objects.internal_to(actor).values("pk")
        return self.filter(ticket__in=inside).filter(models.Q(person=actor.user) | models.Q(held=False, failed=""))


class ScheduledSend(models.Model):
    """A message that is not written yet: held for seconds so that it can be taken back, or planned for a time.

    No comment exists before its time, so no door can show it. The row goes when it was sent or taken back.
    """

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="scheduled_sends", verbose_name=_("ticket"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=ComposerDraft.Kind.choices)
    body = models.TextField(_("text"))
    # The status that follows.
    status = models.ForeignKey(
        "desk.Status", models.SET_NULL, null=True, related_name="+", verbose_name=_("status afterwards")
    )
    due_at = models.DateTimeField(_("to be sent"), db_index=True)
    held = FlagField(_("only held for taking back"), default=False)
    # The newest message that its author was shown, and sent it anyway.
    despite = models.BigIntegerField(_("newer message"), default=0)
    # Why it could not be sent when its time came; waits for its author then.
    failed = models.CharField(_("reason of the failure"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = ScheduledSendQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned message")
        verbose_name_plural = _("planned messages")

    @property
    def seconds_left(self) -> int:
        """Until a held message goes out, rounded up."""
        return max(0, math.ceil((self.due_at - clock.now()).total_seconds()))

    @property
    def html(self) -> SafeString:
        return markdown.shown(self.body)

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id} on {self.ticket_id} at {self.due_at}"


class WaitingFile(models.Model):
    """A file that waits with a planned message, or with the draft that a message taken back became."""

    send = models.ForeignKey(
        ScheduledSend, models.CASCADE, null=True, related_name="files", verbose_name=_("planned message")
    )
    draft = models.ForeignKey(
        ComposerDraft, models.CASCADE, null=True, related_name="files", verbose_name=_("draft of a message")
    )
    key = IdentityField(_("key"), max_length=32, unique=True)
    name = models.CharField(_("file name"), max_length=255)
    size = models.BigIntegerField(_("size"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("waiting file")
        verbose_name_plural = _("waiting files")

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return f"drafts/{self.key[:2]}/{self.key}"
