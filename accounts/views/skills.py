"""Administration: what people can do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.commands import remove_skill, save_skill
from accounts.models import Skill
from accounts.queries import skills
from accounts.views.gate import PersonRequest, admin_page
from accounts.working_forms import SkillForm
from flowtic.core.errors import CommandError


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def skill_list(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """All skills with a form for a new one, or (pk) for changing one of them."""
    row = get_object_or_404(Skill, pk=pk) if pk else None
    initial = {name: getattr(row, name) for name in SkillForm.base_fields} if row else None
    form = SkillForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["key"].disabled = row is not None
    if form.is_bound and form.is_valid():
        try:
            save_skill(request.actor, row, **form.cleaned_data)
            messages.success(request, _("Skill saved."))
            return redirect("accounts:settings_skills")
        except CommandError as error:
            form.refuse(error)
    context = {"form": form, "skill": row, "skills": skills()}
    return render(request, "accounts/skills/list.html", context, status=422 if form.is_bound else 200)


@admin_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        remove_skill(request.actor, get_object_or_404(Skill, pk=pk))
        messages.success(request, _("Skill deleted."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("accounts:settings_skills")
