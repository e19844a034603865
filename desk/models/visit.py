from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketVisit(models.Model):
    """When somebody of the desk last looked at a ticket: what is newer is unread."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("person")
    )
    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="visits", verbose_name=_("ticket"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "ticket"], name="ticket_visit_once")]
        verbose_name = _("visit of a ticket")
        verbose_name_plural = _("visits of tickets")

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"
