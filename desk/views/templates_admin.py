"""Administration: templates of tickets that come again and again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.commands.forms import remove_template, save_template
from desk.forms.configuration import TemplateForm
from desk.models import TicketTemplate
from flowtic.core.errors import CommandError


@admin_page
@require_safe
def template_list(request: PersonRequest) -> HttpResponse:
    rows = TicketTemplate.objects.select_related("department", "request_type").order_by("-active", "name_en", "key")
    return render(request, "desk/settings/templates.html", {"templates": rows})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new template (no pk) or an existing one; prefilled answers of a form stay as they are."""
    row = get_object_or_404(TicketTemplate, pk=pk) if pk else None
    form = TemplateForm(request.POST if request.method == "POST" else None, template=row)
    if form.is_bound and form.is_valid():
        try:
            save_template(request.actor, row or TicketTemplate(), **form.for_command())
            messages.success(request, _("Saved."))
            return redirect("desk:settings_templates")
        except CommandError as error:
            form.refuse(error)
    context = {"form": form, "template": row}
    return render(request, "desk/settings/template.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        remove_template(request.actor, get_object_or_404(TicketTemplate, pk=pk))
        messages.success(request, _("Deleted."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("desk:settings_templates")
