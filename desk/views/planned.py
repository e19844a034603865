"""Messages that wait: taken back, sent at once, written when their seconds are over."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.commands import send_at_once, take_back
from desk.commands.sending import deliver
from desk.models import ScheduledSend
from desk.views.gate import desk_change, working_ticket
from desk.views.portal_new import leave_for
from desk.views.ticket_parts import context
from flowtic.core.errors import CommandError, Conflict
from flowtic.core.http import wants_fragment


@desk_change
def back(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Nothing is sent; the page comes anew with the text in the composer."""
    ticket = working_ticket(request, number)
    try:
        row = take_back(request.actor, _own(request, number, pk))
    except CommandError as error:
        if error.status != 409:
            raise
        messages.warning(request, error.message)
        return leave_for(request, ticket.get_absolute_url())
    messages.success(request, _("The message was taken back. It is your draft again."))
    return leave_for(request, f"{ticket.get_absolute_url()}?kind={row.kind}#composer-body")


@desk_change
def now(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """A planned message goes out now."""
    working_ticket(request, number)
    row = send_at_once(request.actor, _own(request, number, pk))
    return _written(request, number, row.pk)


@desk_change
def due(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """The author's page asks when the seconds are over; a worker does the same where no page is open."""
    working_ticket(request, number)
    return _written(request, number, pk)


def _written(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Head and thread anew: what is being typed meanwhile is left alone."""
    comment = deliver(pk)
    ticket = working_ticket(request, number)
    if not wants_fragment(request):
        return redirect(f"{ticket.get_absolute_url()}#{f'c-{comment.pk}' if comment else 'thread'}")
    said = _("The message was sent.") if comment else ""
    return render(request, "desk/ticket/released.swap.html", context(request, ticket, said=said))


def _own(request: PersonRequest, number: str, pk: int) -> ScheduledSend:
    """Somebody else's is refused by the command; what is gone was sent."""
    found = ScheduledSend.objects.visible_to(request.actor).filter(pk=pk, ticket__number=number).first()
    if found is None:
        raise Conflict(_("This message was sent already."))
    return found
