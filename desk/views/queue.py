"""The agents' list of tickets."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.people_search import label, suggestions
from desk.queries import TicketList
from desk.views.gate import desk_page
from flowtic.core import ratelimit
from flowtic.core.http import wants_fragment
from flowtic.core.paging import bounded_count

MAX_NAME = 100


@desk_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """The whole page, its table after a filter or a sort, or the next rows."""
    found = _list(request)
    if not wants_fragment(request):
        return render(request, "desk/queue/page.html", {"list": found})
    if request.headers.get("HX-Target") == "tr#more-row":
        return render(request, "desk/queue/_rows.html", {"list": found, "rows": found.rows, "fresh": True})
    response = render(request, "desk/queue/table.swap.html", {"list": found})
    response["HX-Replace-Url"] = request.path + (found.query if len(found.query) > 1 else "")
    return response


@desk_page
@require_safe
def filters(request: PersonRequest) -> HttpResponse:
    """What can be filtered: fetched into the list's own form, or a page with a form of its own without JavaScript."""
    name = "desk/queue/_choices.html" if wants_fragment(request) else "desk/queue/filters.html"
    return render(request, name, {"list": _list(request)})


@desk_page
@require_safe
def count(request: PersonRequest) -> HttpResponse:
    """How many tickets the filters find, "10000+" at most; fetched after the page."""
    return HttpResponse(bounded_count(_list(request).tickets), content_type="text/plain; charset=utf-8")


@desk_page
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Suggestions for a text field that names a person, as options of its datalist."""
    ratelimit.limit("search", f"u{request.user.pk}")
    # The field's own name differs from form to form: whatever it is, there is one text.
    text = next((str(value) for value in request.GET.values() if value), "")[:MAX_NAME]
    labels = [label(person) for person in suggestions(request.actor, text)]
    return render(request, "desk/queue/_people.html", {"labels": labels})


def _list(request: PersonRequest) -> TicketList:
    found = TicketList(request.actor, request.GET)
    if found.q:
        ratelimit.limit("search", f"u{request.user.pk}")
    return found
