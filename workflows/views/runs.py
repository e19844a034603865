"""Runs: find stuck and failed ones, look into one, help it on, move several to another version."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError, Invalid, NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.commands.moving import any_run_of, move_all
from workflows.commands.operations import (
    cancel_instance,
    jump_to_step,
    migrate_instance,
    repeat_step,
    retry_step,
    skip_step,
)
from workflows.models import Instance, Workflow, WorkflowVersion
from workflows.queries.catalog import workflow_named
from workflows.queries.moving import Moving
from workflows.queries.runs import RunList, RunPage, visible_run
from workflows.views.gate import workflow_page


@workflow_page
@require_safe
def runs(request: PersonRequest) -> HttpResponse:
    """The list, or its rows after a filter."""
    found = RunList(request.actor, request.GET)
    names = Workflow.objects.visible_to(request.actor).defer("draft").order_by("key")
    template = "workflows/runs/_list.html" if wants_fragment(request) else "workflows/runs/list.html"
    return render(request, template, {"list": found, "workflows": names})


@workflow_page
@require_safe
def run(request: PersonRequest, pk: int) -> HttpResponse:
    return _show(request, visible_run(request.actor, pk))


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def operate(request: PersonRequest, pk: int, name: str) -> HttpResponse:
    """Retry, skip, jump, repeat, cancel, move: each with a reason."""
    if request.method != "POST":
        return redirect("workflows:run", pk)
    instance = visible_run(request.actor, pk)
    act = OPERATIONS.get(name)
    if act is None:
        raise NotFound(_("There is no such operation."))
    try:
        act(request, instance, request.POST.get("reason", ""))
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        tried = {"name": name, "error": error, **request.POST.dict()}
        return _show(request, visible_run(request.actor, pk), status=error.status, tried=tried)
    messages.success(request, _("Done; the reason is in the history."))
    return redirect("workflows:run", pk)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def moving(request: PersonRequest, key: str) -> HttpResponse:
    """Every running ticket of a version: what can move, what cannot and why; then moves what can."""
    row = workflow_named(request.actor, key)
    require(request.actor, "instance.operate", any_run_of(row))
    data = request.POST if request.method == "POST" else request.GET
    source, target = _version(row, data.get("from", "")), _version(row, data.get("to", ""))
    context: dict[str, Any] = {
        "workflow": row,
        "versions": row.versions.defer("document"),
        "from": source,
        "to": target,
    }
    if source is None or target is None or source == target:
        return render(request, "workflows/runs/moving.html", context)
    steps = {name.removeprefix("map_"): str(value) for name, value in data.items() if name.startswith("map_")}
    plan = Moving(request.actor, source, target, steps)
    context |= {"plan": plan, "reason": data.get("reason", "")}
    if request.method != "POST" or request.POST.get("way") == "check":
        return render(request, "workflows/runs/moving.html", context)
    if not data.get("reason", "").strip():
        context["error"] = _("Please give a reason of up to 500 characters.")
        return render(request, "workflows/runs/moving.html", context, status=422)
    return _move_in_worker(request, plan, context) if plan.has_more else _move(request, plan, context)


def _move_in_worker(request: PersonRequest, plan: Moving, context: dict[str, Any]) -> HttpResponse:
    """More than one answer can hold: begun here, told by `moving_state`."""
    try:
        move_all(request.actor, plan.source, target=plan.target, step_map=dict(plan.step_map), reason=context["reason"])
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        context["error"] = error.message
        return render(request, "workflows/runs/moving.html", context, status=error.status)
    address = reverse("workflows:moving", args=[plan.source.workflow.key])
    return redirect(f"{address}?from={plan.source.number}&to={plan.target.number}")


@workflow_page
@require_safe
def moving_state(request: PersonRequest, key: str) -> HttpResponse:
    """How far the worker is; asked again and again by the page until it is done."""
    row = workflow_named(request.actor, key)
    require(request.actor, "instance.operate", any_run_of(row))
    source, target = _version(row, request.GET.get("from", "")), _version(row, request.GET.get("to", ""))
    if source is None or target is None:
        raise NotFound
    context = {"workflow": row, "plan": Moving(request.actor, source, target, {})}
    return render(request, "workflows/runs/_moving_state.html", context)


def _move(request: PersonRequest, plan: Moving, context: dict[str, Any]) -> HttpResponse:
    moved, failed = 0, []
    for instance in plan.movable:
        try:
            migrate_instance(
                request.actor, instance, version=plan.target, step_map=plan.step_map, reason=context["reason"]
            )
            moved += 1
        except CommandError as error:
            failed.append((instance, error.message))
    said = ngettext("%(n)d ticket was moved.", "%(n)d tickets were moved.", moved) % {"n": moved}
    context |= {"plan": Moving(request.actor, plan.source, plan.target, plan.step_map), "moved": said, "failed": failed}
    return render(request, "workflows/runs/moving.html", context)


def _show(request: PersonRequest, instance: Instance, status: int = 200, **more: Any) -> HttpResponse:
    context = {"run": RunPage(request.actor, instance), "instance": instance, "ticket": instance.ticket, **more}
    return render(request, "workflows/runs/run.html", context, status=status)


def _version(row: Workflow, number: str) -> WorkflowVersion | None:
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        return None
    return row.versions.filter(number=int(number)).first()


def _to_version(request: PersonRequest, instance: Instance, reason: str) -> None:
    version = _version(instance.version.workflow, request.POST.get("version", ""))
    if version is None:
        raise Invalid(fields={"version": _("Please choose a version.")})
    migrate_instance(request.actor, instance, version=version, step_map={}, reason=reason)


def _skip(request: PersonRequest, instance: Instance, reason: str) -> None:
    post = request.POST
    skip_step(request.actor, instance, token=post.get("token", ""), outcome=post.get("outcome", ""), reason=reason)


def _jump(request: PersonRequest, instance: Instance, reason: str) -> None:
    post = request.POST
    jump_to_step(request.actor, instance, token=post.get("token", ""), to=post.get("to", ""), reason=reason)


OPERATIONS: dict[str, Callable[[PersonRequest, Instance, str], object]] = {
    "retry": lambda request, instance, reason: retry_step(
        request.actor, instance, token=request.POST.get("token", ""), reason=reason
    ),
    "skip": _skip,
    "jump": _jump,
    "repeat": lambda request, instance, reason: repeat_step(
        request.actor, instance, step=request.POST.get("step", ""), reason=reason
    ),
    "cancel": lambda request, instance, reason: cancel_instance(request.actor, instance, reason=reason),
    "move": _to_version,
}
