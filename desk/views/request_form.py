"""A new ticket by a request type's form, page by page: in the portal for oneself, at the desk for a requester."""

import functools
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.gate import PersonRequest, View
from desk.commands import begin_anew, discard_draft, save_draft, submit_form
from desk.commands.forms import REQUESTER
from desk.forms.people import person_of, person_or_address
from desk.forms.requests import RequestPage
from desk.models import TicketTemplate
from desk.portal_forms import CSRF_FIELD, TOKEN, TOKEN_ERROR, new_token
from desk.request_catalog import on_offer
from desk.request_flow import REVIEW, Flow, Step
from desk.views.gate import desk_page
from desk.views.portal_gate import portal_page
from flowtic.core.errors import BadRequest, CommandError, Conflict, Invalid, NotFound
from flowtic.core.idempotency import Answer, fingerprint, run_once
from flowtic.core.ratelimit import limit

LAYOUTS = {True: "layouts/desk.html", False: "layouts/portal.html"}


def form_door(*methods: str) -> Any:
    """For whoever may enter the door that `desk` names."""

    def wrap(view: View) -> View:
        doors = {desk: gate(view) for desk, gate in ((True, desk_page), (False, portal_page))}

        @require_http_methods(list(methods))
        @functools.wraps(view)
        def run(request: PersonRequest, *args: Any, desk: bool, **kwargs: Any) -> Any:
            return doors[desk](request, *args, desk=desk, **kwargs)

        return run

    return wrap


@form_door("GET", "HEAD")
def start(request: PersonRequest, key: str, desk: bool) -> HttpResponse:
    """To the first page; where a draft exists, the person says whether to go on with it or to begin anew."""
    flow = _flow(request, key, desk)
    if flow.is_begun and "continue" not in request.GET:
        return render(request, "desk/request/begun.html", {"layout": LAYOUTS[desk], "flow": flow})
    query = f"?template={flow.template.key}" if flow.template else ""
    return redirect(flow.url(flow.start.key) + query)


@form_door("POST")
def anew(request: PersonRequest, key: str, desk: bool) -> HttpResponse:
    """An empty form; the draft waits until this one is sent."""
    flow = _flow(request, key, desk)
    begin_anew(request.actor, flow.request_type)
    query = f"?template={flow.template.key}" if flow.template else ""
    return redirect(_again(flow).url(flow.steps[0].key) + query)


@form_door("GET", "HEAD", "POST")
def page(request: PersonRequest, key: str, page: str, desk: bool) -> HttpResponse:
    """One page: shown, or what was typed in it. Whatever happens to it, the draft has it."""
    flow = _flow(request, key, desk)
    if page == REVIEW and not flow.is_single:
        return _send(request, flow, None) if request.method == "POST" else _review(request, flow)
    step = flow.step(page)
    if step is None:
        return redirect(flow.url(flow.start.key))
    if request.method != "POST":
        return _page(request, flow, step, RequestPage(flow=flow, page=page))
    return _typed(request, flow, step)


@form_door("GET", "HEAD", "POST")
def fields(request: PersonRequest, key: str, page: str, desk: bool) -> HttpResponse:
    """The questions of a page anew, as the answers bring them up; nothing is checked."""
    flow = _flow(request, key, desk)
    if request.method != "POST" or flow.step(page) is None:
        return redirect(flow.url(page))
    typed = RequestPage(request.POST, flow=flow, page=page)
    form = RequestPage(flow=flow, page=page, known={**flow.values, **typed.for_draft})
    return render(request, "desk/request/_questions.html", {"form": form, "flow": flow})


@form_door("POST")
def validate(request: PersonRequest, key: str, page: str, desk: bool) -> HttpResponse:
    """One field while the form is filled in: answers that field with its error, if any."""
    flow = _flow(request, key, desk)
    name = request.GET.get("field", "")
    form = RequestPage(request.POST, flow=flow, page=page) if flow.step(page) else None
    if form is None or name not in form.fields:
        raise BadRequest(_("This form has no such field."), fields={"field": _("unknown")})
    status = 422 if name in form.errors else 200
    _count_misses(request, form)
    return render(request, "desk/ticket/_new_field.html", {"field": form[name]}, status=status)


