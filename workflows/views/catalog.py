"""Workflows of the administration: list, one workflow with its versions, its draft as text."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import CommandForm
from accounts.views.gate import PersonRequest
from flowtic.core import clock
from flowtic.core.errors import CommandError, NotFound, Stale
from flowtic.core.policy import allows, require
from workflows.commands.definitions import (
    change_workflow,
    create_workflow,
    discard_draft,
    findings,
    save_draft,
)
from workflows.commands.library import install_template
from workflows.definition.bpmn import to_bpmn
from workflows.definition.drawing import draw
from workflows.definition.export import to_json, to_yaml
from workflows.definition.format import parse
from workflows.forms.definitions import DraftForm, NewWorkflowForm, WorkflowForm
from workflows.models import Workflow
from workflows.page_actions import actions_for
from workflows.queries.catalog import (
    BEGINNERS,
    WorkflowPage,
    templates_left,
    version_numbered,
    workflow_named,
)
from workflows.queries.catalog_lines import catalog, first_week
from workflows.views.gate import workflow_page

TYPES = {"json": "application/json", "yaml": "application/yaml", "bpmn": "application/xml"}


@workflow_page
@require_safe
def workflows(request: PersonRequest) -> HttpResponse:
    """Every workflow."""
    edits = bool(request.actor.is_admin or request.actor.lead_department_ids)
    lines = catalog(request.actor)
    context = _with_actions(
        request,
        lines=lines,
        first_week=first_week(clock.now()),
        edits_forms=edits,
        configures=allows(request.actor, "workflow.configure"),
        templates=[] if lines else templates_left(BEGINNERS),
    )
    return render(request, "workflows/catalog/list.html", context)


@workflow_page
@require_safe
def workflow(request: PersonRequest, key: str) -> HttpResponse:
    """One workflow: picture, draft, versions."""
    page = _page(request, key)
    return render(request, "workflows/catalog/workflow.html", _with_actions(request, page.workflow, page=page))


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """An empty workflow, or one of the templates."""
    require(request.actor, "workflow.configure")
    form = NewWorkflowForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and saved(form, lambda data: create_workflow(request.actor, **data)):
        return redirect("workflows:edit", form.cleaned_data["key"])
    context = _with_actions(request, form=form, templates=templates_left())
    return render(request, "workflows/catalog/new.html", context, status=422 if form.is_bound else 200)


@workflow_page
@require_POST
def install(request: PersonRequest, key: str) -> HttpResponse:
    """A template with its request type and rule."""
    try:
        install_template(request.actor, key)
    except LookupError:
        raise NotFound(_("This template does not exist.")) from None
    except CommandError as error:
        messages.error(request, error.message)
        return redirect("workflows:new")
    messages.success(request, _("The workflow is installed and published."))
    return redirect("workflows:workflow", key)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest, key: str) -> HttpResponse:
    """Names, owning department, active."""
    require(request.actor, "workflow.configure")
    row = workflow_named(request.actor, key)
    initial = {
        name: getattr(row, name) for name in ("key", "name_de", "name_en", "department", "leads_publish", "active")
    }
    form = WorkflowForm(request.POST if request.method == "POST" else None, initial=initial)
    del form.fields["key"]
    if form.is_bound and form.is_valid() and saved(form, lambda data: change_workflow(request.actor, row, **data)):
        messages.success(request, _("Saved."))
        return redirect("workflows:workflow", key)
    context = {"form": form, "workflow": row}
    return render(request, "workflows/catalog/settings.html", context, status=422 if form.is_bound else 200)


@workflow_page
@require_POST
def activity(request: PersonRequest, key: str) -> HttpResponse:
    """Paused, new tickets do not get it any more; or they do again."""
    row = workflow_named(request.actor, key)
    active = request.POST.get("active") == "1"
    change_workflow(request.actor, row, active=active)
    text = (
        _("“%(name)s” starts with new tickets again.") if active else _("“%(name)s” is paused: running tickets go on.")
    )
    messages.success(request, text % {"name": row.name})
    return redirect("workflows:list")


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: PersonRequest, key: str) -> HttpResponse:
    """The draft as text: every save tells what is still wrong in it."""
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.edit", row)
    if request.method != "POST":
        document = row.draft if row.draft is not None else row.live.document if row.live else {}
        initial = {"text": to_yaml(document) if document else "", "rev": row.draft_rev}
        return _draft(request, row, DraftForm(initial=initial), document)
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return _draft(request, row, form, None, status=422)
    document = form.cleaned_data["document"]
    if not saved(form, lambda data: save_draft(request.actor, row, document=document, rev=data["rev"])):
        return _draft(request, row, form, document, status=422)
    messages.success(request, _("Draft saved."))
    return redirect("workflows:draft", key)


@workflow_page
@require_POST
def draft_discard(request: PersonRequest, key: str) -> HttpResponse:
    discard_draft(request.actor, workflow_named(request.actor, key))
    messages.success(request, _("The draft is thrown away."))
    return redirect("workflows:workflow", key)


@workflow_page
@require_safe
def download(request: PersonRequest, key: str, version: int, form: str) -> HttpResponse:
    """The document of a version (0: of the draft) as a file."""
    row = workflow_named(request.actor, key)
    if version == 0:
        require(request.actor, "workflow.edit", row)
    document = row.draft if version == 0 else version_numbered(row, version).document
    if form not in TYPES or document is None:
        raise NotFound(_("There is no such file."))
    name = f"{row.key}-{version or 'draft'}.{form}"
    text = _as_text(document, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=f"{TYPES[form]}; charset=utf-8", headers=headers)


def saved(form: CommandForm, command: Any) -> bool:
    """Whether the command took the form's data; else its refusal stands beside the fields."""
    try:
        command({**form.cleaned_data})
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        form.refuse(error)
        if isinstance(error, Stale) and isinstance(form, DraftForm):
            form.data = {**form.data.dict(), "rev": error.extra["rev"]}  # type: ignore[attr-defined]
            form.add_error(None, _("Save once more to replace it with yours."))
        return False
    return True


def _page(request: PersonRequest, key: str) -> WorkflowPage:
    number = request.GET.get("version", "")
    shown = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else None
    step = request.GET.get("step", "")
    return WorkflowPage(request.actor, workflow_named(request.actor, key), shown=shown, step=step)


def _with_actions(request: PersonRequest, row: Workflow | None = None, **context: Any) -> dict[str, Any]:
    return {**context, "workflow": row, "page_actions": actions_for(request.actor, row)}


def _draft(request: PersonRequest, row: Workflow, form: DraftForm, document: Any, status: int = 200) -> HttpResponse:
    found = findings(document, row) if document else []
    context = {
        "workflow": row,
        "form": form,
        "findings": found,
        "has_errors": any(finding.is_error for finding in found),
        "drawing": draw(parse(document), href=lambda key: "#draft-text") if document else None,
        "may_publish": row.draft is not None,
    }
    return render(request, "workflows/catalog/draft.html", context, status=status)


def _as_text(document: dict[str, Any], form: str) -> str:
    if form == "bpmn":
        return to_bpmn(parse(document), (get_language() or "en")[:2])
    return to_yaml(document) if form == "yaml" else to_json(document)
