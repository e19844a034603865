"""A form's draft becomes a version: what changes, in words; older versions, compared and restored."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.commands import discard_form_draft, publish_form_draft
from desk.formschema.changes import compare
from flowtic.core.errors import CommandError
from flowtic.core.policy import require
from workflows.commands.form_editing import restore_form_version
from workflows.forms.definitions import PublishForm
from workflows.queries.form_editor import FormEditor, edited_type
from workflows.queries.form_versions import VersionList
from workflows.views.gate import workflow_page


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest, key: str) -> HttpResponse:
    """The changes in words; a POST publishes them."""
    editor = FormEditor(request.actor, edited_type(request.actor, key))
    if not editor.exists:
        return redirect("workflows:form_edit", key)
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"rev": editor.draft.rev})
    del form.fields["running"]
    if request.method != "POST":
        return _publish_page(request, editor, form)
    require(request.actor, "form.publish_draft", editor.request_type)
    if form.is_valid() and _published(request, editor, form):
        return redirect("workflows:form_edit", key)
    return _publish_page(request, editor, form, 422)


@workflow_page
@require_safe
def versions(request: PersonRequest, key: str) -> HttpResponse:
    """Every version, two of them side by side."""
    page = VersionList(request.actor, edited_type(request.actor, key), request.GET)
    return render(request, "workflows/forms/versions.html", {"page": page, "changes": compare(*page.schemas)})


@workflow_page
@require_POST
def restore(request: PersonRequest, key: str, version: int) -> HttpResponse:
    """A published version becomes the draft."""
    restore_form_version(request.actor, edited_type(request.actor, key), number=version)
    messages.success(request, _("Version %(number)s is the draft now.") % {"number": version})
    return redirect("workflows:form_edit", key)


@workflow_page
@require_POST
def discard(request: PersonRequest, key: str) -> HttpResponse:
    """Throws the draft away."""
    rev = request.POST.get("rev", "")
    known = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 10 else None
    try:
        discard_form_draft(request.actor, edited_type(request.actor, key), rev=known)
        messages.success(request, _("The draft is thrown away."))
    except CommandError as error:
        if error.status != 409:
            raise
        messages.error(request, error.message)
    return redirect("workflows:form_edit", key)


def _published(request: PersonRequest, editor: FormEditor, form: PublishForm) -> bool:
    data = form.cleaned_data
    try:
        version = publish_form_draft(request.actor, editor.request_type, note=data["note"], rev=data["rev"])
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        form.add_error(None, error.message)
        return False
    messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
    if not editor.request_type.active:
        messages.info(request, _("The request type is not on offer yet: an admin switches it on in its settings."))
    return True


def _publish_page(request: PersonRequest, editor: FormEditor, form: PublishForm, status: int = 200) -> HttpResponse:
    context = {"editor": editor, "form": form, "changes": editor.changes}
    return render(request, "workflows/forms/publish.html", context, status=status)
