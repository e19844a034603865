"""The workflow editor: one page, and one address that takes every edit as a press of a button."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError, Conflict, Invalid
from flowtic.core.http import wants_fragment
from flowtic.core.policy import require
from workflows.commands.editing import apply_operations, hold_draft, holder, redo_edit, release_draft, undo_edit
from workflows.commands.proposals import document_of
from workflows.definition.format import parse
from workflows.editing.changes import change, raw_step
from workflows.editing.condition_part import is_acted
from workflows.editing.copying import into_other
from workflows.editing.kinds import as_operations, step_form
from workflows.editing.parts import StepForm
from workflows.models import Workflow
from workflows.page_actions import actions_for
from workflows.queries.catalog import workflow_named
from workflows.queries.choices import Choices
from workflows.queries.editor import STEP, EditorPage
from workflows.request_forms import asked_before
from workflows.views.gate import workflow_page
from workflows.watching import leave, note

PAGE, PART, WHO = (f"workflows/editor/{name}.html" for name in ("page", "_editor", "_who"))


@dataclass(frozen=True)
class Done:
    """`step`: looked at from now on; `more`: the list that grows by an empty row; `form`: stays as it was typed;
    `notice`: (sentence, address) of what happened elsewhere."""

    step: str
    more: str = ""
    form: StepForm | None = None
    notice: tuple[str, str] | None = None


class Unread(Exception):
    """What was typed in the step's form cannot be read; the form says what."""

    def __init__(self, form: StepForm) -> None:
        super().__init__()
        self.form = form


@workflow_page
@require_http_methods(["GET", "HEAD", "POST"])
def editor(request: PersonRequest, key: str) -> HttpResponse:
    """The editor of a draft; a POST is one edit."""
    row = workflow_named(request.actor, key)
    require(request.actor, "workflow.edit", row)
    if request.method == "POST":
        return _edit(request, row)
    given = request.GET
    adding = (given["add"], given.get("way", "")) if "add" in given else None
    page = EditorPage(
        request.actor, row, step=given.get("step", ""), view=given.get("view", ""), adding=adding,
        more=given.get("more", ""),
    )  # fmt: skip
    return _answer(request, page)


@workflow_page
@require_POST
def hold(request: PersonRequest, key: str) -> HttpResponse:
    """Says that somebody is at the draft (`take`: from now on this person, `leave`: no longer). 409: another one is.
    Answers who else looks at it."""
    row = workflow_named(request.actor, key)
    if "leave" in request.POST:
        leave(row, request.user)
        release_draft(request.actor, row)
        return HttpResponse(status=204)
    editing = hold_draft(request.actor, row, take_over="take" in request.POST)
    if request.headers.get("X-Requested-With") == "fetch":
        note(row, request.user, request.POST.get("step", ""))
        status = 200 if holder(editing) == request.actor.user else 409
        return render(request, WHO, {"page": EditorPage(request.actor, row)}, status=status)
    return redirect(f"{reverse('workflows:edit', args=[key])}?step={request.POST.get('step', '')}")


def _edit(request: PersonRequest, row: Workflow) -> HttpResponse:
    step, view = request.POST.get("step", ""), request.POST.get("view", "")
    rev = request.POST.get("rev", "")
    known = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 9 else None
    do = _OTHERS.get(request.POST.get("do", ""), _structure)
    try:
        done = do(request, row, known)
    except Unread as problem:
        page = EditorPage(request.actor, row, step=step, view=view, form=problem.form)
        return _answer(request, page, status=422)
    except CommandError as error:
        if error.status not in (409, 422):
            raise
        return _refused(request, row, error)
    address = f"{reverse('workflows:edit', args=[row.key])}?step={done.step}"
    if done.form is None and not wants_fragment(request):
        if done.notice:
            messages.success(request, done.notice[0])
        return redirect(f"{address}&view={view or STEP}" + (f"&more={done.more}" if done.more else ""))
    fresh = workflow_named(request.actor, row.key)
    page = EditorPage(request.actor, fresh, step=done.step, view=view, more=done.more, form=done.form)
    page.notice = done.notice
    answer = _answer(request, page, focus=_focus(request.POST, done.step))
    answer["HX-Replace-Url"] = address
    return answer


