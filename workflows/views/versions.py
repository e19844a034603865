"""Versions of a workflow: the list, two of them compared, publishing the draft, a version made the draft again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError
from flowtic.core.policy import require
from workflows.commands.definitions import publish, restore_version
from workflows.forms.definitions import MOVE, PublishForm
from workflows.models import Workflow
from workflows.queries.catalog import workflow_named
from workflows.queries.versions import DRAFT, PublishPage, VersionsPage
from workflows.views.gate import workflow_page


@workflow_page
@require_safe
def versions(request: PersonRequest, key: str) -> HttpResponse:
    """Every version, and what two of them differ in."""
    row = workflow_named(request.actor, key)
    first, second = _number(request.GET.get("from")), _number(request.GET.get("to"))
    if DRAFT in (first, second):
        require(request.actor, "workflow.edit", row)
    page = VersionsPage(request.actor, row, first, second)
    return render(request, "workflows/versions/page.html", {"page": page, "workflow": row})


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: PersonRequest, key: str) -> HttpResponse:
    """The draft becomes the next version; running tickets stay, or the page for moving them opens."""
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.publish", row)
    page, before = PublishPage(request.actor, row), row.live
    if request.method != "POST":
        return _publishing(request, page, PublishForm(initial={"rev": row.draft_rev}))
    form = PublishForm(request.POST)
    form.warnings = len(page.warnings) if "page" in request.POST else 0
    if not (form.is_valid() and _published(request, row, form)):
        return _publishing(request, page, form, status=422)
    number = workflow_named(request.actor, key).live.number  # type: ignore[union-attr]
    messages.success(request, _("Version %(number)s is published.") % {"number": number})
    if form.cleaned_data["running"] == MOVE and before is not None:
        return redirect(f"{reverse('workflows:moving', args=[key])}?from={before.number}&to={number}")
    return redirect("workflows:workflow", key)


@workflow_page
@require_POST
def restore(request: PersonRequest, key: str, version: int) -> HttpResponse:
    """A published version becomes the draft again."""
    restore_version(request.actor, workflow_named(request.actor, key), number=version)
    messages.success(request, _("Version %(number)s is the draft now.") % {"number": version})
    return redirect("workflows:edit", key)


def _publishing(request: PersonRequest, page: PublishPage, form: PublishForm, status: int = 200) -> HttpResponse:
    context = {"page": page, "workflow": page.workflow, "form": form}
    return render(request, "workflows/versions/publish.html", context, status=status)


def _published(request: PersonRequest, row: Workflow, form: Any) -> bool:
    """Whether the command took it; else its refusal stands beside the fields."""
    data = form.cleaned_data
    try:
        publish(request.actor, row, note=data["note"], rev=data["rev"])
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        form.refuse(error)
        return False
    return True


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None
