"""Answers of the ticket page: the whole page, or the parts that changed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.gate import PersonRequest
from desk.forms.conversation import ComposerForm, LinkForm, WatcherForm
from desk.forms.fields import PropertyForm, shown
from desk.models import Ticket
from desk.ticket_page import TicketPage, find
from flowtic.core.errors import NotFound, Stale
from flowtic.core.http import wants_fragment


def ticket_or_404(request: PersonRequest, number: str) -> Ticket:
    """The ticket if the person sees it; strangers learn nothing."""
    ticket = find(request.actor, number)
    if ticket is None:
        raise NotFound(_("There is no ticket with this number."))
    return ticket


def context(request: PersonRequest, ticket: Ticket, **more: Any) -> dict[str, Any]:
    actor = request.actor
    forms = {
        "composer": ComposerForm(),
        "link_form": LinkForm(actor=actor),
        "watcher_form": WatcherForm(actor=actor),
    }
    return {"ticket": ticket, "view": TicketPage(actor, ticket), "panel": _panel(request), **forms, **more}


def whole_page(request: PersonRequest, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "desk/ticket/detail.html", context(request, ticket, **more), status=status)


def changed(request: PersonRequest, number: str, message: str) -> HttpResponse:
    """After a change: head, thread and panel anew, or back to the page."""
    if not wants_fragment(request):
        messages.success(request, message)
        return redirect("desk:ticket", number)
    ticket = ticket_or_404(request, number)
    return render(request, "desk/ticket/changed.swap.html", context(request, ticket, toast=message))


def conflict(request: PersonRequest, number: str, form: PropertyForm, error: Stale) -> HttpResponse:
    """Somebody changed the same field: both values side by side, nothing overwritten."""
    ticket = ticket_or_404(request, number)
    found = {
        "field": form.name,
        "label": form.fields[form.name].label,
        "theirs": shown(_value(ticket, form.name)),
        "mine": shown(form.cleaned_data[form.name]),
        "raw": form.data.get(form.name, ""),
        "address": request.path,
        "message": error.message,
    }
    if wants_fragment(request):
        return render(request, "desk/ticket/_conflict.html", {"ticket": ticket, "conflict": found}, status=409)
    return whole_page(request, ticket, status=409, conflict=found)


def _value(ticket: Ticket, name: str) -> Any:
    return [tag.name for tag in ticket.tags.all()] if name == "tags" else getattr(ticket, name)


def _panel(request: PersonRequest) -> str:
    return "history" if request.GET.get("panel") == "history" else "details"
