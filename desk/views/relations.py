"""Watchers, links, merge."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.views.gate import PersonRequest
from desk.commands import add_watcher, link_tickets, merge_ticket, remove_watcher, unlink_tickets, unmerge_ticket
from desk.forms.conversation import LinkForm, OtherTicketForm, RefusableForm, WatcherForm
from desk.models import Ticket, TicketLink
from desk.views.gate import desk_page
from desk.views.ticket_parts import changed, context, ticket_or_404, whole_page
from flowtic.core.errors import CommandError, Forbidden
from flowtic.core.http import wants_fragment


@desk_page
@require_POST
def watch(request: PersonRequest, number: str) -> HttpResponse:
    """Adds oneself, or the person named by e-mail."""
    ticket = ticket_or_404(request, number)
    if "person" not in request.POST:
        add_watcher(request.actor, ticket, person=request.user)
        return changed(request, number, _("You watch this ticket."))
    form = WatcherForm(request.POST, actor=request.actor)
    if form.is_valid():
        add_watcher(request.actor, ticket, person=form.cleaned_data["person"])
        return changed(request, number, _("The watcher was added."))
    return _panel_again(request, ticket, watcher_form=form)


@desk_page
@require_POST
def unwatch(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    remove_watcher(request.actor, ticket_or_404(request, number), person=person)
    return changed(request, number, _("The watcher was removed."))


@desk_page
@require_POST
def link(request: PersonRequest, number: str) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    form = LinkForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            link_tickets(request.actor, ticket, other=form.cleaned_data["number"], kind=form.cleaned_data["kind"])
            return changed(request, number, _("The tickets are linked."))
        except Forbidden:
            raise
        except CommandError as error:
            form.add_refusal(error)
    return _panel_again(request, ticket, link_form=form)


@desk_page
@require_POST
def unlink(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    rows = TicketLink.objects.filter(source=ticket) | TicketLink.objects.filter(target=ticket)
    unlink_tickets(request.actor, get_object_or_404(rows.select_related("source", "target"), pk=pk))
    return changed(request, number, _("The link was removed."))


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: PersonRequest, number: str) -> HttpResponse:
    """Asks for the other ticket, shows it, then merges."""
    ticket = ticket_or_404(request, number)
    form = OtherTicketForm(request.POST or request.GET or None, actor=request.actor)
    other = form.cleaned_data.get("number") if form.is_bound and form.is_valid() else None
    if request.method == "POST" and other is not None:
        try:
            merge_ticket(request.actor, ticket, into=other)
            return changed(request, number, "") if wants_fragment(request) else redirect(other)
        except Forbidden:
            raise
        except CommandError as error:
            form.add_refusal(error)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/ticket/merge.html", {"ticket": ticket, "form": form, "other": other}, status=status)


@desk_page
@require_POST
def unmerge(request: PersonRequest, number: str) -> HttpResponse:
    unmerge_ticket(request.actor, ticket_or_404(request, number))
    return changed(request, number, _("The merge is undone."))


def _panel_again(request: PersonRequest, ticket: Ticket, **forms: RefusableForm) -> HttpResponse:
    if wants_fragment(request):
        return render(request, "desk/ticket/_panel.html", context(request, ticket, **forms), status=422)
    return whole_page(request, ticket, status=422, **forms)
