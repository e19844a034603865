"""Watchers, links, merge."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.views.gate import PersonRequest
from desk.commands import add_watcher, link_tickets, merge_ticket, remove_watcher, unlink_tickets, unmerge_ticket
from desk.forms.conversation import LinkForm, OtherTicketForm, RefusableForm, WatcherForm
from desk.merge_preview import interleaved
from desk.models import Ticket, TicketLink
from desk.views.gate import desk_change, desk_page, offer, working_ticket
from desk.views.ticket_parts import SHOWN, changed, context, refused, whole_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.journal import heard
from flowtic.core.policy import require


@desk_change
def watch(request: PersonRequest, number: str) -> HttpResponse:
    """Adds oneself, or the person named."""
    ticket = working_ticket(request, number)
    if "person" not in request.POST:
        add_watcher(request.actor, ticket, person=request.user)
        return changed(request, number, _("You watch this ticket."), focus="more", undo=True)
    form = WatcherForm(request.POST, actor=request.actor)
    if form.is_valid():
        add_watcher(request.actor, ticket, person=form.cleaned_data["person"])
        return changed(request, number, _("The watcher was added."), focus="#panel-watchers", undo=True)
    return _panel_again(request, ticket, "_watchers", watcher_form=form)


@desk_change
def unwatch(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Takes oneself or somebody else off the list."""
    person = get_object_or_404(User.objects.visible_to(request.actor), pk=pk)
    remove_watcher(request.actor, working_ticket(request, number), person=person)
    if person.pk == request.user.pk:
        return changed(request, number, _("You no longer watch this ticket."), focus="more", undo=True)
    return changed(request, number, _("The watcher was removed."), focus="#panel-watchers", undo=True)


@desk_change
def link(request: PersonRequest, number: str) -> HttpResponse:
    """Says how this ticket and another one belong together."""
    ticket = working_ticket(request, number)
    form = LinkForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            link_tickets(request.actor, ticket, other=form.cleaned_data["number"], kind=form.cleaned_data["kind"])
            return changed(request, number, _("The tickets are linked."), focus="#panel-links", undo=True)
        except CommandError as error:
            if error.status not in SHOWN:
                raise
            form.add_refusal(error)
    return _panel_again(request, ticket, "_links", link_form=form)


@desk_change
def unlink(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """Takes a link away, from either end."""
    ticket = working_ticket(request, number)
    rows = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket)).select_related("source", "target")
    try:
        unlink_tickets(request.actor, get_object_or_404(rows, pk=pk))
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("The link was removed."), focus="#panel-links", undo=True)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: PersonRequest, number: str) -> HttpResponse:
    """Asks for the other ticket, shows it, then merges."""
    ticket = working_ticket(request, number)
    require(request.actor, "ticket.merge", ticket)
    data = request.POST if request.method == "POST" else (request.GET if "number" in request.GET else None)
    form = OtherTicketForm(data, actor=request.actor)
    other = form.cleaned_data["number"] if form.is_bound and form.is_valid() else None
    if request.method == "POST" and other is not None:
        try:
            with heard() as request.operations:  # type: ignore[attr-defined]
                merge_ticket(request.actor, ticket, into=other)
            words = {"number": ticket.number}
            messages.success(request, _("%(number)s was merged into this ticket.") % words, extra_tags=offer(request))
            return redirect(other)
        except CommandError as error:
            if error.status not in SHOWN:
                raise
            form.add_refusal(error)
    status = 422 if form.errors else 200
    preview = interleaved(request.actor, ticket, other) if other is not None else None
    found = {"ticket": ticket, "form": form, "other": other, "preview": preview}
    return render(request, "desk/ticket/merge.html", found, status=status)


@desk_change
def unmerge(request: PersonRequest, number: str) -> HttpResponse:
    """Two tickets again."""
    ticket = working_ticket(request, number)
    try:
        unmerge_ticket(request.actor, ticket)
    except CommandError as error:
        return refused(request, number, error, {})
    return changed(request, number, _("The merge is undone."))


def _panel_again(request: PersonRequest, ticket: Ticket, part: str, **forms: RefusableForm) -> HttpResponse:
    """The part of the side panel whose form was wrong."""
    if wants_fragment(request):
        return render(request, f"desk/ticket/{part}.html", context(request, ticket, **forms), status=422)
    return whole_page(request, ticket, status=422, panel_asked=True, **forms)
