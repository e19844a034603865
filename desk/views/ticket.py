"""The agent's ticket page and the tickets agents write."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.commands import create_contact
from accounts.models import User
from accounts.views.gate import PersonRequest
from desk.commands import create_ticket
from desk.forms.creation import NewTicketForm
from desk.models import Ticket
from desk.views.gate import desk_page
from desk.views.ticket_parts import context, ticket_or_404, whole_page
from flowtic.core import ratelimit
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment


@desk_page
@require_safe
def page(request: PersonRequest, number: str) -> HttpResponse:
    """One ticket. A merged one leads to where the work goes on; who only asked reads it in the portal."""
    ticket = ticket_or_404(request, number)
    if not ticket.internal_for(request.actor):
        return redirect("desk:portal_ticket", number)
    if ticket.merged_into and "merged" not in request.GET:
        words = {"number": ticket.number}
        messages.info(request, _("%(number)s was merged into this ticket.") % words)
        return redirect(ticket.merged_into)
    if wants_fragment(request):
        return render(request, "desk/ticket/_panel.html", context(request, ticket))
    return whole_page(request, ticket)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """A ticket in the name of a requester."""
    form = NewTicketForm(request.POST or None, request.FILES or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            ticket = _create(request, form)
        except CommandError as error:
            form.add_refusal(error)
        else:
            messages.success(request, _("Ticket %(number)s was created.") % {"number": ticket.number})
            return redirect(ticket)
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/ticket/new.html", {"form": form}, status=status)


def _create(request: PersonRequest, form: NewTicketForm) -> Ticket:
    ratelimit.limit("create_ticket", f"u{request.user.pk}")
    email, name = form.cleaned_data["requester"], form.cleaned_data["requester_name"]
    requester = User.objects.filter(email=email.lower()).first() or create_contact(
        request.actor, email=email, name=name
    )
    return create_ticket(request.actor, requester=requester, **form.values())
