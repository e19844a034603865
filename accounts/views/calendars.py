"""Administration: working hours with their public holidays and own days."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.calendars import holidays_of, today
from accounts.commands import (
    import_calendar_days,
    remove_calendar,
    remove_calendar_day,
    save_calendar,
    save_calendar_day,
)
from accounts.models import Calendar, CalendarDay
from accounts.queries import calendars
from accounts.views.gate import PersonRequest, admin_page
from accounts.working_forms import CalendarDayForm, CalendarFileForm, CalendarForm
from flowtic.core import clock
from flowtic.core.errors import CommandError


@admin_page
@require_safe
def calendar_list(request: PersonRequest) -> HttpResponse:
    return render(request, "accounts/calendars/list.html", {"calendars": calendars()})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new calendar (no pk) or an existing one."""
    row = get_object_or_404(Calendar, pk=pk) if pk else None
    form = CalendarForm(request.POST if request.method == "POST" else None, calendar=row)
    if form.is_bound and form.is_valid():
        try:
            saved = save_calendar(request.actor, row, **form.for_command())
            messages.success(request, _("Calendar saved. Due dates of open tickets follow in a moment."))
            return redirect("accounts:settings_calendar", saved.pk)
        except CommandError as error:
            form.refuse(error)
    return _page(request, row, form=form, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def day(request: PersonRequest, pk: int) -> HttpResponse:
    """Adds or overwrites an own day."""
    row = get_object_or_404(Calendar, pk=pk)
    form = CalendarDayForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            save_calendar_day(request.actor, row, day=data["date"], name=data["name"], hours=data["hours"])
            messages.success(request, _("Day saved. Due dates of open tickets follow in a moment."))
            return redirect("accounts:settings_calendar", row.pk)
        except CommandError as error:
            form.refuse(error)
    return _page(request, row, day_form=form, status=422)


@admin_page
@require_POST
def import_days(request: PersonRequest, pk: int) -> HttpResponse:
    """Closed days out of an .ics file; a file that cannot be used changes nothing."""
    row = get_object_or_404(Calendar, pk=pk)
    form = CalendarFileForm(request.POST, request.FILES)
    if form.is_valid():
        found = form.cleaned_data["file"]
        try:
            added = import_calendar_days(request.actor, row, days=found.days)
            messages.success(request, _imported(added, len(found.days) - added))
            for warning in found.warnings:
                messages.warning(request, warning)
            return redirect("accounts:settings_calendar", row.pk)
        except CommandError as error:
            form.refuse(error)
    return _page(request, row, file_form=form, status=422)


@admin_page
@require_POST
def remove_day(request: PersonRequest, pk: int, day_pk: int) -> HttpResponse:
    remove_calendar_day(request.actor, get_object_or_404(CalendarDay, pk=day_pk, calendar=pk))
    messages.success(request, _("The date is an ordinary one again."))
    return redirect("accounts:settings_calendar", pk)


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Calendar, pk=pk)
    try:
        remove_calendar(request.actor, row)
    except CommandError as error:
        messages.error(request, error.message)
        return redirect("accounts:settings_calendar", pk)
    messages.success(request, _("Calendar deleted."))
    return redirect("accounts:settings_calendars")


def _imported(added: int, known: int) -> str:
    text = ngettext("%(n)d day added.", "%(n)d days added.", added) % {"n": added}
    if known:
        kept = ngettext("%(n)d was in the list already.", "%(n)d were in the list already.", known) % {"n": known}
        text = f"{text} {kept}"
    return text


def _page(
    request: PersonRequest,
    row: Calendar | None,
    *,
    form: CalendarForm | None = None,
    day_form: CalendarDayForm | None = None,
    file_form: CalendarFileForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form or CalendarForm(calendar=row), "calendar": row}
    if row is not None:
        year = today(row, clock.now()).year
        context |= {
            "day_form": day_form or CalendarDayForm(),
            "file_form": file_form or CalendarFileForm(),
            "days": row.days.all(),
            "holidays": holidays_of(row, [year, year + 1]),
        }
    return render(request, "accounts/calendars/edit.html", context, status=status)