@form_door("POST")
def discard(request: PersonRequest, key: str, desk: bool) -> HttpResponse:
    """Throws away what was filled in so far."""
    flow = _flow(request, key, desk)
    waits = flow.waits
    discard_draft(request.actor, flow.request_type)
    said = _("Your draft is deleted; the one from before is there again.") if waits else _("Your draft is deleted.")
    messages.success(request, said)
    return redirect("desk:ticket_new" if desk else "desk:portal_new")


# ---- what was typed ------------------------------------------------------------------


def _typed(request: PersonRequest, flow: Flow, step: Step) -> HttpResponse:
    form = RequestPage(request.POST, request.FILES, flow=flow, page=step.key)
    way, fits = request.POST.get("way", "next"), form.is_valid()
    _count_misses(request, form)
    before = flow.beside(step.key, -1)
    if fits and flow.is_single and way != "save":
        return _send(request, flow, form)
    refusal = _save(request, flow, step, form)
    flow = _again(flow)
    if way == "save" and not refusal:
        messages.success(request, _("Your draft is saved. You can go on with it later."))
        return redirect("desk:ticket_new" if flow.desk else "desk:portal_new")
    if way == "back" and before and not refusal:
        return redirect(flow.url(before.key))
    if not fits or refusal:
        return _wrong(request, flow, step, refusal)
    after = flow.beside(step.key, 1)
    return redirect(flow.url(after.key if after else flow.steps[0].key))


def _save(request: PersonRequest, flow: Flow, step: Step, form: RequestPage) -> CommandError | None:
    """Into the draft; files that are not accepted must not keep the texts from being saved."""
    values = {**({} if flow.draft else flow.prefilled), **form.for_draft}
    try:
        _draft(request, flow, step.key, values, form.uploads, form.dropped)
    except Invalid as error:
        if form.uploads:
            _draft(request, flow, step.key, values, {}, form.dropped)
        return error
    return None


def _draft(request: PersonRequest, flow: Flow, page: str, values: Any, files: Any, dropped: Any) -> None:
    for several in files.values():
        for _upload in several:
            limit("upload", request.user.pk)
    save_draft(request.actor, flow.request_type, page=page, values=values, files=files, dropped=dropped)


def _send(request: PersonRequest, flow: Flow, form: RequestPage | None) -> HttpResponse:
    """The ticket; sent twice it is one. A refusal leads to the page it is about, with everything still there."""
    token = request.POST.get("token", "")
    try:
        place = (f"form:{token}" if TOKEN.match(token) else "", _fingerprint(request))
        answer = run_once(request.user, *place, lambda: _create(request, flow, form))
    except CommandError as error:
        if error.status not in (409, 422, 429):
            raise
        return _refused(request, flow, form, error)
    said = (
        _("Ticket %(number)s was created.") if flow.desk else _("Your request has arrived. Its number is %(number)s.")
    )
    messages.success(request, said % {"number": answer.body["number"]})
    return redirect(answer.body["url"])


def _create(request: PersonRequest, flow: Flow, form: RequestPage | None) -> Answer:
    limit("create_ticket", request.user.pk)
    if form is not None:
        values = {**({} if flow.draft else flow.prefilled), **form.for_draft}
        _draft(request, flow, flow.steps[0].key, values, form.uploads, form.dropped)
        flow = _again(flow)
    if flow.draft is None:
        raise Conflict(_("This form was sent or deleted meanwhile."))
    ticket = submit_form(
        request.actor,
        flow.request_type,
        values=flow.values,
        requester=_requester(flow),
        insider=flow.desk,
        source="",
    )
    url = ticket.get_absolute_url() if flow.desk else f"/portal/tickets/{ticket.number}"
    return Answer(201, {"number": ticket.number, "url": url if _may_open(flow, ticket) else "/tickets"})


