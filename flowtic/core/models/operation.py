import uuid

from django.conf import settings
from django.db import models


class Operation(models.Model):
    """A journal entry that undo can use: who did what, and the commands that take it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    via = models.CharField(max_length=10)
    # [{"command": "assign_ticket", "ticket": 7, "arguments": {"assignee": 3}}, …], to be run in this order
    inverse = models.JSONField(default=list)
    created_at = models.DateTimeField(db_index=True)
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
