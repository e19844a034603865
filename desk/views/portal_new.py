"""A new request in the portal."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import create_ticket
from desk.portal_forms import RequestForm, new_token
from desk.request_catalog import catalog, on_offer
from desk.views.portal_gate import portal_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once
from flowtic.core.ratelimit import limit

# Refusals that htmx paints into the page; all others become a notice and leave the form as it is.
PAINTED = (409, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def new_request(request: PersonRequest) -> HttpResponseBase:
    """The catalogue. Posted to, it takes the general request; sent twice it makes one ticket."""
    if request.method == "POST":
        return _send(request)
    chosen = request.GET.get("type", "")
    if chosen and "\0" not in chosen and on_offer().filter(key=chosen).exists():
        return redirect("desk:portal_form", chosen)
    found = catalog(request.actor, request.GET.get("q", ""), desk=False)
    if found.is_empty and not found.text:
        return general(request)
    return render(request, "desk/request/choose.html", {"catalog": found, "layout": "layouts/portal.html"})


@require_safe
@portal_page
def general(request: PersonRequest) -> HttpResponse:
    """The request that fits no form: free text."""
    return _page(request, RequestForm(actor=request.actor, initial={"token": new_token()}))


def _send(request: PersonRequest) -> HttpResponse:
    form = RequestForm(request.POST.copy(), request.FILES, actor=request.actor)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        answer = run_once(request.user, *form.once(request.path), lambda: _create(request, form))
    except CommandError as error:
        if wants_fragment(request) and error.status not in PAINTED:
            raise
        form.add_refusal(error)
        return _page(request, form, status=error.status)
    messages.success(
        request, _("Your request has arrived. Its number is %(number)s.") % {"number": answer.body["number"]}
    )
    return leave_for(request, reverse("desk:portal_ticket", args=[answer.body["number"]]))


def leave_for(request: PersonRequest, url: str) -> HttpResponse:
    """On to another page, also out of an htmx request."""
    if wants_fragment(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


def count_uploads(request: PersonRequest) -> None:
    """Refuses with TooMany when the person uploads more than a person does."""
    for _upload in request.FILES.getlist("files"):
        limit("upload", request.user.pk)


def _create(request: PersonRequest, form: RequestForm) -> Answer:
    limit("create_ticket", request.user.pk)
    count_uploads(request)
    ticket = create_ticket(request.actor, **form.for_command())
    return Answer(201, {"number": ticket.number})


def _page(request: PersonRequest, form: RequestForm, status: int = 200) -> HttpResponse:
    template = "desk/portal/_request_fields.html" if wants_fragment(request) else "desk/portal/new.html"
    return render(request, template, {"form": form}, status=status)
