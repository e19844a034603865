"""Administration: departments, and e-mail domains whose people need no decision."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries
from accounts.commands import remove_approved_domain, save_approved_domain, save_department
from accounts.forms import CommandForm, DepartmentForm, DomainForm
from accounts.models import ApprovedDomain, Department
from accounts.views.gate import PersonRequest, admin_page
from flowtic.core.errors import CommandError


@admin_page
@require_safe
def department_list(request: PersonRequest) -> HttpResponse:
    return render(request, "accounts/departments/list.html", {"departments": queries.departments(request.actor)})


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def department(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new department (no pk) or an existing one."""
    row = get_object_or_404(Department.objects.visible_to(request.actor), pk=pk) if pk else None
    initial = {name: getattr(row, name) for name in DepartmentForm.base_fields} if row else None
    form = DepartmentForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["key"].disabled = row is not None
    if form.is_bound and form.is_valid() and _saved(form, lambda data: save_department(request.actor, row, **data)):
        messages.success(request, _("Department saved."))
        return redirect("accounts:settings_departments")
    context = {"form": form, "department": row, "members": queries.members(row) if row else []}
    return render(request, "accounts/departments/edit.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def domain_list(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """All approved domains with a form for a new one, or (pk) for changing one of them."""
    row = get_object_or_404(ApprovedDomain, pk=pk) if pk else None
    form = DomainForm(request.POST if request.method == "POST" else None, actor=request.actor, row=row)
    form.fields["domain"].disabled = row is not None
    if form.is_bound and form.is_valid() and _saved(form, lambda data: save_approved_domain(request.actor, **data)):
        messages.success(request, _("Domain saved."))
        return redirect("accounts:settings_domains")
    context = {"form": form, "domain": row, "domains": queries.approved_domains()}
    return render(request, "accounts/domains/list.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def domain_remove(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ApprovedDomain, pk=pk)
    remove_approved_domain(request.actor, row)
    messages.success(request, _("People of %(domain)s wait for a decision again.") % {"domain": row.domain})
    return redirect("accounts:settings_domains")


def _saved(form: CommandForm, command: Any) -> bool:
    try:
        command({**form.cleaned_data})
    except CommandError as error:
        form.refuse(error)
        return False
    return True
