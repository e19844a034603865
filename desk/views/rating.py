"""Saying how it went: in the portal, and through the link in the mail of the closing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.commands.rating import TooLateToRate, rate_by_link, rate_ticket, rater_of
from desk.forms.rating import RatingForm
from desk.models import Ticket
from desk.notices import is_unproved
from desk.rating_links import read_link
from desk.ratings import rating_of
from desk.views.portal_gate import portal_page
from desk.views.portal_ticket import find_visible
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.ratelimit import limit


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def rate(request: PersonRequest, number: str) -> HttpResponse:
    """The form as a page of its own after an error, else back to the ticket."""
    ticket = find_visible(request, number)
    if request.method != "POST":
        return redirect("desk:portal_ticket", number)
    limit("rating", request.user.pk)
    form = RatingForm(request.POST)
    if form.is_valid():
        try:
            rate_ticket(request.actor, ticket, **form.for_command())
            messages.success(request, _("Thank you for your rating."))
            return redirect("desk:portal_ticket", number)
        except CommandError as error:
            form.refuse(error)
            status = error.status
    else:
        status = 422
    return render(request, "desk/rating/portal.html", {"form": form, "ticket": ticket}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link. Opening it changes nothing: mail programs open links on their own."""
    limit("rating", f"address:{request.META.get('REMOTE_ADDR', '')}")
    ticket = _ticket(token)
    if ticket is None:
        return _page(request, "desk/rating/too_late.html", {}, 410)
    form = RatingForm(request.POST) if request.method == "POST" else RatingForm.showing(rating_of(ticket))
    status = 200
    if form.is_bound and form.is_valid():
        try:
            rate_by_link(Actor.anonymous("email"), token, **form.for_command())
            return _page(request, "desk/rating/thanks.html", {"ticket": ticket}, 200)
        except CommandError as error:
            form.refuse(error)
            status = error.status
    elif form.is_bound:
        status = 422
    context = {"form": form, "ticket": ticket, "unproved": is_unproved(ticket.requester)}
    return _page(request, "desk/rating/link.html", context, status)


def _ticket(token: str) -> Ticket | None:
    """The ticket that the link is about; None when it was opened again. Raises NotFound for a bad link."""
    link = read_link(token)
    tickets = Ticket.objects.select_related("requester")
    ticket = tickets.filter(pk=link.ticket).first() if link else None
    if link is None or ticket is None:
        raise NotFound(_("This link is not valid or too old."))
    try:
        rater_of(link, ticket)
    except TooLateToRate:
        return None
    return ticket


def _page(request: HttpRequest, template: str, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex"
    # The link stays in the house. Not "no-referrer": browsers then send the form without an origin.
    response["Referrer-Policy"] = "same-origin"
    return response
