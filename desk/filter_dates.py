"""Dates in words for filters: today, last_30_days, overdue. Days are those of the reader's time zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.models import NO_DUE_DATE
from flowtic.core import clock

MAX_DAYS = 3650
_DAYS = re.compile(r"(last|older_than|next)_([1-9][0-9]{0,3})_days\Z", re.ASCII)
PAST = ("today", "yesterday", "this_week", "last_7_days", "last_30_days", "older_than_7_days", "older_than_30_days")
DUE = ("overdue", "today", "tomorrow", "this_week", "next_7_days", "none")
_WORDS = ("today", "yesterday", "tomorrow", "this_week")


@dataclass(frozen=True)
class Days:
    """Moments of the reader's calendar around now."""

    now: datetime
    today: datetime
    week: datetime  # Monday

    @classmethod
    def here(cls) -> "Days":
        local = timezone.localtime(clock.now())
        day = local.date()
        return cls(clock.now(), _midnight(day), _midnight(day - timedelta(days=day.weekday())))

    def after(self, days: int) -> datetime:
        return _midnight(timezone.localtime(self.today).date() + timedelta(days=days))

    @property
    def next_week(self) -> datetime:
        return _midnight(timezone.localtime(self.week).date() + timedelta(days=7))


def past_condition(column: str, word: str) -> Q | None:
    """Rows whose moment `column` lies in the span that the word names; None for a word that means nothing."""
    days, span = Days.here(), _DAYS.match(word)
    if span and span[1] != "next":
        number = int(span[2])
        if number > MAX_DAYS:
            return None
        start = days.after(-number)
        return Q(**{f"{column}__gte": start}) if span[1] == "last" else Q(**{f"{column}__lt": start})
    bounds = {
        "today": (days.today, days.after(1)),
        "yesterday": (days.after(-1), days.today),
        "this_week": (days.week, days.next_week),
    }.get(word)
    return Q(**{f"{column}__gte": bounds[0], f"{column}__lt": bounds[1]}) if bounds else None


def due_condition(word: str) -> Q | None:
    """Tickets by how near their due date is; only open ones are overdue."""
    days, span = Days.here(), _DAYS.match(word)
    if word == "overdue":
        return Q(is_open=True, sort_due_at__lt=days.now)
    if word == "none":
        return Q(sort_due_at=NO_DUE_DATE)
    if span and span[1] == "next" and int(span[2]) <= MAX_DAYS:
        return Q(sort_due_at__gte=days.today, sort_due_at__lt=days.after(int(span[2]) + 1))
    bounds = {
        "today": (days.today, days.after(1)),
        "tomorrow": (days.after(1), days.after(2)),
        "this_week": (days.week, days.next_week),
    }.get(word)
    return Q(sort_due_at__gte=bounds[0], sort_due_at__lt=bounds[1]) if bounds else None


def words(word: str) -> str:
    """ "last_30_days" as a chip says it; what is no such word comes back as it is."""
    plain = {
        "today": _("today"),
        "yesterday": _("yesterday"),
        "tomorrow": _("tomorrow"),
        "this_week": _("this week"),
        "overdue": _("overdue"),
        "none": _("without date"),
    }
    if word in plain:
        return plain[word]
    span = _DAYS.match(word)
    if not span:
        return word
    number = int(span[2])
    texts = {
        "last": ngettext("last %(n)d day", "last %(n)d days", number),
        "next": ngettext("next %(n)d day", "next %(n)d days", number),
        "older_than": ngettext("older than %(n)d day", "older than %(n)d days", number),
    }
    return texts[span[1]] % {"n": number}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
