"""One's own profile, picture and preferences."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.commands import change_profile, change_registration, remove_avatar, set_avatar
from accounts.forms import AvatarForm, ProfileForm
from accounts.models import User
from accounts.queries import absences, card, working_week
from accounts.views.gate import PersonRequest
from flowtic.core.errors import BadRequest, CommandError
from flowtic.core.http import safe_next, wants_fragment

FIELDS = tuple(ProfileForm.base_fields)
YEAR = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Shows and saves the profile."""
    form = _form(request)
    if request.method != "POST":
        return _page(request, form)
    if form.is_valid():
        try:
            person = change_profile(request.actor, request.actor.user, **form.cleaned_data)
            with translation.override(person.language or None):
                messages.success(request, _("Profile saved."))
            return _remembered(redirect("accounts:profile"), person)
        except CommandError as error:
            form.refuse(error)
    return _page(request, form, status=422)


@login_required
@require_POST
def validate(request: PersonRequest) -> HttpResponse:
    """Checks one field while the form is filled in: answers that field with its error, if any."""
    form, name = _form(request), request.GET.get("field", "")
    if name not in form.fields:
        raise BadRequest(_("This form has no such field."), fields={"field": _("unknown")})
    status = 422 if name in form.errors else 200
    return render(request, "accounts/profile/_field.html", {"field": form[name]}, status=status)


@login_required
@require_POST
def avatar(request: PersonRequest) -> HttpResponse:
    """Sets or (remove=1) removes the picture."""
    if request.POST.get("remove"):
        remove_avatar(request.actor, request.actor.user)
        messages.success(request, _("Picture removed."))
        return redirect("accounts:profile")
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            set_avatar(request.actor, request.actor.user, upload=form.cleaned_data["avatar"])
            messages.success(request, _("Picture saved."))
            return redirect("accounts:profile")
        except CommandError as error:
            form.refuse(error)
    return _page(request, _form(request), avatar_form=form, status=422)


@login_required
@require_POST
def preferences(request: PersonRequest) -> HttpResponse:
    """Theme and language at once, from the menu of every page; also for people who still wait."""
    values = {name: request.POST[name] for name in ("theme", "language") if name in request.POST}
    if not values or values.get("language", "de") not in dict(settings.LANGUAGES):
        raise BadRequest(_("Please choose a theme or a language."), fields={"theme": _("missing")})
    change = change_profile if request.actor.is_person else change_registration
    person = change(request.actor, request.actor.user, **values)
    quiet = wants_fragment(request) or request.headers.get("X-Requested-With")
    return _remembered(HttpResponse(status=204) if quiet else redirect(safe_next(request)), person)


def _form(request: PersonRequest) -> ProfileForm:
    person = request.actor.user
    posted = request.POST if request.method == "POST" and "name" in request.POST else None
    return ProfileForm(posted, initial={name: getattr(person, name) for name in FIELDS})


def _page(
    request: PersonRequest, form: ProfileForm, *, avatar_form: AvatarForm | None = None, status: int = 200
) -> HttpResponse:
    # The actor's own object is unchanged by a refused save; what others see is what is stored.
    context: dict[str, Any] = {"form": form, "avatar_form": avatar_form or AvatarForm()}
    context |= {
        "card": card(request.actor, request.actor.user),
        "week": working_week(request.actor.user) if request.actor.can_work else [],
        "absences": absences(request.actor.user) if request.actor.can_work else [],
        "most": settings.FLOWTIC_MAX_AVATAR_PIXELS // 1_000_000,
    }
    return render(request, "accounts/profile/page.html", context, status=status)


def _remembered(response: HttpResponse, person: User) -> HttpResponse:
    """The login page has no person to ask: it follows these cookies."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie("theme", person.theme, max_age=YEAR, samesite="Lax", secure=secure)
    if person.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, person.language, max_age=YEAR, samesite="Lax", secure=secure)
    return response
