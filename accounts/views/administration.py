"""Administration: the list of people, and one person's profile, role, departments, state and tokens."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.commands import (
    change_profile,
    change_working,
    log_out_everywhere,
    reactivate_person,
    remove_avatar,
    revoke_token,
    set_departments,
    set_role,
    set_skills,
    suspend_person,
)
from accounts.forms import (
    CommandForm,
    LogoutForm,
    MembershipForm,
    ProfileForm,
    ReasonForm,
    RoleForm,
    SuspensionForm,
)
from accounts.holdings import held
from accounts.models import ApiToken, User
from accounts.passing import Passing
from accounts.queries import absences, history, people_page, tokens
from accounts.views.gate import PersonRequest, admin_page
from accounts.working_forms import PersonSkillsForm, WorkingForm
from flowtic.core.errors import CommandError, Forbidden
from flowtic.core.http import wants_fragment
from flowtic.core.policy import allows


@admin_page
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Everybody, by state, role and text, page by page."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "role", "q")}
    found = people_page(
        request.actor,
        state=asked["state"],
        role=asked["role"],
        text=asked["q"],
        cursor=request.GET.get("cursor", ""),
    )
    context = {"page": found, "asked": asked, "states": User.State.choices, "roles": User.Role.choices}
    template = "accounts/people/_list.html" if wants_fragment(request) else "accounts/people/list.html"
    return render(request, template, context)


@admin_page
@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """All that an administrator decides about one person."""
    return _page(request, _person(request, pk))


@admin_page
@require_POST
def profile(request: PersonRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = ProfileForm(request.POST, initial=_profile_of(found))
    return _apply(request, found, "profile", form, lambda data: change_profile(request.actor, found, **data))


@admin_page
@require_POST
def role(request: PersonRequest, pk: int) -> HttpResponse:
    found, form = _person(request, pk), RoleForm(request.POST)
    return _apply(request, found, "role", form, lambda data: set_role(request.actor, found, role=data["role"]))


@admin_page
@require_POST
def departments(request: PersonRequest, pk: int) -> HttpResponse:
    found, form = _person(request, pk), MembershipForm(request.POST, actor=request.actor)
    return _apply(
        request,
        found,
        "membership",
        form,
        lambda data: set_departments(request.actor, found, departments=form.chosen()),
    )


@admin_page
@require_POST
def working(request: PersonRequest, pk: int) -> HttpResponse:
    """Manager, most open work, working hours."""
    found, form = _person(request, pk), WorkingForm(request.POST)
    return _apply(request, found, "working", form, lambda data: change_working(request.actor, found, **data))


@admin_page
@require_POST
def skills(request: PersonRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    form = PersonSkillsForm(request.POST, person=found)
    return _apply(request, found, "skills", form, lambda data: set_skills(request.actor, found, skills=form.chosen()))


@admin_page
@require_POST
def suspend(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends the person's access; what becomes of open work is asked only where there is some."""
    found = _person(request, pk)
    form = SuspensionForm(request.POST, asked=bool(held(request.actor, found)))
    return _apply(request, found, "suspension", form, lambda data: suspend_person(request.actor, found, **data))


@admin_page
@require_safe
def work(request: PersonRequest, pk: int) -> HttpResponse:
    """How far a worker is with passing on the person's open work; asked again and again until it is done."""
    person = _person(request, pk)
    if not wants_fragment(request):
        return redirect("accounts:settings_person", pk)
    return render(request, "accounts/people/_passing.html", {"person": person, "passing": Passing.of(person)})


@admin_page
@require_POST
def logout(request: PersonRequest, pk: int) -> HttpResponse:
    found, form = _person(request, pk), LogoutForm(request.POST)
    return _apply(request, found, "logout", form, lambda data: log_out_everywhere(request.actor, found, **data))


@admin_page
@require_POST
def reactivate(request: PersonRequest, pk: int) -> HttpResponse:
    found = _person(request, pk)
    return _apply(
        request, found, "suspension", ReasonForm(request.POST), lambda data: reactivate_person(request.actor, found)
    )


@admin_page
@require_POST
def picture(request: PersonRequest, pk: int) -> HttpResponse:
    """Removes a picture that must not stay."""
    remove_avatar(request.actor, _person(request, pk))
    messages.success(request, _("Picture removed."))
    return redirect("accounts:settings_person", pk)


@admin_page
@require_POST
def revoke(request: PersonRequest, pk: int, token_pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.actor), pk=token_pk, user=_person(request, pk))
    revoke_token(request.actor, token)
    messages.success(request, _("The token “%(name)s” works no longer.") % {"name": token.name})
    return redirect("accounts:settings_person", pk)


def _person(request: PersonRequest, pk: int) -> User:
    return get_object_or_404(
        User.objects.visible_to(request.actor).select_related("requested_department", "manager"), pk=pk
    )


def _apply(
    request: PersonRequest, person: User, name: str, form: CommandForm, command: Callable[[dict[str, Any]], Any]
) -> HttpResponse:
    """Runs the command with the form's data; a refusal comes back with the page and all that was typed."""
    if form.is_valid():
        try:
            command(form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("accounts:settings_person", person.pk)
        except Forbidden:
            raise
        except CommandError as error:
            form.refuse(error)
    return _page(request, _person(request, person.pk), {name: form}, status=422)


def _page(request: PersonRequest, person: User, bound: Any = None, status: int = 200) -> HttpResponse:
    works = person.memberships.values_list("department_id", "is_lead")
    chosen = {"departments": [pk for pk, _lead in works], "leads": [pk for pk, lead in works if lead]}
    work = held(request.actor, person) if person.state == User.State.ACTIVE else []
    forms = {
        "profile": ProfileForm(initial=_profile_of(person)),
        "role": RoleForm(initial={"role": person.role}),
        "membership": MembershipForm(initial=chosen, actor=request.actor),
        "working": WorkingForm(initial=WorkingForm.of(person)),
        "skills": PersonSkillsForm(person=person),
        "suspension": SuspensionForm(asked=bool(work)),
        "logout": LogoutForm(),
    }
    context = {
        "person": person,
        "forms": {**forms, **(bound or {})},
        "absences": absences(person),
        "tokens": tokens(request.actor, person),
        "history": history(person),
        "open_work": work,
        "passing": Passing.of(person),
        "may_log_out": allows(request.actor, "person.end_logins", person) and person.state in User.LOGIN_STATES,
        "may_decide": allows(request.actor, "person.set_role", person),
    }
    return render(request, "accounts/people/person.html", context, status=status)


def _profile_of(person: User) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ProfileForm.base_fields}
