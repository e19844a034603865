"""Time that somebody spent on a ticket."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor

LONGEST = 24 * 60
MAX_NOTE = 300


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def reported_to(self, actor: Actor) -> "TimeEntryQuerySet":
        """Entries of the departments whose reports the actor sees: leads their own, support and admins all."""
        if actor.works_in_every_department:
            return self
        return self.filter(department__in=actor.lead_department_ids)


class TimeEntry(models.Model):
    """So many minutes of one person on one day."""

    ticket = models.ForeignKey(
        "desk.Ticket", models.CASCADE, related_name="time_entries", db_index=False, verbose_name=_("ticket")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    # Where the ticket lay then: later moves leave the figures alone.
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    minutes = models.PositiveIntegerField(_("minutes"))
    note = models.CharField(_("note"), max_length=MAX_NOTE, blank=True)
    day = models.DateField(_("day"))
    created_at = models.DateTimeField(_("created"))

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("time entry")
        verbose_name_plural = _("time entries")
        indexes = [
            models.Index(fields=["ticket", "day"], name="time_of_ticket"),
            models.Index(fields=["department", "day"], name="time_of_department"),
            models.Index(fields=["day"], name="time_of_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.minutes} min"
