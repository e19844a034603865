"""Administration: which workflow a new ticket gets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core import conditions
from flowtic.core.actor import Actor
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.automation.starters import starters
from workflows.commands.rules import delete_rule, save_rule
from workflows.forms.definitions import RuleForm, rule_values
from workflows.models import WorkflowRule
from workflows.queries.automation import rule_lines
from workflows.queries.rules import Matches, Trial, infos, lines
from workflows.views.catalog import saved
from workflows.views.gate import workflow_page
from workflows.views.ordering import back_to_order, wanted_place


@workflow_page
@require_safe
def rules(request: PersonRequest) -> HttpResponse:
    """Both lists in their order. What rules about workflows match is fetched after the page."""
    require(request.actor, "workflow.configure")
    if wants_fragment(request):
        return render(request, "workflows/rules/_list.html", {"lines": lines(Trial(request.actor)), "tried": True})
    automation = rule_lines(request.actor)
    context = {
        "lines": lines(),
        "automation": automation,
        "paused": [line.rule for line in automation if line.rule.is_paused],
        "starters": [values["name"] for values in starters()],
    }
    return render(request, "workflows/rules/list.html", context)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """A new rule (no pk) or an existing one; "check" only tells what it would match."""
    require(request.actor, "workflow.configure")
    row = get_object_or_404(WorkflowRule, pk=pk) if pk else None
    initial = rule_values(row, position=len(lines()) + 1, workflow=request.GET.get("workflow", ""))
    posted, tree = request.POST if request.method == "POST" else None, row.condition if row else {}
    form = RuleForm(posted, tree=tree, known=infos(), initial=initial)
    checking = form.acted or request.POST.get("way") == "check"
    if form.is_bound and form.is_valid() and not checking and _save(request.actor, row, form):
        messages.success(request, _("Rule saved."))
        return redirect("workflows:rules")
    status = 422 if form.is_bound and form.errors and not form.acted else 200
    context = {"form": form, "rule": row, "matches": _matches(request.actor, form, row)}
    return render(request, "workflows/rules/edit.html", context, status=status)


@workflow_page
@require_POST
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    delete_rule(request.actor, get_object_or_404(WorkflowRule, pk=pk))
    messages.success(request, _("Rule deleted."))
    return redirect("workflows:rules")


@workflow_page
@require_POST
def move(request: PersonRequest, pk: int) -> HttpResponse:
    """One place up or down, or where it was dragged to."""
    require(request.actor, "workflow.configure")
    order = [line.rule for line in lines()]
    index = next((index for index, row in enumerate(order) if row.pk == pk), None)
    if index is None:
        return redirect("workflows:rules")
    place = wanted_place(request, index, len(order))
    order.insert(place, order.pop(index))
    for position, row in enumerate(order, 1):
        if row.position != position:
            _put(request.actor, row, position)
    return back_to_order(request, f"rule-{pk}", place, len(order))


def _save(actor: Actor, row: WorkflowRule | None, form: RuleForm) -> bool:
    return saved(form, lambda data: save_rule(actor, row, **data))


def _put(actor: Actor, row: WorkflowRule, position: int) -> None:
    save_rule(
        actor,
        row,
        name=row.name,
        condition=row.condition,
        workflow=row.workflow,
        position=position,
        active=row.active,
    )


def _matches(actor: Actor, form: RuleForm, row: WorkflowRule | None) -> Matches | None:
    """What the condition fits of the last tickets; nothing while it is not finished."""
    begun = row is not None or form.is_bound
    if not begun or form.builder.problems or conditions.check(form.builder.tree, None):
        return None
    return Trial(actor).matches(form.builder.tree or {})