def _refused(request: PersonRequest, row: Workflow, error: CommandError) -> HttpResponse:
    """The page as it is now with the reason; what was typed stays in the form, to be saved once more."""
    fresh = workflow_named(request.actor, row.key)
    step = request.POST.get("step", "")
    form = _form(fresh, step, request) if request.POST.get("do") == "save" else None
    adding = (request.POST.get("after", ""), request.POST.get("way", "")) if request.POST.get("do") == "add" else None
    page = EditorPage(
        request.actor, fresh, step=step, view=request.POST.get("view", ""), form=form, error=error, adding=adding
    )
    return _answer(request, page, status=409 if isinstance(error, Conflict) else 422)


def _answer(request: PersonRequest, page: EditorPage, *, status: int = 200, focus: str = "") -> HttpResponse:
    context = {
        "page": page,
        "workflow": page.workflow,
        "page_actions": actions_for(request.actor, page.workflow),
        "focus": focus,
        "typed": request.POST if status != 200 else {},
    }
    return render(request, PART if wants_fragment(request) else PAGE, context, status=status)


# ---- the edits ----------------------------------------------------------------------------


def _structure(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    document, _rev = document_of(row)
    made = change(document, request.POST.dict())
    apply_operations(request.actor, row, operations=made.operations, rev=rev)
    return Done(made.step)


def _save(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    """The form of a step: what differs from the draft is changed."""
    key = request.POST.get("step", "")
    before = raw_step(parse(document_of(row)[0]), key)
    if not before:
        raise Conflict(_("This step is not there any more."))
    form = _form(row, key, request)
    if is_acted(request.POST):
        return Done(key, form=form)
    if not form.is_valid:
        raise Unread(form)
    operations = as_operations(before, form.result)
    apply_operations(request.actor, row, operations=operations, rev=rev)
    unfinished = form.unfinished and not {"more", "drop", "lift"} & set(request.POST)
    return Done(key, request.POST.get("more", ""), form if unfinished else None)


def _json(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    """A step as text."""
    key = request.POST.get("step", "")
    before = raw_step(parse(document_of(row)[0]), key)
    try:
        after = json.loads(request.POST.get("json", ""))
    except (ValueError, RecursionError) as problem:
        raise Invalid(_("This is no valid JSON: %(error)s") % {"error": problem}) from None
    if not isinstance(after, dict) or not before or after.get("key") != key or after.get("kind") != before.get("kind"):
        raise Invalid(_("Key and kind of a step stay as they are here."))
    apply_operations(request.actor, row, operations=as_operations(before, after), rev=rev)
    return Done(key)


def _copy_to(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    """A copy of a step (with its branches) in another workflow's draft; there it waits for its ways."""
    key = request.POST.get("step", "")
    other = workflow_named(request.actor, request.POST.get("workflow", ""))
    source = parse(document_of(row)[0])
    if key not in source.steps:
        raise Conflict(_("This step is not there any more."))
    operations, new = into_other(source, key, parse(document_of(other)[0]))
    apply_operations(request.actor, other, operations=operations)
    said = ngettext("Copied to “%(name)s”.", "%(n)d steps copied to “%(name)s”.", len(new))
    url = f"{reverse('workflows:edit', args=[other.key])}?step={new[0]}&view={STEP}"
    return Done(key, notice=(said % {"n": len(new), "name": other.name}, url))


def _undo(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    undo_edit(request.actor, row, rev=rev)
    return Done(request.POST.get("step", ""))


def _redo(request: PersonRequest, row: Workflow, rev: int | None) -> Done:
    redo_edit(request.actor, row, rev=rev)
    return Done(request.POST.get("step", ""))


_OTHERS: dict[str, Callable[[PersonRequest, Workflow, int | None], Done]] = {
    "save": _save,
    "json": _json,
    "copy_to": _copy_to,
    "undo": _undo,
    "redo": _redo,
}


def _form(row: Workflow, key: str, request: PersonRequest) -> Any:
    definition = parse(document_of(row)[0])
    choices = Choices(definition, asked_before(row))
    return step_form(raw_step(definition, key), choices, request.POST)


def _focus(post: Mapping[str, str], step: str) -> str:
    """Where the keyboard goes on after the edit."""
    do, rows = post.get("do", ""), post.get("more", "")
    if re.fullmatch(r"[a-z0-9_.]+", rows) and post.get(f"{rows}.count", "").isdigit():
        return f'[name^="{rows}.{post[f"{rows}.count"]}."]'  # the first control of the new row
    if do == "add":
        return "#f-name-de"
    return f"#step-{step}" if do in ("up", "down", "place", "remove", "copy") else ""
