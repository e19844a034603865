"""Administration: by which rules promises are made."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.commands.sla_policies import order_sla_policies, remove_sla_policy, save_sla_policy
from desk.forms.sla import SlaPolicyForm
from desk.models import SlaPolicy
from desk.sla_preview import Preview, policy_rows, running_job
from flowtic.core import clock
from flowtic.core.errors import BadRequest, CommandError


@admin_page
@require_safe
def policy_list(request: PersonRequest) -> HttpResponse:
    """The rules in their order, each with its matrix and its condition in words."""
    return render(request, "desk/sla/list.html", {**policy_rows(), "job": running_job()})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new rule (no pk) or an existing one, with examples of due dates."""
    row = get_object_or_404(SlaPolicy, pk=pk) if pk else None
    form = SlaPolicyForm(request.POST if request.method == "POST" else None, policy=row)
    if form.is_bound and form.is_valid():
        try:
            _save(request, row, form)
            messages.success(request, _("Rule saved. Due dates of open tickets follow in a moment."))
            return redirect("desk:settings_sla")
        except CommandError as error:
            form.refuse(error)
    context: dict[str, Any] = {"form": form, "policy": row, "preview": Preview(row, _moment(request)) if row else None}
    return render(request, "desk/sla/edit.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    rows = list(SlaPolicy.objects.all())
    place = next((number for number, row in enumerate(rows) if row.pk == pk), None)
    if place is not None:
        other = place + (1 if request.POST.get("to") == "down" else -1)
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            order_sla_policies(request.actor, rows)
    return redirect("desk:settings_sla")


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        remove_sla_policy(request.actor, get_object_or_404(SlaPolicy, pk=pk))
        messages.success(request, _("Rule deleted."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("desk:settings_sla")


def _save(request: PersonRequest, row: SlaPolicy | None, form: SlaPolicyForm) -> None:
    values = form.for_command()
    if row is None:
        # New rules are tried last.
        values["position"] = SlaPolicy.objects.count()
    save_sla_policy(request.actor, row, **values)


def _moment(request: PersonRequest) -> datetime:
    """The moment at which the example's ticket is written: the next Friday at 16:40 when nobody says."""
    text = request.GET.get("at", "")
    found = parse_datetime(text) if text else None
    if text and found is None:
        raise BadRequest(_("This is no date with a time."), fields={"at": _("not valid")})
    if found is not None:
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    now = timezone.localtime(clock.now())
    friday = now + timedelta(days=(4 - now.weekday()) % 7)
    return friday.replace(hour=16, minute=40, second=0, microsecond=0)
