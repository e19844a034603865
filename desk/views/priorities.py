"""Administration: names and colours of the four priorities."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest, admin_page
from desk.commands.configuration import save_configuration
from desk.forms.configuration import PriorityForm
from desk.models import Priority
from flowtic.core.errors import CommandError


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def priorities(request: PersonRequest) -> HttpResponse:
    """The whole table; rows without an error are saved even when another one has to be corrected."""
    data = request.POST if request.method == "POST" else None
    forms = [PriorityForm(row, data) for row in Priority.objects.order_by("-rank")]
    saved = [_saved(request, form) for form in forms] if data is not None else []
    if saved and all(saved):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_priorities")
    context = {"forms": forms, "refused": data is not None}
    return render(request, "desk/settings/priorities.html", context, status=422 if data is not None else 200)


def _saved(request: PersonRequest, form: PriorityForm) -> bool:
    if not form.is_valid():
        return False
    try:
        save_configuration(request.actor, form.priority, **form.cleaned_data)
    except CommandError as error:
        form.refuse(error)
    return form.is_valid()
