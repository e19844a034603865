"""The menu of the signed-in person: fetched when somebody is about to open it, or a page of its own."""

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.http import safe_path, wants_fragment
from flowtic.core.shell import Shell


@login_required
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """Who one is, other places, theme, language, help, and the way out."""
    if not wants_fragment(request):
        return render(request, "accounts/menu/page.html", {"here": request.path})
    here = safe_path(request, request.headers.get("HX-Current-URL", ""))
    shell = Shell(request, urlsplit(here).path)
    return render(request, "components/user_menu_content.html", {"shell": shell, "here": here})
