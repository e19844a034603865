"""What a requester says of how a ticket went: once per closing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from flowtic.core.actor import Actor
from flowtic.core.fields import FlagField

MAX_WORDS = 2000
# So long after the closing a rating may be given and changed.
DAYS = 14


class RatingQuerySet(models.QuerySet["Rating"]):
    def reported_to(self, actor: Actor) -> "RatingQuerySet":
        """Ratings of the departments whose reports the actor sees: leads their own, support and admins all."""
        if actor.works_in_every_department:
            return self
        return self.filter(department__in=actor.lead_department_ids)


class Rating(models.Model):
    """Good or bad, with words if the person likes. A ticket that is closed again may be rated again."""

    ticket = models.ForeignKey("desk.Ticket", models.CASCADE, related_name="ratings", verbose_name=_("ticket"))
    # Which closing it speaks of: the ticket's `closed_at` at that time.
    closed_at = models.DateTimeField(_("closed"))
    # Where the ticket lay then: later moves leave the figures alone.
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="+", db_index=False, verbose_name=_("department")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("rated by"))
    good = FlagField(_("satisfied"), default=True)
    words = models.TextField(_("words"), blank=True)
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("last change"))

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [models.UniqueConstraint(fields=["ticket", "closed_at"], name="rating_once")]
        indexes = [models.Index(fields=["department", "closed_at"], name="rating_department")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {'+' if self.good else '-'}"


def rating_ends(closed_at: datetime) -> datetime:
    """Until when a ticket that was closed then may be rated."""
    return closed_at + timedelta(days=DAYS)
