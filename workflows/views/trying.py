"""Test runs: choose data, go step by step or to the end; nothing is sent, called or changed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.formschema.cleaning import examine, facts
from desk.formschema.web import SchemaForm
from desk.request_flow import asking
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.commands.rehearsals import begin_test_run, delete_sample, renew_test_run, save_sample, save_test_run
from workflows.definition.format import parse
from workflows.engine.state import Event, context
from workflows.models import Sample, TestRun, Workflow
from workflows.queries.catalog import version_numbered, workflow_named
from workflows.queries.samples import (
    ByHand,
    Offered,
    check_samples,
    past_runs,
    sample_by_hand,
    sample_made_up,
    sample_of_ticket,
    without_files,
)
from workflows.queries.trying import Place, Trying
from workflows.views.gate import workflow_page

MAX_EVENTS = 300


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PersonRequest, key: str) -> HttpResponse:
    """What to try the draft or a version with: a past ticket, a saved sample, a form filled in by hand."""
    row = _editable(request, key)
    data = request.POST if request.method == "POST" else request.GET
    number, document = _chosen(row, data.get("version", ""))
    by_hand = ByHand(request.actor, row, data)
    error = ""
    if request.method == "POST" and data.get("act") == "begin":
        try:
            sample = _sample(request, row, document, by_hand)
        except NotFound as problem:
            sample, error = None, problem.message
        if sample is not None:
            run = begin_test_run(request.actor, row, number=number, document=document, sample=sample)
            go = ACTS.get(data.get("go", ""))
            if go is not None:
                go(request, run)
            return _show(request, run, moved=True) if in_dock(request) else redirect("workflows:try_run", key, run.key)
    if in_dock(request):
        offered = {"workflow": row, "offered": Offered(request.actor, row), "error": error}
        return render(request, "workflows/trying/_dock_choose.html", offered, status=422 if error else 200)
    context = {
        "workflow": row,
        "number": number,
        "versions": row.versions.defer("document")[:50],
        "runs": past_runs(request.actor, row),
        "samples": check_samples(request.actor, row, document),
        "by_hand": by_hand,
        "error": error,
    }
    return render(request, "workflows/trying/choose.html", context, status=422 if error or by_hand.form.errors else 200)


@workflow_page
@require_safe
def run(request: PersonRequest, key: str, run: str) -> HttpResponse:
    return _show(request, _found(request, key, run))


@workflow_page
@require_POST
def act(request: PersonRequest, key: str, run: str, act: str) -> HttpResponse:
    """Next step, to the end, one step back, from the beginning, an answer of one's own, keep as a sample."""
    row = _found(request, key, run)
    do = ACTS.get(act)
    if do is None:
        raise NotFound(_("There is no such operation."))
    refused = do(request, row)
    if refused is not None:
        return refused
    if in_dock(request):
        return _show(request, row, moved=act in ("answer", "renew"))
    return redirect(f"{reverse('workflows:try_run', args=[key, run])}#now")


