"""Hints while somebody types a request in the portal."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.portal_hints import Hints, hints_for
from desk.views.portal_gate import portal_page
from flowtic.core.errors import TooMany
from flowtic.core.http import wants_fragment
from flowtic.core.ratelimit import limit


@require_safe
@portal_page
def hints(request: PersonRequest) -> HttpResponse:
    """A fragment only. Who types faster than the limit simply gets no more hints; nothing is ever in the way."""
    if not wants_fragment(request):
        return redirect("desk:portal_new")
    try:
        limit("hint", request.user.pk)
        found = hints_for(request.actor, request.GET.get("subject", ""))
    except TooMany:
        found = Hints()
    return render(request, "desk/portal/_hints.html", {"hints": found})
