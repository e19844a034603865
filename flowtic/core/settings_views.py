"""Start page of the administration, and the settings of the system to look at."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from flowtic.core import settings_home, system_settings
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from flowtic.core.settings_commands import checklist_away, put_checklist_away


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Tiles with what is wrong or missing; with `?q=` the places that the words name."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "settings.view")
    text = request.GET.get("q", "").strip()[:100]
    if text:
        context: dict[str, Any] = {"text": text, "found": settings_home.matching(text)}
        return render(request, _template(request, "core/settings/_found.html"), context)
    found = settings_home.home(actor)
    away = found.is_set_up or checklist_away()
    context = {"home": found, "text": "", "checklist": not away, "may_bring_back": away and not found.is_set_up}
    return render(request, _template(request, "core/settings/_tiles.html"), context)


def _template(request: HttpRequest, fragment: str) -> str:
    return fragment if wants_fragment(request) else "core/settings/home.html"


@login_required
@require_POST
def checklist(request: HttpRequest) -> HttpResponse:
    """Puts the checklist away (`away=1`) or brings it back."""
    put_checklist_away(request.actor, away=request.POST.get("away") == "1")  # type: ignore[attr-defined]
    return redirect("accounts:settings")


@login_required
@require_GET
def system(request: HttpRequest) -> HttpResponse:
    """Every setting with its value and where it comes from."""
    require(request.actor, "settings.view")  # type: ignore[attr-defined]
    return render(request, "core/settings/system.html", {"groups": system_settings.groups()})
