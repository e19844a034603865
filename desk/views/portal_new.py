"""A new request in the portal."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest
from desk.commands import create_ticket
from desk.portal_forms import RequestForm, chosen_type, new_token
from desk.views.portal_gate import portal_page
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once
from flowtic.core.ratelimit import limit

# Refusals that htmx paints into the page; all others become a notice and leave the form as it is.
PAINTED = (409, 422)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def new_request(request: PersonRequest) -> HttpResponse:
    """The form; sent twice it makes one ticket."""
    if request.method != "POST":
        kind = chosen_type(request.GET, "type")
        initial = {"token": new_token(), "request_type": kind.key if kind else ""}
        return _page(request, RequestForm(actor=request.actor, request_type=kind, initial=initial))
    data = request.POST.copy()
    form = RequestForm(data, request.FILES, actor=request.actor, request_type=chosen_type(data))
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


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page
def request_fields(request: PersonRequest) -> HttpResponse:
    """The form again for another request type, with everything that was typed and nothing checked."""
    if request.method != "POST":
        return redirect("desk:portal_new")
    kind, actor = chosen_type(request.POST), request.actor
    typed = RequestForm(request.POST, actor=actor, request_type=kind).typed()
    return _page(request, RequestForm(actor=actor, request_type=kind, initial=typed))


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