def _may_open(flow: Flow, ticket: Any) -> bool:
    return not flow.desk or bool(ticket.internal_for(flow.actor))


def _requester(flow: Flow) -> Any:
    """At the desk whoever was named; in the portal oneself."""
    if not flow.desk:
        return flow.actor.user
    typed = str(flow.values.get(REQUESTER, ""))
    try:
        return person_of(flow.actor, person_or_address(flow.actor, typed), typed)
    except ValidationError as error:
        raise Invalid(fields={"requester": _("Please say for whom the ticket is.")}) from error


def _refused(request: PersonRequest, flow: Flow, form: RequestPage | None, error: CommandError) -> HttpResponse:
    if TOKEN_ERROR in error.fields:
        said = _("This form was sent before. If you want to send it once more, press the button again.")
        error = Invalid(said)
    if form is not None:
        refusal = _save(request, flow, flow.steps[0], form)
        return _wrong(request, _again(flow), flow.steps[0], refusal or error, status=error.status)
    if flow.draft is None:
        messages.info(request, error.message)
        return redirect(flow.url(flow.steps[0].key))
    return _review(request, flow, error, status=error.status)


# ---- answers -------------------------------------------------------------------------


def _flow(request: PersonRequest, key: str, desk: bool) -> Flow:
    found = on_offer().select_related("department").filter(key=key).first() if "\0" not in key else None
    if found is None:
        raise NotFound(_("This request type does not exist."))
    name = request.POST.get("template") or request.GET.get("template") or ""
    templates = TicketTemplate.objects.visible_to(request.actor).filter(active=True, request_type=found)
    template = templates.filter(key=name).first() if desk and name and "\0" not in name else None
    return Flow(request.actor, found, desk=desk, template=template)


def _again(flow: Flow) -> Flow:
    """The flow with the draft as it is now."""
    return Flow(flow.actor, flow.request_type, desk=flow.desk, template=flow.template)


def _page(request: PersonRequest, flow: Flow, step: Step, form: RequestPage, status: int = 200) -> HttpResponse:
    found = {"layout": LAYOUTS[flow.desk], "flow": flow, "step": step, "form": form, "total": len(flow.steps)}
    found |= {"token": flow.draft.token if flow.draft else new_token(), "before": flow.beside(step.key, -1)}
    return render(request, "desk/request/page.html", found, status=status)


def _wrong(
    request: PersonRequest, flow: Flow, step: Step, refusal: CommandError | None, status: int = 422
) -> HttpResponse:
    """The page again with what is wrong; files that were sent are in the draft by now."""
    form = RequestPage(request.POST, flow=flow, page=step.key)
    form.is_valid()
    if refusal is not None:
        form.add_refusal(refusal)
    return _page(request, flow, step, form, status)


def _review(request: PersonRequest, flow: Flow, refusal: CommandError | None = None, status: int = 200) -> HttpResponse:
    if flow.draft is None:
        return redirect(flow.url(flow.steps[0].key))
    found = {"layout": LAYOUTS[flow.desk], "flow": flow, "step": flow.step(REVIEW), "total": len(flow.steps)}
    found |= {"refusal": refusal, "before": flow.beside(REVIEW, -1), "token": flow.draft.token}
    found |= {"requester": flow.values.get(REQUESTER, "") if flow.desk else "", "wrong": flow.first_wrong}
    return render(request, "desk/request/review.html", found, status=status)


def _count_misses(request: PersonRequest, form: RequestPage) -> None:
    """Who only asks cannot try out addresses without end."""
    if not request.actor.can_work:
        for _number in range(form.missed_people):
            limit("lookup", request.user.pk)


def _fingerprint(request: PersonRequest) -> str:
    typed = sorted((name, values) for name, values in request.POST.lists() if name != CSRF_FIELD)
    uploads = [f"{upload.name}:{upload.size}" for name in request.FILES for upload in request.FILES.getlist(name)]
    return fingerprint(request.path, repr(typed), *uploads)
