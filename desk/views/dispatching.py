"""Administration: who gets the new tickets of which department."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest, admin_page
from desk.forms.dispatching import PolicyForm, policy_forms
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError


@admin_page
@require_http_methods(["GET", "HEAD", "POST"])
def policies(request: PersonRequest) -> HttpResponse:
    """The whole table; rows without an error are saved even when another one has to be corrected."""
    forms = policy_forms(request.actor, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "desk/dispatching/policies.html", {"forms": forms})
    saved = [_saved(request.actor, form) for form in forms if form.has_changed()]
    if all(saved):
        messages.success(request, _("Saved."))
        return redirect("desk:settings_dispatching")
    return render(request, "desk/dispatching/policies.html", {"forms": forms, "refused": True}, status=422)


def _saved(actor: Actor, form: PolicyForm) -> bool:
    if not form.is_valid():
        return False
    try:
        form.apply(actor)
    except CommandError as error:
        form.refuse(error)
    return form.is_valid()
