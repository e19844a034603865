"""All runs of a workflow: picture with figures, what has failed, help for many at once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.actor import Actor
from flowtic.core.errors import CommandError, Invalid
from workflows.commands.operations import cancel_instance, jump_to_step, retry_step, skip_step
from workflows.models import Instance
from workflows.queries.catalog import workflow_named
from workflows.queries.flow import FlowPage, causes_of, failed_tokens
from workflows.views.gate import workflow_page

MOST = 100
Act = Callable[[Actor, Instance, str, str], None]


@dataclass(frozen=True)
class Done:
    """What an operation did to one run; `error` "" when it went well."""

    instance: Instance
    error: str


@workflow_page
@require_safe
def flow(request: PersonRequest, key: str) -> HttpResponse:
    return _show(request, key)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def operate(request: PersonRequest, key: str) -> HttpResponse:
    """Retry, skip, jump or cancel the chosen runs, each for itself; every row tells how it went."""
    if request.method != "POST":
        return redirect("workflows:flow", key)
    row, data = workflow_named(request.actor, key), request.POST
    act, reason = ACTS.get(data.get("operation", "")), data.get("reason", "").strip()
    ids = [int(pk) for pk in data.getlist("run")[:MOST] if pk.isascii() and pk.isdigit() and len(pk) < 19]
    error = ""
    if act is None or not ids:
        error = _("Please choose runs and what is to be done with them.")
    elif not reason or len(reason) > 500:
        error = _("Please give a reason of up to 500 characters.")
    if error or act is None:
        return _show(request, key, status=422, error=error, typed=data)
    rows = Instance.objects.visible_to(request.actor).filter(version__workflow=row, pk__in=ids)
    done = [
        _one(request.actor, instance, act, reason, data.get("to", ""))
        for instance in rows.select_related("ticket", "version__workflow").order_by("pk")
    ]
    return _show(request, key, done=done, failures=sum(bool(one.error) for one in done))


def _one(actor: Actor, instance: Instance, act: Act, reason: str, to: str) -> Done:
    try:
        act(actor, instance, reason, to)
    except CommandError as error:
        text = next((texts[0] for texts in error.fields.values()), error.message)
        return Done(instance, str(text))
    return Done(instance, _failed_again(instance.pk))


def _failed_again(pk: int) -> str:
    """Why the run stands still once more after the operation; "" when it does not."""
    now = Instance.objects.running().filter(pk=pk, has_error=True).first()
    causes = causes_of(now) if now else []
    return " ".join(_("“%(step)s” failed again: %(why)s") % {"step": step, "why": why} for step, why in causes)


def _show(request: PersonRequest, key: str, status: int = 200, **more: object) -> HttpResponse:
    row = workflow_named(request.actor, key)
    text = request.GET.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    context = {"workflow": row, "page": FlowPage(request.actor, row, number), **more}
    return render(request, "workflows/flow/page.html", context, status=status)


def _each(act: Callable[[Actor, Instance, str, str, str], object]) -> Act:
    """For every place of the run that has failed."""

    def run(actor: Actor, instance: Instance, reason: str, to: str) -> None:
        tokens = failed_tokens(instance)
        if not tokens:
            raise Invalid(_("Nothing has failed here any more."))
        for token in tokens:
            act(actor, instance, token, reason, to)

    return run


ACTS: dict[str, Act] = {
    "retry": _each(lambda actor, run, token, reason, to: retry_step(actor, run, token=token, reason=reason)),
    "skip": _each(lambda actor, run, token, reason, to: skip_step(actor, run, token=token, outcome="", reason=reason)),
    "jump": _each(lambda actor, run, token, reason, to: jump_to_step(actor, run, token=token, to=to, reason=reason)),
    "cancel": lambda actor, run, reason, to: _cancel(actor, run, reason),
}


def _cancel(actor: Actor, instance: Instance, reason: str) -> None:
    cancel_instance(actor, instance, reason=reason)
