from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import IdentityField

INLINE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, actor: Actor) -> "AttachmentQuerySet":
        """Files of what the actor may read: an internal note's file is as internal as the note."""
        from desk.models.ticket import Ticket

        if actor.works_in_every_department:
            return self
        tickets = Ticket.objects.visible_to(actor).values("pk")
        inside = Ticket.objects.internal_to(actor).values("pk")
        return self.filter(models.Q(is_internal=False, ticket__in=tickets) | models.Q(ticket__in=inside))


class Attachment(models.Model):
    """A file of a ticket or of one of its comments, kept privately under a random name."""

    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="attachments")
    comment = models.ForeignKey("desk.Comment", models.PROTECT, null=True, related_name="attachments")
    # 128 random bits: name on disk and in the address.
    key = IdentityField(max_length=32, unique=True)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    is_internal = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("desk:attachment", args=[self.key])

    @property
    def path(self) -> str:
        return f"attachments/{self.key[:2]}/{self.key}"

    @property
    def is_image(self) -> bool:
        """Whether browsers may show it in the page."""
        return self.content_type in INLINE_TYPES
