from django.db import models

from flowtic.core.fields import IdentityField


class TicketFieldValue(models.Model):
    """A custom field's value in a searchable shape; the truth is `Ticket.fields`, written by the same command."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="field_values", db_index=False)
    key = IdentityField(max_length=60)
    text = models.CharField(max_length=191, blank=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    date = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "key"], name="field_ticket"),
            models.Index(fields=["key", "text"], name="field_text"),
            models.Index(fields=["key", "number"], name="field_number"),
            models.Index(fields=["key", "date"], name="field_date"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.ticket_id}"
