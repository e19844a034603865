"""One search over everything: the page, its live results, and the few rows of a palette."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.unified_search_page import SearchPage
from desk.views.portal_gate import portal_page
from flowtic.core import ratelimit
from flowtic.core.http import wants_fragment


@require_safe
@portal_page
def page(request: PersonRequest) -> HttpResponse:
    """The whole page, or its results while somebody types."""
    live = wants_fragment(request)
    found = _search(request, live=live)
    if live:
        return render(request, "desk/search/_results.html", {"search": found})
    found.note_miss()
    return render(request, "desk/search/page.html", {"search": found})


@require_safe
@portal_page
def quick(request: PersonRequest) -> HttpResponse:
    """Up to eight rows of all kinds, as a list to choose from."""
    return render(request, "desk/search/_quick.html", {"search": _search(request, live=True, brief=True)})


def _search(request: PersonRequest, *, live: bool, brief: bool = False) -> SearchPage:
    asked = request.GET.get("q", ""), request.GET.get("kind", "")
    found = SearchPage(request.actor, *asked, live=live, brief=brief)
    if found.text:
        ratelimit.limit("search", f"u{request.user.pk}")
    return found
