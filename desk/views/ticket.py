"""The agent's ticket page and the tickets agents write."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import create_ticket
from desk.forms.creation import NewTicketForm, first_values
from desk.portal_forms import chosen_type, new_token
from desk.views.gate import desk_page, visible_ticket
from desk.views.portal_new import count_uploads, leave_for
from desk.views.ticket_parts import SHOWN, context, whole_page
from flowtic.core import ratelimit
from flowtic.core.errors import BadRequest, CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.idempotency import Answer, run_once


@desk_page
@require_safe
def page(request: PersonRequest, number: str) -> HttpResponse:
    """One ticket. A merged one leads to where the work goes on; who only asked reads it in the portal."""
    ticket = visible_ticket(request, number)
    if not ticket.internal_for(request.actor):
        return redirect("desk:portal_ticket", number)
    target = ticket.merged_into
    if target is not None and "merged" not in request.GET and target.internal_for(request.actor):
        words = {"number": ticket.number}
        messages.info(request, _("%(number)s was merged into this ticket.") % words)
        return redirect(target)
    if wants_fragment(request):
        return render(request, "desk/ticket/_panel.html", context(request, ticket))
    return whole_page(request, ticket)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """A ticket in the name of a requester; sent twice it is one."""
    if request.method != "POST":
        kind = chosen_type(request.GET, "type")
        initial = {**first_values(request.actor, kind), "token": new_token(), **_named(request)}
        return _form(request, NewTicketForm(actor=request.actor, request_type=kind, initial=initial))
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


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_fields(request: PersonRequest) -> HttpResponse:
    """The form again for another request type, with everything that was typed and nothing checked."""
    if request.method != "POST":
        return redirect("desk:ticket_new")
    kind = chosen_type(request.POST)
    typed = _bound(request).typed()
    if kind is not None and kind.department is not None:
        typed["department"] = kind.department.key
    return _form(request, NewTicketForm(actor=request.actor, request_type=kind, initial=typed))


@desk_page
@require_http_methods(["POST"])
def validate(request: PersonRequest) -> HttpResponse:
    """Checks one field while the form is filled in: answers that field with its error, if any."""
    form, name = _bound(request), request.GET.get("field", "")
    if name not in form.fields:
        raise BadRequest(_("This form has no such field."), fields={"field": _("unknown")})
    status = 422 if name in form.errors else 200
    return render(request, "desk/ticket/_new_field.html", {"field": form[name]}, status=status)


def _bound(request: PersonRequest) -> NewTicketForm:
    data = request.POST.copy()
    return NewTicketForm(data, request.FILES, actor=request.actor, request_type=chosen_type(data))


def _named(request: PersonRequest) -> dict[str, str]:
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