@workflow_page
@require_POST
def sample_remove(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    row = _editable(request, key)
    delete_sample(request.actor, get_object_or_404(Sample, workflow=row, pk=pk))
    messages.success(request, _("The sample is deleted."))
    return redirect("workflows:try", key)


def in_dock(request: PersonRequest) -> bool:
    """Whether the test at the bottom of the editor asks: it gets parts, no pages."""
    return wants_fragment(request) and "dock" in (request.POST if request.method == "POST" else request.GET)


def _editable(request: PersonRequest, key: str) -> Workflow:
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.edit", row)
    return row


def _found(request: PersonRequest, key: str, run: str) -> TestRun:
    """One's own; nobody else sees it."""
    rows = TestRun.objects.filter(workflow=_editable(request, key), person=request.user).select_related("workflow")
    found = rows.filter(key=run).first() if "\0" not in run else None
    if found is None:
        raise NotFound(_("This test run does not exist any more."))
    return found


def _chosen(row: Workflow, text: str) -> tuple[int | None, dict[str, Any]]:
    """The version (None: the draft) and its document; without a word the draft, else what is live."""
    if text.isascii() and text.isdigit() and 0 < len(text) < 9:
        return int(text), version_numbered(row, int(text)).document
    if row.draft is not None:
        return None, row.draft
    if row.live is None:
        raise NotFound(_("There is nothing to try out yet."))
    return row.live.number, row.live.document


def _sample(request: PersonRequest, row: Workflow, document: dict[str, Any], by_hand: ByHand) -> dict[str, Any] | None:
    data, definition = request.POST, parse(document)
    if data.get("data") == "made":
        return sample_made_up(request.actor, row, definition)
    chosen, _colon, which = data.get("data", "").partition(":")
    ticket = data.get("ticket") or (which if chosen == "ticket" else "")
    if ticket:
        return sample_of_ticket(request.actor, ticket, row, definition)
    saved = data.get("sample") or (which if chosen == "sample" else "")
    if saved.isascii() and saved.isdigit():
        kept = get_object_or_404(Sample, workflow=row, pk=int(saved[:9])).sample
        if kept.get("ticket"):
            sample_of_ticket(request.actor, kept["ticket"], row, definition)  # only who still sees it
        return dict(kept)
    form = by_hand.form
    if not form.is_valid():
        return None
    values = facts(form.schema, form.examined.cleaned)
    return sample_by_hand(request.actor, definition, values=values, about=by_hand.about, fields=by_hand.fields)


def _show(request: PersonRequest, row: TestRun, status: int = 200, **more: Any) -> HttpResponse:
    page = Trying(request.actor, row)
    forms = {place.item: _form(request.actor, page, place) for place in page.places if place.schema}
    places = [(place, more.get("typed", {}).get(place.item) or forms.get(place.item)) for place in page.places]
    context = {"workflow": row.workflow, "run": row, "page": page, "places": places, **more}
    template = "workflows/trying/_dock_run.html" if in_dock(request) else "workflows/trying/run.html"
    return render(request, template, context, status=status)


def _form(actor: Actor, page: Trying, place: Place, data: Any = None) -> SchemaForm:
    return SchemaForm(
        data,
        None,
        schema=without_files(place.schema),
        asking=asking(actor, insider=True),
        known={},
        auto_id=f"answer-{place.token}-{place.part}-%s",
    )


# ---- acts --------------------------------------------------------------------------------

Refused = HttpResponse | None


def _next(request: PersonRequest, row: TestRun) -> Refused:
    event = Trying(request.actor, row).next()
    if event is None:
        messages.info(request, _("Nothing happens by itself here: choose an answer."))
    else:
        save_test_run(request.actor, row, events=[*row.events, event])
    return None


def _to_end(request: PersonRequest, row: TestRun) -> Refused:
    found = Trying(request.actor, row).to_end()
    save_test_run(request.actor, row, events=[*row.events, *found])
    return None


def _back(request: PersonRequest, row: TestRun) -> Refused:
    save_test_run(request.actor, row, events=row.events[:-1])
    return None


def _again(request: PersonRequest, row: TestRun) -> Refused:
    save_test_run(request.actor, row, events=[])
    return None


def _renew(request: PersonRequest, row: TestRun) -> Refused:
    renew_test_run(request.actor, row)
    row.refresh_from_db()
    return None


def _answer(request: PersonRequest, row: TestRun) -> Refused:
    """What the person lets happen at one place: an outcome with its form, a call that fails, time that passes."""
    page, data = Trying(request.actor, row), request.POST
    place = next(
        (one for one in page.places if one.token == data.get("token") and one.item == data.get("item", "")), None
    )
    if place is None or len(row.events) >= MAX_EVENTS:
        messages.info(request, _("The test run has gone on meanwhile."))
        return None
    event: Event | None
    if data.get("outcome") in [one.key for one in place.outcomes]:
        event, form = _completed(request, page, place)
        if event is None:
            return _show(request, row, status=422, typed={place.item: form})
    else:
        event = _happening(page, place, str(data.get("way", "")))
    if event is not None:
        save_test_run(request.actor, row, events=[*row.events, {**event, "at": page.box.now.isoformat()}])
    return None


def _completed(request: PersonRequest, page: Trying, place: Place) -> tuple[Event | None, SchemaForm | None]:
    outcome, values, form = request.POST["outcome"], {}, None
    if place.schema and outcome != "reject":
        form = _form(request.actor, page, place, request.POST)
        known = context(page.box.walk.state)
        found = examine(form.schema, form.values, now=form.asking.now, lookups=form.asking.lookups, context=known)
        if found.errors:
            form.is_valid()
            return None, form
        values = facts(place.schema, found.cleaned)
    return {"type": "completed", "item": place.item, "outcome": outcome, "data": values, "by": None}, form


def _happening(page: Trying, place: Place, way: str) -> Event | None:
    wait = page.box.walk.state["tokens"][place.token]["wait"]
    if way == "message" and place.event:
        return {"type": "message", "name": place.event}
    if way in dict(place.timers):
        return {"type": "timer", "timer": way, "claimed": False}
    if way == "retry" and place.error:
        return {"type": "retry", "token": place.token}
    if place.effect and way in ("done", "failed"):
        done = {"type": "effect_done", "result": page.typical.results.get(place.step.key, {})}
        failed = {"type": "effect_failed", "error": _("Test run"), "code": "connect", "final": True}
        if place.item:
            done = {"type": "completed", "outcome": "done", "data": {}, "by": None}
            return {**(done if way == "done" else failed), "item": place.item}
        return {**(done if way == "done" else failed), "effect": wait["effect"]}
    return None


def _keep(request: PersonRequest, row: TestRun) -> Refused:
    sample, expected = Trying(request.actor, row).kept()
    try:
        save_sample(request.actor, row.workflow, name=request.POST.get("name", ""), sample=sample, expected=expected)
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        text = next((texts[0] for texts in error.fields.values()), error.message)
        return _show(request, row, status=error.status, keep_error=text, keep_name=request.POST.get("name", ""))
    messages.success(request, _("Saved. It is checked whenever a version is published."))
    return None


ACTS: dict[str, Callable[[PersonRequest, TestRun], Refused]] = {
    "next": _next,
    "end": _to_end,
    "back": _back,
    "again": _again,
    "renew": _renew,
    "answer": _answer,
    "keep": _keep,
}
