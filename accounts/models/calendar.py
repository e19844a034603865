"""When work is done: the arithmetic is flowtic.core.business_time's, see accounts/calendars.py."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import holidays
from accounts.models.named import Named
from accounts.models.user import known_time_zone
from flowtic.core import working_hours
from flowtic.core.fields import IdentityField


def readable_week(value: Any) -> None:
    try:
        working_hours.check_week(value)
    except ValueError as error:
        raise ValidationError(str(error), code="weekly") from None


def readable_hours(value: Any) -> None:
    try:
        working_hours.shifts_of(value or [])
    except ValueError as error:
        raise ValidationError(str(error), code="hours") from None


class Calendar(Named):
    """Weekly working hours with breaks, in one time zone, with the public holidays of a region."""

    key = IdentityField(_("key"), max_length=40, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[known_time_zone])
    # {"0": [["09:00", "12:00"], ["13:00", "17:00"]], …}, Monday is 0; see flowtic/core/working_hours.py
    weekly = models.JSONField(_("working hours"), validators=[readable_week])
    # "DE-NW", "AT", "CH-ZH"; "" for none; see accounts/holidays.py
    holiday_region = models.CharField(_("public holidays"), max_length=20, blank=True)
    # Whom nobody gave a calendar; the commands keep exactly one.
    is_default = models.BooleanField(_("default"), default=False)
    # Of everything that the arithmetic reads, written by the commands: processes keep calendars under it.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    @property
    def region_name(self) -> str:
        """Where the public holidays are those of; '' for none."""
        return holidays.label(self.holiday_region) if self.holiday_region else ""

    class Meta:
        ordering = ["key"]
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")


class CalendarDay(models.Model):
    """A date with hours of its own, or closed (None): it wins over the week and over the holidays."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    hours = models.JSONField(_("working hours"), null=True, blank=True, validators=[readable_hours])

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]
        verbose_name = _("own day")
        verbose_name_plural = _("own days")

    def __str__(self) -> str:
        return f"{self.date} {self.name}".rstrip()
