from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Participant(models.Model):
    """Why somebody besides assignee and department sees a ticket, and how much of it.

    The requester has a row too: what a person takes part in is then one indexed look-up on both databases.
    """

    class Level(models.TextChoices):
        PUBLIC = "public", _("Public part")
        INTERNAL = "internal", _("With internal notes")

    class Reason(models.TextChoices):
        REQUESTER = "requester", _("asked")
        WATCHER = "watcher", _("watches the ticket")
        MENTION = "mention", _("was mentioned")
        APPROVER = "approver", _("approves a step")
        STEP_OWNER = "step_owner", _("owns a step")
        LEAD = "lead", _("leads the department")

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey("accounts.Department", models.CASCADE, null=True, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    created_at = models.DateTimeField()

    class Meta:
        # No unique constraint: person or department is NULL. The commands look under the ticket's lock.
        indexes = [
            models.Index(fields=["person", "ticket"], name="participant_person"),
            models.Index(fields=["department", "ticket"], name="participant_department"),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.department} {self.get_reason_display()}"
