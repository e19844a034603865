from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from flowtic.core import clock

# So far away, nobody means the day but the requester's answer, which ends it.
UNTIL_ANSWER = timedelta(days=364)


class Snooze(models.Model):
    """A ticket that is put off: out of the lists until then, or until the requester writes. Gone when it is back."""

    ticket = models.OneToOneField(
        "desk.Ticket", models.CASCADE, primary_key=True, related_name="snooze", verbose_name=_("ticket")
    )
    until = models.DateTimeField(_("until"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, verbose_name=_("put off by")
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("ticket put off")
        verbose_name_plural = _("tickets put off")

    @property
    def is_until_answer(self) -> bool:
        return self.until - self.created_at >= UNTIL_ANSWER

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.until:%Y-%m-%d %H:%M}"


def snoozed_q(*, snoozed: bool) -> Q:
    """Condition on tickets: put off at this moment, or not."""
    off = Exists(Snooze.objects.filter(ticket=OuterRef("pk"), until__gt=clock.now()))
    return Q(off) if snoozed else ~Q(off)
