"""Administration: statuses, and which role may take a ticket from where to where."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.views.gate import PersonRequest, admin_page
from desk.commands.configuration import create_status, order_statuses, remove_configuration, save_configuration
from desk.commands.retiring import FIXED, retire_status
from desk.commands.transitions import seen_mark, set_role_transitions
from desk.forms.configuration import RetirementForm, StatusForm
from desk.models import Status, Ticket
from desk.transitions import all_ways
from flowtic.core.errors import CommandError


@admin_page
@require_safe
def status_list(request: PersonRequest) -> HttpResponse:
    """In their order, with what is wrong."""
    used = Exists(Ticket.objects.filter(status=OuterRef("pk")))
    ways = all_ways()
    context = {"statuses": Status.objects.annotate(used=used), "stuck": ways.stuck, "fixed": FIXED}
    return render(request, "desk/settings/statuses.html", context)


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new status (no pk) or an existing one."""
    row = get_object_or_404(Status, pk=pk) if pk else None
    form = StatusForm(request.POST if request.method == "POST" else None, status=row)
    if form.is_bound and form.is_valid():
        try:
            if row is None:
                row = create_status(request.actor, **form.cleaned_data)
            else:
                save_configuration(request.actor, row, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("desk:settings_statuses")
        except CommandError as error:
            form.refuse(error)
    context: dict[str, Any] = {"form": form, "status": row}
    if row is not None:
        context |= _ending(row)
    return render(request, "desk/settings/status.html", context, status=422 if form.is_bound else 200)


def _ending(row: Status) -> dict[str, Any]:
    """What may be done to end it."""
    used = Ticket.objects.filter(status=row).exists()
    return {"used": used, "is_fixed": row.key in FIXED, "retirement": RetirementForm(status=row)}


@admin_page
@require_POST
def retire(request: PersonRequest, pk: int) -> HttpResponse:
    """Switched off; its tickets go to the successor."""
    row = get_object_or_404(Status, pk=pk)
    form = RetirementForm(request.POST, status=row)
    if form.is_valid():
        try:
            retire_status(request.actor, row, successor=form.cleaned_data["successor"])
            messages.success(request, _("Switched off. Tickets in it move in the background."))
            return redirect("desk:settings_statuses")
        except CommandError as error:
            form.refuse(error)
    context = {"form": StatusForm(status=row), "status": row, **_ending(row), "retirement": form}
    return render(request, "desk/settings/status.html", context, status=422)


@admin_page
@require_POST
def revive(request: PersonRequest, pk: int) -> HttpResponse:
    """Switched on again."""
    return _done(request, lambda: save_configuration(request.actor, get_object_or_404(Status, pk=pk), active=True))


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: remove_configuration(request.actor, get_object_or_404(Status, pk=pk)))


@admin_page
@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    rows = list(Status.objects.all())
    place = next((number for number, row in enumerate(rows) if row.pk == pk), None)
    if place is not None:
        other = place + (1 if request.POST.get("to") == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            order_statuses(request.actor, rows)
    return redirect("desk:settings_statuses")


def _done(request: PersonRequest, act: Any) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Saved."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("desk:settings_statuses")


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def transitions(request: PersonRequest) -> HttpResponse:
    """The grid of one role: from each status (row) to each status (column)."""
    role = request.GET.get("role", "")
    role = role if role in User.Role.values else User.Role.AGENT
    ways = all_ways()
    chosen, refusal, status = ways.by_role.get(role, set()), "", 200
    if request.method == "POST":
        chosen = _chosen(request.POST.getlist("way"))
        try:
            set_role_transitions(request.actor, role, ways=chosen, seen=request.POST.get("seen", ""))
            messages.success(request, _("Saved."))
            return redirect(f"{request.path}?role={role}")
        except CommandError as error:
            refusal, status = error.message, error.status
    active = [row for row in ways.statuses if row.active]
    context = {
        "role": role,
        "roles": User.Role.choices,
        "columns": active,
        "rows": [(row, [(other, (row.pk, other.pk) in chosen) for other in active]) for row in active],
        "stuck": {row.pk for row in ways.stuck_for(role)} if role != User.Role.USER else set(),
        "seen": seen_mark(ways, role),
        "refusal": refusal,
    }
    return render(request, "desk/settings/transitions.html", context, status=status)


def _chosen(values: list[str]) -> set[tuple[int, int]]:
    """Pairs of keys; what is no pair is left out."""
    found = set()
    for value in values[:10_000]:
        source, _dash, target = value.partition("-")
        if source.isdecimal() and target.isdecimal() and len(value) < 30:
            found.add((int(source), int(target)))
    return found
