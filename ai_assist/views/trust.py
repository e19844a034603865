"""Administration: how far the suggestions for each field are trusted, and by which measurements."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from ai_assist import fields
from ai_assist.commands.trust import set_trust
from ai_assist.forms import TrustForm
from ai_assist.trust_page import TrustPage
from ai_assist.views.gate import measured_page
from flowtic.core.errors import CommandError
from flowtic.core.policy import require


@measured_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Precision, coverage, calibration and trend of each field; admins also set the bar."""
    return render(request, "ai_assist/trust/page.html", {"trust": TrustPage(request.actor)})


@measured_page
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: PersonRequest, field: str) -> HttpResponse:
    """Sets the bar of one field; a refused form is shown again with what was typed."""
    require(request.actor, "assist.configure")
    if field not in fields.FIELDS:
        raise Http404
    if request.method != "POST":
        return redirect("ai:trust")
    form = TrustForm(request.POST, prefix=field)
    if form.is_valid():
        try:
            set_trust(request.actor, field, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("ai:trust")
        except CommandError as error:
            form.add_refusal(error)
    shown = TrustPage(request.actor, tried={field: form})
    return render(request, "ai_assist/trust/page.html", {"trust": shown}, status=422)
