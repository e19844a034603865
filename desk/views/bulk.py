"""Several tickets at once: the bar of the list, the page of a run with preview, progress and result."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.bulk_acts import effect_of
from desk.bulk_forms import Choices, ValueForm, asks, given_ids, read_step
from desk.bulk_results import Result
from desk.commands.bulk import AT_ONCE, MOST, plan_bulk, run_at_once, set_bulk_act, start_bulk, stop_bulk
from desk.models import BulkRun
from desk.queries import TicketList
from desk.views.gate import desk_page
from desk.views.properties import rows_shown
from flowtic.core import ratelimit
from flowtic.core.errors import CommandError
from flowtic.core.http import safe_next, wants_fragment

# Acts that are looked at before they happen, however few tickets they are for.
PREVIEWED = ("merge", "macro", "reply")
S = BulkRun.State


@desk_page
def begin(request: PersonRequest) -> HttpResponse:
    """What was chosen in the list: done at once for few tickets, else shown first."""
    if request.method != "POST":
        return redirect("desk:ticket_list")
    ids, missing = given_ids(request.POST)
    if request.POST.get("all"):
        ids, missing = _whole_view(request), 0
    back = safe_next(request, reverse("desk:ticket_list"))
    try:
        step = read_step(request.actor, request.POST.get("step", ""), request.POST.get("value"))
        run = plan_bulk(request.actor, act=step, ids=ids, missing=missing, back=back)
    except CommandError as error:
        if wants_fragment(request) or error.status not in (409, 422):
            raise
        messages.error(request, _first(error))
        return redirect(back)
    return _go_on(request, run)


@desk_page
@require_safe
def choices(request: PersonRequest) -> HttpResponse:
    """The menus of the bar, fetched when something is selected for the first time."""
    return render(request, "desk/bulk/_menus.html", {"choices": Choices(request.actor)})


@desk_page
@require_safe
def show(request: PersonRequest, key: str) -> HttpResponse:
    """The run as it stands: what is missing, what will happen, how far it is, what happened."""
    run = _run(request, key)
    if wants_fragment(request):
        return render(request, "desk/bulk/_progress.html", _context(request, run))
    return render(request, "desk/bulk/page.html", _context(request, run))


@desk_page
@require_POST
def choose(request: PersonRequest, key: str) -> HttpResponse:
    """What shall be done, where the list did not say it yet: the act, or its text."""
    run = _run(request, key)
    step = request.POST.get("step") or f"{run.act.get('do', '')}="
    try:
        act = read_step(request.actor, step, request.POST.get("value") or request.POST.get("chosen") or "")
        run = set_bulk_act(request.actor, run, act=act)
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        form = ValueForm(request.POST, act={**run.act, "do": step.partition("=")[0]})
        form.add_error(None, _first(error))
        return render(request, "desk/bulk/page.html", _context(request, run, form), status=422)
    return _go_on(request, run)


@desk_page
@require_POST
def start(request: PersonRequest, key: str) -> HttpResponse:
    """The preview was read."""
    run = _run(request, key)
    if run.state == S.PLANNED and run.rows.count() <= AT_ONCE:
        run_at_once(request.actor, run)
    else:
        start_bulk(request.actor, run)
    return redirect(run)


@desk_page
@require_POST
def stop(request: PersonRequest, key: str) -> HttpResponse:
    """Nothing further; what was only planned is forgotten."""
    run = _run(request, key)
    planned = run.state == S.PLANNED
    stop_bulk(request.actor, run)
    return redirect(run.back or "desk:ticket_list") if planned else redirect(run)


def _go_on(request: PersonRequest, run: BulkRun) -> HttpResponse:
    """Asks for what is missing, shows what would happen, or does it."""
    do = run.act.get("do", "")
    if not do or asks(run.act) or do in PREVIEWED or run.rows.count() > AT_ONCE:
        return _leave(request, run.get_absolute_url())
    run = run_at_once(request.actor, run)
    result = Result(run)
    undo_url = reverse("desk:undo", args=[run.operation_id]) if run.operation_id else ""
    if wants_fragment(request) and _from_list(request):
        return _rows_again(request, run, result, undo_url)
    level = messages.SUCCESS if not result.skipped else messages.WARNING
    messages.add_message(request, level, result.sentence, extra_tags=undo_url)
    return _leave(request, run.back or reverse("desk:ticket_list"))


def _rows_again(request: PersonRequest, run: BulkRun, result: Result, undo_url: str) -> HttpResponse:
    """The rows of the list as they are now; those that the person no longer sees go."""
    ids = list(run.rows.values_list("ticket", flat=True))
    singles = [[row] for row in rows_shown(request, ids)]
    found = {
        "singles": singles,
        "gone": sorted(set(ids) - {one[0].ticket.pk for one in singles}),
        "text": result.sentence,
        "level": "warning" if result.skipped else "success",
        "undo_url": undo_url,
    }
    return render(request, "desk/undo/rows.swap.html", found)


def _context(request: PersonRequest, run: BulkRun, form: ValueForm | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"run": run, "result": Result(run)}
    if run.state != S.PLANNED:
        return found
    found["tickets"] = run.rows.count()
    if not run.act.get("do") and form is None:
        return {**found, "choices": Choices(request.actor)}
    if asks(run.act) or form is not None:
        merging = (
            list(run.rows.select_related("ticket").order_by("pk")[:AT_ONCE]) if run.act.get("do") == "merge" else []
        )
        return {**found, "form": form or ValueForm(act=run.act), "merging": merging}
    try:
        effect = effect_of(request.actor, run)
    except CommandError as error:
        return {**found, "refusal": _first(error)}
    words = {"number": effect.changes}
    verb = ngettext("Change %(number)d ticket", "Change %(number)d tickets", effect.changes) % words
    return {**found, "effect": effect, "verb": verb}


def _whole_view(request: PersonRequest) -> list[int]:
    """Ids of everything that the list's filters find at this moment, in its order."""
    found = TicketList(request.actor, QueryDict(request.POST.get("query", "").lstrip("?")[:8000]))
    if found.q:
        ratelimit.limit("search", f"u{request.user.pk}")
    return list(found.tickets.values_list("pk", flat=True)[: MOST + 1])


def _run(request: PersonRequest, key: Any) -> BulkRun:
    return get_object_or_404(BulkRun.objects.visible_to(request.actor), key=key)


def _from_list(request: PersonRequest) -> bool:
    try:
        place = resolve(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    except (Resolver404, Http404):
        return False
    return place.view_name == "desk:ticket_list"


def _leave(request: PersonRequest, url: str) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": url}) if wants_fragment(request) else redirect(url)


def _first(error: CommandError) -> str:
    return next((texts[0] for texts in error.fields.values() if texts), error.message)
