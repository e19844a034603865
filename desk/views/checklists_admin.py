"""Administration: checklists that are put on tickets as a whole."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.commands.checklist_templates import remove_checklist, save_checklist
from desk.forms.checklists import ChecklistForm
from desk.models import ChecklistTemplate
from flowtic.core.errors import CommandError


@admin_page
@require_safe
def checklist_list(request: PersonRequest) -> HttpResponse:
    rows = ChecklistTemplate.objects.select_related("department", "request_type").order_by("-active", "name_en", "pk")
    return render(request, "desk/settings/checklists.html", {"checklists": rows})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new checklist (no pk) or an existing one; tickets keep the lines that they have."""
    row = get_object_or_404(ChecklistTemplate, pk=pk) if pk else None
    form = ChecklistForm(request.POST if request.method == "POST" else None, template=row)
    if form.is_bound and form.is_valid():
        try:
            save_checklist(request.actor, row, **form.for_command())
            messages.success(request, _("Saved."))
            return redirect("desk:settings_checklists")
        except CommandError as error:
            form.refuse(error)
    context = {"form": form, "checklist": row}
    return render(request, "desk/settings/checklist.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    remove_checklist(request.actor, get_object_or_404(ChecklistTemplate, pk=pk))
    messages.success(request, _("Deleted."))
    return redirect("desk:settings_checklists")
