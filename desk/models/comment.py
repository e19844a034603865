from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, actor: Actor, ticket: object = None) -> "CommentQuerySet":
        """Comments of tickets the actor sees; internal notes only where the actor reads the ticket internally."""
        from desk.models.ticket import Ticket

        if actor.works_in_every_department:
            return self
        tickets = Ticket.objects.visible_to(actor).values("pk")
        inside = Ticket.objects.internal_to(actor).values("pk")
        return self.filter(models.Q(is_internal=False, ticket__in=tickets) | models.Q(ticket__in=inside))


class Comment(models.Model):
    """One entry of the conversation: a public reply or an internal note, in Markdown."""

    ticket = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="comments", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    body = models.TextField(_("text"))
    # Rendered and sanitised when written; shown only if made by the current rules (see flowtic/core/markdown.py).
    html = models.TextField(blank=True)
    html_rules = models.PositiveSmallIntegerField(default=0)
    is_internal = models.BooleanField(_("internal note"), default=False)
    via = models.CharField(max_length=10)
    created_at = models.DateTimeField()
    # When a text was taken out of it for good.
    redacted_at = models.DateTimeField(_("redacted"), null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket", "created_at", "id"], name="comment_thread")]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return f"{'note' if self.is_internal else 'reply'} {self.pk} on {self.ticket_id}"
