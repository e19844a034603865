"""The agents' list of tickets."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Department
from accounts.views.gate import PersonRequest
from desk.models import Priority, Status
from desk.queries import effective, ticket_list
from desk.ticket_filters import filter_tickets, sort_named
from desk.views.gate import desk_page
from flowtic.core.http import wants_fragment
from flowtic.core.paging import bounded_count


@desk_page
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """The whole page, its table after a filter, or the next rows."""
    found = ticket_list(request.actor, request.GET)
    template = "desk/queue/page.html"
    if wants_fragment(request):
        template = "desk/queue/_rows.html" if request.GET.get("part") == "rows" else "desk/queue/_list.html"
    return render(request, template, {"list": found})


@desk_page
@require_safe
def filters(request: PersonRequest) -> HttpResponse:
    """The filter form: a popover for htmx, a page of its own without JavaScript."""
    given = effective(request.GET)
    context = {
        "given": given,
        "sort": request.GET.get("sort", ""),
        "statuses": Status.objects.filter(active=True),
        "priorities": Priority.objects.order_by("-rank"),
        "departments": Department.objects.worked_by(request.actor),
    }
    name = "desk/queue/_filters.html" if wants_fragment(request) else "desk/queue/filters.html"
    return render(request, name, context)


@desk_page
@require_safe
def count(request: PersonRequest) -> HttpResponse:
    """How many tickets the filters find, "10000+" at most; fetched after the page."""
    sort = sort_named("")
    rows = filter_tickets(request.actor, effective(request.GET), sort=sort)
    return HttpResponse(bounded_count(rows), content_type="text/plain; charset=utf-8")
