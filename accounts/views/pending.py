"""The page of people who wait for a decision about their account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.commands import change_registration
from accounts.forms import RegistrationForm
from accounts.queries import pending_since
from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: PersonRequest) -> HttpResponse:
    """Says that the account waits; asks again every 30 seconds; lets name and reason be corrected."""
    person = request.actor.user
    if request.actor.is_person:
        return HttpResponse(headers={"HX-Redirect": "/"}) if wants_fragment(request) else redirect("core:home")
    form = RegistrationForm(request.POST or None, initial={"name": person.name, "reason": person.reason})
    if request.method == "POST" and _corrected(request, form):
        messages.success(request, _("Saved."))
        return redirect("accounts:pending")
    context = {"form": form, "person": person, "since": pending_since(person)}
    template = "accounts/pending/_state.html" if wants_fragment(request) else "accounts/pending/page.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _corrected(request: PersonRequest, form: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        change_registration(request.actor, request.actor.user, **form.cleaned_data)
    except CommandError as error:
        form.refuse(error)
        return False
    return True
