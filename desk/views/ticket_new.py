"""The tickets that agents write: the catalogue, and the general form with its templates."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import create_ticket
from desk.forms.creation import NewTicketForm, first_values
from desk.models import TicketTemplate
from desk.portal_forms import new_token
from desk.request_catalog import catalog, on_offer
from desk.views.gate import desk_page
from desk.views.portal_new import count_uploads, leave_for
from desk.views.ticket_parts import SHOWN
from flowtic.core import ratelimit
from flowtic.core.errors import BadRequest, CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponseBase:
    """The catalogue, unless the address says already what to write. Posted to, it takes the general form."""
    if request.method == "POST":
        return _send(request)
    chosen = request.GET.get("type", "")
    if chosen and "\0" not in chosen and on_offer().filter(key=chosen).exists():
        return redirect("desk:ticket_form", chosen)
    found = catalog(request.actor, request.GET.get("q", ""), desk=True)
    if _named(request) or (found.is_empty and not found.text):
        return general(request)
    return render(request, "desk/request/choose.html", {"catalog": found, "desk": True, "layout": "layouts/desk.html"})


@desk_page
@require_safe
def general(request: PersonRequest) -> HttpResponse:
    """A ticket of free text in the name of a requester, filled in by a template if the address names one."""
    name = request.GET.get("template", "")
    rows = TicketTemplate.objects.visible_to(request.actor).filter(active=True, request_type=None)
    template = rows.select_related("department", "priority").filter(key=name).first() if "\0" not in name else None
    initial = {**first_values(request.actor, template), "token": new_token(), **_named(request)}
    return _form(request, NewTicketForm(actor=request.actor, initial=initial))


@desk_page
@require_http_methods(["POST"])
def validate(request: PersonRequest) -> HttpResponse:
    """Checks one field while the form is filled in: answers that field with its error, if any."""
    form, name = _bound(request), request.GET.get("field", "")
    if name not in form.fields:
        raise BadRequest(_("This form has no such field."), fields={"field": _("unknown")})
    status = 422 if name in form.errors else 200
    return render(request, "desk/ticket/_new_field.html", {"field": form[name]}, status=status)


def _send(request: PersonRequest) -> HttpResponse:
    """Sent twice it is one ticket."""
    form = _bound(request)
    if not form.is_valid():
        return _form(request, form, status=422)
    try:
        answer = run_once(request.user, *form.once(request.path), lambda: _create(request, form))
    except CommandError as error:
        if error.status not in SHOWN:
            raise
        form.add_refusal(error)
        return _form(request, form, status=error.status)
    messages.success(request, _("Ticket %(number)s was created.") % answer.body)
    return leave_for(request, answer.body["url"])


def _bound(request: PersonRequest) -> NewTicketForm:
    return NewTicketForm(request.POST.copy(), request.FILES, actor=request.actor)


def _named(request: PersonRequest) -> dict[str, Any]:
    """What a link to the form may fill in already."""
    names = ("requester", "subject")
    return {name: request.GET[name][:255] for name in names if request.GET.get(name)}


def _create(request: PersonRequest, form: NewTicketForm) -> Answer:
    ratelimit.limit("create_ticket", request.user.pk)
    count_uploads(request)
    ticket = create_ticket(request.actor, **form.for_command())
    # Who writes for a department of others does not see the ticket afterwards.
    url = ticket.get_absolute_url() if ticket.internal_for(request.actor) else "/tickets"
    return Answer(201, {"number": ticket.number, "url": url})


def _form(request: PersonRequest, form: NewTicketForm, status: int = 200) -> HttpResponse:
    template = "desk/ticket/_new_fields.html" if wants_fragment(request) else "desk/ticket/new.html"
    return render(request, template, {"form": form}, status=status)
