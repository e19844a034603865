from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketLink(models.Model):
    """Two tickets that have to do with each other."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related to")
        DUPLICATE = "duplicate", _("duplicate of")
        BLOCKS = "blocks", _("blocks")
        FOLLOW_UP = "follow_up", _("follow-up of")
        SPLIT = "split", _("split from")
        CHILD = "child", _("child of")

    source = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.get_kind_display()} {self.target_id}"


class TicketMerge(models.Model):
    """`source` was joined into `target`; undone when `undone_at` is set. Comments never move: the thread reads both."""

    source = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="merges_out")
    target = models.ForeignKey("desk.Ticket", models.PROTECT, related_name="merges_in")
    previous_status = models.ForeignKey("desk.Status", models.PROTECT, related_name="+")
    previous_assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["target", "undone_at"], name="merge_target")]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
