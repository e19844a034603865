"""Macros: the menu of a ticket, the preview, running one, and the pages where they are kept."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.commands.macros import macro_named, remove_macro, run_macro, save_macro, steps_of, verdicts
from desk.forms.macros import MacroForm
from desk.macro_pages import Preview, macro_lines
from desk.models import Macro, Ticket
from desk.views.gate import desk_page, working_ticket
from desk.views.ticket_parts import SHOWN, changed
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.journal import heard
from flowtic.core.policy import require


@desk_page
@require_safe
def menu(request: PersonRequest, number: str) -> HttpResponse:
    """The macros for a ticket: content of the menu in its head, or a page."""
    ticket = working_ticket(request, number)
    found = {"ticket": ticket, "macros": list(Macro.objects.usable_by(request.actor))}
    name = "desk/macros/_menu.html" if wants_fragment(request) else "desk/macros/choose.html"
    return render(request, name, found)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: PersonRequest, number: str, pk: int) -> HttpResponse:
    """What it would do, then doing it."""
    ticket = working_ticket(request, number)
    macro = macro_named(request.actor, pk)
    if request.method != "POST":
        return _preview(request, ticket, macro)
    try:
        with heard() as request.operations:  # type: ignore[attr-defined]
            ran = run_macro(request.actor, ticket, macro=macro)
    except CommandError as error:
        if error.status not in SHOWN and error.status != 403:
            raise
        if wants_fragment(request):
            raise
        return _preview(request, ticket, macro, error)
    said = _("%(name)s: done.") % {"name": macro.name}
    if ran.replied:
        said = _("%(name)s: done. The reply goes out in a few seconds.") % {"name": macro.name}
    elif ran.noted:
        said = _("%(name)s: done. The note is written in a few seconds.") % {"name": macro.name}
    return changed(request, number, said, focus="macros", undo=True)


@desk_page
@require_safe
def all_macros(request: PersonRequest) -> HttpResponse:
    """One's own and those that one may use."""
    rows = Macro.objects.visible_to(request.actor).select_related("department", "owner")
    lines = macro_lines(request.actor, list(rows))
    return render(request, "desk/macros/list.html", {"lines": lines})


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new macro, or one that the person may change."""
    macro = get_object_or_404(Macro.objects.visible_to(request.actor), pk=pk) if pk else None
    if macro:
        require(request.actor, "macro.edit", macro)
    form = MacroForm(request.POST or None, actor=request.actor, macro=macro)
    if request.method == "POST" and form.is_valid():
        try:
            save_macro(request.actor, macro, **form.values)
            messages.success(request, _("The macro was saved."))
            return redirect("desk:settings_macros")
        except CommandError as error:
            if error.status not in (409, 422):
                raise
            form.add_refusal(error)
    status = 422 if form.errors else 200
    return render(request, "desk/macros/edit.html", {"form": form, "macro": macro}, status=status)


@desk_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes it away for everybody who used it."""
    remove_macro(request.actor, get_object_or_404(Macro.objects.visible_to(request.actor), pk=pk))
    messages.success(request, _("The macro was removed."))
    return redirect("desk:settings_macros")


def _preview(request: PersonRequest, ticket: Ticket, macro: Macro, error: CommandError | None = None) -> HttpResponse:
    preview = Preview(ticket, macro)
    try:
        preview.lines = verdicts(request.actor, _whole(request, ticket), steps_of(request.actor, macro))
    except CommandError as refusal:
        preview.refusal = refusal.message
    if error is not None:
        preview.refusal = error.message
    found = {"ticket": ticket, "macro": macro, "preview": preview, "run_url": _address(ticket, macro)}
    name = "desk/macros/_preview.html" if wants_fragment(request) else "desk/macros/preview.html"
    return render(request, name, found, status=error.status if error else 200)


def _whole(request: PersonRequest, ticket: Ticket) -> Ticket:
    return (
        Ticket.objects.visible_to(request.actor)
        .select_related("status", "priority", "department", "assignee")
        .get(pk=ticket.pk)
    )


def _address(ticket: Ticket, macro: Macro) -> str:
    return reverse("desk:ticket_macro", args=[ticket.number, macro.pk])
