"""One step: look at it, take it, give it back, hand it on, do it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from desk.commands import attach_files
from desk.forms.people import known_person
from desk.formschema.pages import spec_of
from desk.views.portal_gate import portal_page
from flowtic.core import ratelimit
from flowtic.core.errors import Conflict, Forbidden, Invalid
from flowtic.core.http import wants_fragment
from workflows.commands.answers import REJECT
from workflows.commands.work_items import (
    assign_work_item,
    claim_work_item,
    complete_work_item,
    release_work_item,
    touch_work_item,
)
from workflows.models import WorkItem
from workflows.queries.steps import StepPage, visible_item
from workflows.views.answers import again, done, refuse, show, taken
from workflows.views.gate import step_change


@portal_page
@require_safe
def page(request: PersonRequest, pk: int) -> HttpResponse:
    """The step's page; for the inbox only the question for a reason."""
    found = StepPage(request.actor, visible_item(request.actor, pk))
    if wants_fragment(request) and request.headers.get("HX-Target") == "div#reason":
        return render(request, "workflows/approvals/_reason.html", {"page": found, "item": found.item})
    return show(request, found, rejecting=request.GET.get("outcome") == REJECT)


@step_change
def fields(request: PersonRequest, pk: int) -> HttpResponse:
    """The questions of the step anew, as the answers bring them up; nothing is checked."""
    found = _sent(request, pk)
    typed = {**found.form.known, **found.form.data_for_command}
    fresh = StepPage(request.actor, found.item, known=typed)
    return render(request, "workflows/step/_fields.html", {"page": fresh, "item": fresh.item})


@step_change
def complete(request: PersonRequest, pk: int) -> HttpResponse:
    """Does the step with the outcome of the button that was pressed. Sent twice it is done once."""
    found = _sent(request, pk)
    outcome = request.POST.get("outcome", "")
    if not found.item.is_open:
        return _too_late(request, found, outcome)
    found.form.fields_count = not (found.item.kind == WorkItem.Kind.APPROVAL and outcome == REJECT)
    if found.may_complete and not found.form.is_valid():
        touch_work_item(request.actor, found.item)
        return refuse(request, found, status=422)
    try:
        item = _complete(request, found, outcome)
    except (Conflict, Forbidden) as error:  # what somebody else has done meanwhile is not ours any more either
        fresh = again(request, found)
        if not fresh.item.is_open:
            return _too_late(request, fresh, outcome)
        if isinstance(error, Forbidden):
            raise
        return refuse(request, fresh, status=409, conflict=error.message)
    except Invalid as error:
        found.form.is_valid()
        found.form.add_refusal(error)
        return refuse(request, found, status=error.status)
    return done(request, item, _("Done: %(step)s") % {"step": found.name})


@step_change
def claim(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes a free step; who was slower reads who was faster."""
    found = _sent(request, pk)
    try:
        item = claim_work_item(request.actor, found.item)
    except Conflict as error:
        return refuse(request, again(request, found), status=409, conflict=error.message)
    return taken(request, item, _("The step “%(step)s” is yours now.") % {"step": found.name})


@step_change
def release(request: PersonRequest, pk: int) -> HttpResponse:
    """Back to those who may take it."""
    found = _sent(request, pk)
    try:
        item = release_work_item(request.actor, found.item)
    except Conflict as error:
        return refuse(request, again(request, found), status=409, conflict=error.message)
    return done(request, item, _("You gave the step “%(step)s” back.") % {"step": found.name})


@step_change
def assign(request: PersonRequest, pk: int) -> HttpResponse:
    """Hands it on to somebody who is named by name or address."""
    found = _sent(request, pk)
    typed = request.POST.get("assignee", "")
    try:
        person = known_person(request.actor, typed)
        item = assign_work_item(request.actor, found.item, assignee=person)
    except ValidationError as error:
        return show(request, found, status=422, assign_error=error.message, assign_typed=typed)
    except Invalid as error:
        return show(request, found, status=422, assign_error=_first(error), assign_typed=typed)
    except Conflict as error:
        return refuse(request, again(request, found), status=409, conflict=error.message)
    return done(request, item, _("The step is with %(name)s now.") % {"name": person.name})


def _sent(request: PersonRequest, pk: int) -> StepPage:
    return StepPage(request.actor, visible_item(request.actor, pk), data=request.POST, files=request.FILES)


def _too_late(request: PersonRequest, page: StepPage, outcome: str) -> HttpResponse:
    """Somebody did it before; who pressed a button twice did it themselves."""
    item = page.item
    if item.completed_by_id == request.user.pk and item.outcome == outcome:
        return done(request, item, _("Done: %(step)s") % {"step": page.name})
    return refuse(request, page, status=409, conflict=page.over_words)


def _complete(request: PersonRequest, page: StepPage, outcome: str) -> WorkItem:
    data = _with_files(request, page) if page.form.fields_count else {}
    note = request.POST.get("note", "")
    return complete_work_item(request.actor, page.item, outcome=outcome, data=data, note=note)


def _with_files(request: PersonRequest, page: StepPage) -> dict[str, Any]:
    """The values; new files are on the ticket before the step names them by key."""
    data = page.form.data_for_command
    for key, uploads in page.form.uploads.items():
        if key not in data:
            continue
        for _upload in uploads:
            ratelimit.limit("upload", request.user.pk)
        internal = bool((spec_of(page.schema, key) or {}).get("internal"))
        kept = attach_files(request.actor, page.ticket, files=uploads, internal=internal)
        data[key] = [one for one in data[key] if isinstance(one, str)] + [row.key for row in kept]
    return data


def _first(error: Invalid) -> str:
    return next((texts[0] for texts in error.fields.values()), error.message)
