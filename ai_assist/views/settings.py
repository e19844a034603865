"""Administration: language models, which feature asks which, budget, masking, departments."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Department
from accounts.views.gate import PersonRequest, admin_page
from ai_assist import queries
from ai_assist.commands import providers as commands
from ai_assist.llm import settings_pages as pages
from ai_assist.llm_forms import BudgetForm, FeatureForm, MaskingForm, ProviderForm
from ai_assist.models import Provider
from flowtic.core.errors import CommandError, NotFound

EDIT = ["GET", "HEAD", "POST"]


@admin_page
@require_safe
def providers(request: PersonRequest) -> HttpResponse:
    return render(request, "ai_assist/settings/providers.html", {"rows": pages.providers(request.actor)})


@admin_page
@require_http_methods(EDIT)
def provider(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new provider (no pk) or an existing one."""
    row = get_object_or_404(Provider.objects.visible_to(request.actor), pk=pk) if pk else None
    form = ProviderForm(request.POST if request.method == "POST" else None, row=row)
    if _saved(form, lambda: commands.save_provider(request.actor, row, **form.for_command())):
        messages.success(request, _("Provider saved."))
        return redirect("ai:providers")
    context = {"form": form, "provider": row}
    return render(request, "ai_assist/settings/provider.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def test(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks the provider's model for one word and says what came back."""
    row = get_object_or_404(Provider.objects.visible_to(request.actor), pk=pk)
    try:
        messages.success(request, pages.test(request.actor, row, request.POST.get("model", "")))
    except pages.NoAnswer as error:
        messages.error(request, str(error))
    return redirect("ai:providers")


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        commands.remove_provider(request.actor, get_object_or_404(Provider.objects.visible_to(request.actor), pk=pk))
        messages.success(request, _("Provider deleted."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("ai:providers")


@admin_page
@require_safe
def features(request: PersonRequest) -> HttpResponse:
    return render(request, "ai_assist/settings/features.html", {"rows": pages.features()})


@admin_page
@require_http_methods(EDIT)
def feature(request: PersonRequest, feature: str) -> HttpResponse:
    row = pages.feature(feature)
    if row is None:
        raise NotFound(_("There is no such feature."))
    form = FeatureForm(request.POST if request.method == "POST" else None, row=row, actor=request.actor)
    if _saved(form, lambda: commands.save_feature(request.actor, feature, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("ai:features")
    context = {"form": form, "feature": row}
    return render(request, "ai_assist/settings/feature.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_http_methods(EDIT)
def budget(request: PersonRequest) -> HttpResponse:
    """The limits, and what the last days took."""
    form = BudgetForm(request.POST if request.method == "POST" else None, row=queries.settings())
    if _saved(form, lambda: commands.save_budget(request.actor, **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("ai:budget")
    shown = {"days": pages.days(), "people": pages.people_today(), "currency": queries.settings().currency}
    context = {"form": form, **shown}
    return render(request, "ai_assist/settings/budget.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_http_methods(EDIT)
def masking(request: PersonRequest) -> HttpResponse:
    """What is masked; `?try=` shows it on an example."""
    form = MaskingForm(request.POST if request.method == "POST" else None, row=queries.settings())
    if _saved(form, lambda: commands.save_masking(request.actor, **form.for_command())):
        messages.success(request, _("Saved."))
        return redirect("ai:masking")
    text = request.GET.get("try", "")[:2000]
    context = {"form": form, "text": text, "masked": pages.masked(text) if text else ""}
    return render(request, "ai_assist/settings/masking.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_safe
def departments(request: PersonRequest) -> HttpResponse:
    return render(request, "ai_assist/settings/departments.html", {"rows": pages.departments(request.actor)})


@admin_page
@require_POST
def department(request: PersonRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Department.objects.visible_to(request.actor), pk=pk)
    allowed, masked = (request.POST.get(name) == "on" for name in ("language_model", "masking"))
    commands.save_department(request.actor, row, language_model=allowed, masking=masked)
    messages.success(request, _("Saved."))
    return redirect("ai:departments")


def _saved(form: Any, save: Any) -> bool:
    """Whether the form was sent and its command took it; refusals stand on the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        save()
    except CommandError as error:
        form.refuse(error)
        return False
    return True
