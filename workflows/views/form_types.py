"""Request types of the administration: the list with the state of each form, a new one, names and owner."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest, admin_page
from desk.commands.configuration import save_configuration
from desk.models import RequestType
from flowtic.core.errors import Forbidden
from workflows.forms.request_types import RequestTypeForm
from workflows.queries.form_editor import edited_type, edited_types
from workflows.queries.form_lines import form_lines
from workflows.views.catalog import saved
from workflows.views.gate import workflow_page


@workflow_page
@require_safe
def types(request: PersonRequest) -> HttpResponse:
    """Every request type whose form one may edit."""
    rows = edited_types(request.actor)
    if not request.actor.is_admin and not rows.exists():
        raise Forbidden(_("Forms are edited by admins and by the leads of the department they belong to."))
    return render(request, "workflows/forms/list.html", {"lines": form_lines(rows)})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """A request type that is not on offer yet: first comes its form."""
    form = RequestTypeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and saved(form, lambda data: _create(request, data)):
        messages.success(request, _("The request type is there. Now its questions."))
        return redirect("workflows:form_edit", form.cleaned_data["key"])
    return render(request, "workflows/forms/type.html", {"form": form}, status=422 if form.is_bound else 200)


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest, key: str) -> HttpResponse:
    """Names, owner, place in the catalogue, on offer or not."""
    row = edited_type(request.actor, key)
    form = RequestTypeForm(request.POST if request.method == "POST" else None, row=row)
    if form.is_bound and form.is_valid() and saved(form, lambda data: save_configuration(request.actor, row, **data)):
        messages.success(request, _("Saved."))
        return redirect("workflows:forms")
    context = {"form": form, "row": row}
    return render(request, "workflows/forms/type.html", context, status=422 if form.is_bound else 200)


def _create(request: PersonRequest, data: dict[str, Any]) -> None:
    save_configuration(request.actor, RequestType(), active=False, **data)
