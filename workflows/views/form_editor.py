"""The form builder: every edit is a list of operations, put into the draft at once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from desk.formschema.pages import kind_of
from flowtic.core import condition_forms, localised
from flowtic.core.errors import CommandError, Invalid, Stale
from flowtic.core.http import wants_fragment
from workflows.commands.form_editing import edit_form, redo_form_edit, undo_form_edit
from workflows.forms.form_edits import COMMON, act_operations, taken_keys
from workflows.forms.form_fields import NewFieldForm, TextsForm
from workflows.forms.form_saving import CONDITION, Typed
from workflows.page_actions import form_actions_for
from workflows.queries.form_editor import Chosen, FormEditor, Look, edited_type
from workflows.queries.form_uses import uses
from workflows.views.gate import workflow_page

STEPS = {"undo": undo_form_edit, "redo": redo_form_edit}


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, key: str) -> HttpResponse:
    """The builder; a POST is one edit."""
    editor = _editor(request, key)
    if request.method != "POST":
        return _page(request, editor)
    try:
        return _edited(request, editor)
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        return _refused(request, editor, error)


@workflow_page
@require_POST
def step(request: PersonRequest, key: str, way: str) -> HttpResponse:
    """Undo and redo."""
    editor = _editor(request, key)
    try:
        STEPS[way](request.actor, editor.request_type, rev=_rev(request))
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        return _refused(request, editor, error)
    return _done(request, editor, editor.chosen)


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: PersonRequest, key: str) -> HttpResponse:
    """The questions of a page with what was typed in the preview; nothing is kept."""
    editor = _editor(request, key)
    return HttpResponse(editor.preview(request.POST if request.method == "POST" else None))


@workflow_page
@require_POST
def words(request: PersonRequest, key: str) -> HttpResponse:
    """The condition that is being built, as a sentence."""
    editor = _editor(request, key)
    builder = condition_forms.typed(request.POST, CONDITION, editor.readable)
    return render(request, "components/condition_said.html", {"builder": builder})


@workflow_page
@require_safe
def where_used(request: PersonRequest, key: str, field: str) -> HttpResponse:
    """What reads a field."""
    editor = _editor(request, key, Chosen(field=field))
    if editor.spec is None:
        return redirect(editor.url())
    found = uses(request.actor, editor.request_type, editor.schema, editor.spec)
    return render(request, "workflows/forms/_uses.html", {"editor": editor, "uses": found})


# ---- one edit ----------------------------------------------------------------------------


def _edited(request: PersonRequest, editor: FormEditor) -> HttpResponse:
    post, chosen = request.POST, editor.chosen
    if condition_forms.acted(post, CONDITION):
        return _page(request, editor, typed=Typed(post, editor))
    verb, _colon, target = post.get("act", "save").partition(":")
    if verb == "add":
        form = NewFieldForm(post)
        if not form.is_valid():
            return _page(request, editor, status=422, new=form)
        operation = form.operation(editor.language, taken_keys(editor))
        return _apply(request, editor, [operation], Chosen(field=operation["field"]["key"]))
    if verb == "texts":
        return _save_texts(request, editor)
    if verb in ("save", "choice-add", "choice-up", "choice-remove"):
        return _save_field(request, editor)
    operations, field = act_operations(editor, verb, target)
    if verb == "page-add":
        chosen = Chosen(page=operations[-1]["page"]["key"])
    elif verb == "page-remove" or field or verb == "remove":
        chosen = Chosen(field=field)
    return _apply(request, editor, operations, chosen)


def _save_texts(request: PersonRequest, editor: FormEditor) -> HttpResponse:
    """The title of a page, or the template of the subject."""
    form = TextsForm(request.POST)
    if not form.is_valid():
        return _page(request, editor, status=422, texts=form)
    if editor.page is not None:
        operation = {"op": "change_page", "key": editor.page.key, "values": {"title": form.value()}}
    else:
        operation = {"op": "change_form", "values": {"subject": form.value()}}
    return _apply(request, editor, [operation], editor.chosen)


def _save_field(request: PersonRequest, editor: FormEditor) -> HttpResponse:
    if editor.spec is None:
        raise Invalid(_("There is no field %(key)s.") % {"key": editor.chosen.field})
    typed = Typed(request.POST, editor)
    if typed.acted:
        return _page(request, editor, typed=typed)
    operations = typed.operations()
    if operations is None:
        return _page(request, editor, status=422, typed=typed)
    edit_form(request.actor, editor.request_type, operations=operations, rev=_rev(request))
    kind = typed.form.cleaned_data["kind"] != kind_of(editor.spec)
    return _done(request, editor, editor.chosen, typed=None if kind else typed)


def _apply(request: PersonRequest, editor: FormEditor, operations: Any, chosen: Chosen) -> HttpResponse:
    if operations:
        edit_form(request.actor, editor.request_type, operations=operations, rev=_rev(request))
    return _done(request, editor, chosen)


# ---- answers -------------------------------------------------------------------------------


def _editor(request: PersonRequest, key: str, chosen: Chosen | None = None) -> FormEditor:
    return FormEditor(request.actor, edited_type(request.actor, key), chosen or Chosen.of(request.GET),
                      Look.of(request.GET))  # fmt: skip


def _rev(request: PersonRequest) -> int | None:
    text = request.POST.get("rev", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _done(request: PersonRequest, editor: FormEditor, chosen: Chosen, typed: Typed | None = None) -> HttpResponse:
    """The builder as it is now; without htmx its page."""
    fresh = FormEditor(editor.actor, edited_type(editor.actor, editor.request_type.key), chosen, editor.look)
    if not wants_fragment(request):
        return redirect(fresh.url(**chosen.pairs()))
    again = Typed(request.POST, fresh).condition if typed and fresh.spec is not None else None
    answer = _page(request, fresh, condition=again)
    answer["HX-Push-Url"] = fresh.url(**chosen.pairs())
    return answer


def _refused(request: PersonRequest, editor: FormEditor, error: CommandError) -> HttpResponse:
    """What was typed stays; who changed the draft meanwhile is named, and saving once more replaces it."""
    chosen = editor.chosen
    fresh = FormEditor(editor.actor, edited_type(editor.actor, editor.request_type.key), chosen, editor.look)
    context: dict[str, Any] = {"refusal": error, "is_stale": isinstance(error, Stale)}
    if "label_de" in request.POST and fresh.spec is not None:
        context["typed"] = Typed(request.POST, fresh)
    elif "label" in request.POST:
        context["new"] = NewFieldForm(request.POST)
    elif "de" in request.POST:
        context["texts"] = TextsForm(request.POST)
    return _page(request, fresh, status=error.status, **context)


def _page(request: PersonRequest, editor: FormEditor, status: int = 200, **more: Any) -> HttpResponse:
    context = inspector(request, editor, **more)
    name = "workflows/forms/_editor.html" if wants_fragment(request) else "workflows/forms/editor.html"
    return render(request, name, context, status=status)


def inspector(
    request: PersonRequest, editor: FormEditor, *, typed: Typed | None = None, condition: Any = None,
    new: NewFieldForm | None = None, texts: TextsForm | None = None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """What the templates need, by what is chosen."""
    chosen = editor.chosen
    actions = form_actions_for(request.actor, editor.request_type)
    context: dict[str, Any] = {"editor": editor, "preview": editor.preview(), "form_actions": actions, **more}
    if not editor.fields:
        context["common"] = [(name, localised.text(field["label"])) for name, field in COMMON.items()]
    if chosen.field and editor.spec is not None:
        shown = typed or Typed(None, editor)
        context |= {"form": shown.form, "choices": shown.choice_rows, "condition": condition or shown.condition}
        if chosen.removal:
            context["uses"] = uses(request.actor, editor.request_type, editor.schema, editor.spec)
    elif chosen.add or chosen.after or new is not None:
        begin = {"page": chosen.add if editor.has_pages else "", "after": chosen.after, "kind": "text"}
        context["new"] = new or NewFieldForm(initial=begin)
    else:
        value = editor.page.title if editor.page else editor.schema.get("subject")
        begin = value if isinstance(value, dict) else {"de": value or "", "en": value or ""}
        context["texts"] = texts or TextsForm(initial=begin)
    return context
