"""Putting a ticket off and bringing it back."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.commands import snooze_ticket, wake_ticket
from desk.models.snooze import UNTIL_ANSWER
from desk.views.gate import desk_change, working_ticket
from desk.views.ticket_parts import changed, refused
from flowtic.core import clock
from flowtic.core.errors import CommandError, Invalid


@desk_change
def snooze(request: PersonRequest, number: str) -> HttpResponse:
    """`until`: one of the offered moments, or what a date field sends; '' brings the ticket back."""
    ticket, text = working_ticket(request, number), request.POST.get("until", "").strip()
    try:
        if not text:
            wake_ticket(request.actor, ticket)
            return changed(request, number, _("The ticket is back."), focus="snooze")
        until = _moment(text)
        snooze_ticket(request.actor, ticket, until=until)
    except CommandError as error:
        return refused(request, number, error, {})
    if until - clock.now() >= UNTIL_ANSWER:
        return changed(request, number, _("Put off until an answer comes."), focus="snooze")
    when = date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")
    return changed(request, number, _("Put off until %(when)s.") % {"when": when}, focus="snooze")


def _moment(text: str) -> datetime:
    """The moment, in the reader's time zone where it names none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("Please give a date and a time."), fields={"until": _("Please give a date and a time.")})
    return timezone.make_aware(found) if timezone.is_naive(found) else found
