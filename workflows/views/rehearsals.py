"""Rehearsals: choose what and which tickets, watch the worker, read what would have come of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import CommandForm
from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.commands.rehearsals import (
    cancel_rehearsal,
    rehearse_automation,
    rehearse_policy,
    rehearse_rules,
    rehearse_workflow,
)
from workflows.forms.rehearsals import AutomationPeriodForm, PeriodForm, PolicyForm, RuleLines, period_of, policy_of
from workflows.models import Rehearsal
from workflows.queries.catalog import workflow_named
from workflows.queries.rehearsals import RehearsalPage, rehearsal_numbered, rehearsals_of
from workflows.queries.rules import infos
from workflows.rehearsal.routing import rules_now
from workflows.views.gate import workflow_page

Begin = Callable[[], Rehearsal]


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def workflow(request: PersonRequest, key: str) -> HttpResponse:
    """Rehearse the draft or a version of a workflow; the earlier rehearsals of it."""
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.edit", row)
    data = request.POST if request.method == "POST" else request.GET
    text = data.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    if number is None and row.draft is None and row.live is not None:
        number = row.live.number
    form = PeriodForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        begun = _begin(form, lambda: rehearse_workflow(request.actor, row, number=number, **form.period))
        if begun is not None:
            return redirect("workflows:rehearsal", begun.pk)
    context = {
        "workflow": row,
        "number": number,
        "versions": row.versions.defer("document")[:50],
        "form": form,
        "rehearsals": rehearsals_of(request.actor, workflow=row),
    }
    return render(request, "workflows/rehearsals/workflow.html", context, status=422 if form.errors else 200)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: PersonRequest) -> HttpResponse:
    """Rehearse a changed list of rules."""
    require(request.actor, "workflow.configure")
    posted = request.POST if request.method == "POST" else None
    before = _again(request, Rehearsal.Kind.RULES)
    form = PeriodForm(posted, initial=period_of(before))
    lines = RuleLines(before.content["rules"] if before else rules_now(), infos(), posted)
    listed = lines.read() if posted is not None and not lines.acted else None
    if form.is_bound and form.is_valid() and listed is not None:
        begun = _begin(form, lambda: rehearse_rules(request.actor, rules=listed, **form.period))
        if begun is not None:
            return redirect("workflows:rehearsal", begun.pk)
    found = rehearsals_of(request.actor, kind=Rehearsal.Kind.RULES)
    refused = posted is not None and not lines.acted and (form.errors or listed is None)
    status = 422 if refused else 200
    context = {"form": form, "rules": lines, "rehearsals": found}
    return render(request, "workflows/rehearsals/rules.html", context, status=status)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def automation(request: PersonRequest) -> HttpResponse:
    """Rehearse automation rules, also those that are switched off."""
    require(request.actor, "automation.configure")
    form = AutomationPeriodForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["rules"]
        begun = _begin(form, lambda: rehearse_automation(request.actor, rules=chosen, **form.period))
        if begun is not None:
            return redirect("workflows:rehearsal", begun.pk)
    found = rehearsals_of(request.actor, kind=Rehearsal.Kind.AUTOMATION)
    context = {"form": form, "rehearsals": found}
    return render(request, "workflows/rehearsals/automation.html", context, status=422 if form.errors else 200)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: PersonRequest) -> HttpResponse:
    """Rehearse another way of handing out a department's tickets."""
    require(request.actor, "desk.configure")
    before = _again(request, Rehearsal.Kind.POLICY)
    chosen = {"department": request.GET.get("department", "")[:60], **policy_of(before)}
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=chosen)
    if form.is_bound and form.is_valid():
        department = form.cleaned_data["department"]
        begun = _begin(
            form, lambda: rehearse_policy(request.actor, department=department, policy=form.policy, **form.period)
        )
        if begun is not None:
            return redirect("workflows:rehearsal", begun.pk)
    found = rehearsals_of(request.actor, kind=Rehearsal.Kind.POLICY)
    context = {"form": form, "rehearsals": found}
    return render(request, "workflows/rehearsals/assignment.html", context, status=422 if form.errors else 200)


@workflow_page
@require_safe
def rehearsal(request: PersonRequest, pk: int) -> HttpResponse:
    """How far it is, then what came of it; the page asks again for its part until the worker is done."""
    row = rehearsal_numbered(request.actor, pk)
    name = "_state.html" if wants_fragment(request) else "rehearsal.html"
    context = {"rehearsal": row, "page": RehearsalPage(request.actor, row)}
    return render(request, f"workflows/rehearsals/{name}", context)


@workflow_page
@require_POST
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    row = cancel_rehearsal(request.actor, rehearsal_numbered(request.actor, pk))
    if row.state == Rehearsal.State.CANCELLED:
        messages.success(request, _("The rehearsal is cancelled."))
    return redirect("workflows:rehearsal", pk)


def _again(request: PersonRequest, kind: str) -> Rehearsal | None:
    """`?again=`: an earlier rehearsal of that kind, to go on from what was tried there."""
    text = request.GET.get("again", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    row = rehearsal_numbered(request.actor, int(text))
    return row if row.kind == kind else None


def _begin(form: CommandForm, command: Begin) -> Rehearsal | None:
    """None when the command refused; its words stand on the form."""
    try:
        return command()
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        text: Any = next((texts[0] for texts in error.fields.values()), error.message)
        form.add_error(None, text)
        return None
