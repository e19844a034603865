from django.db import models

from flowtic.core.fields import IdentityField


class TicketFieldValue(models.Model):
    """A custom field's value in a searchable shape; the truth is `Ticket.fields`, written by the same command.

    `text` is folded to small letters, so that filters find the same on every database. Columns that do not fit the
    kind of the field stay empty; several chosen values are several rows.
    """

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="field_values", db_index=False)
    key = IdentityField(max_length=60)
    text = IdentityField(max_length=191, blank=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    date = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "key"], name="field_ticket"),
            # With the ticket at the end they answer a filter alone, and lists walk them in order.
            models.Index(fields=["key", "text", "ticket"], name="field_text"),
            models.Index(fields=["key", "number", "ticket"], name="field_number"),
            models.Index(fields=["key", "date", "ticket"], name="field_date"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.ticket_id}"
