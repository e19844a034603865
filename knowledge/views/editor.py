"""Writing: everything that is typed is kept at once, as a draft that no reader sees."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError, Stale
from flowtic.core.http import wants_fragment
from knowledge.commands import add_files, change_article, create_article, discard_draft, remove_file, save_draft
from knowledge.commands.texts import written_text
from knowledge.differences import compare
from knowledge.forms import NewArticleForm, PropertiesForm, TextForm
from knowledge.models import Article
from knowledge.queries import counterpart, readable
from knowledge.rendering import render as rendered
from knowledge.views.gate import said, visible_article, writer_page


@writer_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """A title, a language and a place; then the editor opens. `?original=` makes a translation."""
    given = request.POST if request.method == "POST" else request.GET
    pk = given.get("original", "")
    original = visible_article(request, int(pk)) if pk.isdigit() and len(pk) < 19 else None
    form = NewArticleForm(
        request.POST if request.method == "POST" else None,
        actor=request.actor,
        original=original,
        initial=_first_values(request, original),
    )
    if form.is_bound and form.is_valid():
        try:
            body = written_text(original)["body"] if original else ""
            tags = written_text(original)["tags"] if original else []
            row = create_article(request.actor, **form.cleaned_data, body=body, tags=tags, original=original)
            return redirect("knowledge:edit", row.pk)
        except CommandError as error:
            form.refuse(error)
    context = {"form": form, "original": original}
    return render(request, "knowledge/editor/new.html", context, status=422 if form.is_bound else 200)


def _first_values(request: PersonRequest, original: Article | None) -> dict[str, Any]:
    if original is not None:
        language = "en" if original.language == "de" else "de"
        return {"title": original.title, "language": language, "category": original.category_id}
    language = "de" if (get_language() or "en").startswith("de") else "en"
    return {"title": request.GET.get("title", "")[:200], "language": language}


@writer_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """The editor. Without JavaScript the form is sent here and comes back."""
    row = visible_article(request, pk)
    form = _form(request, row)
    if not form.is_bound:
        return render(request, "knowledge/editor/page.html", editor_context(request, row, form))
    stale: Stale | None = None
    if form.is_valid():
        try:
            save_draft(request.actor, row, **form.cleaned_data)
            if request.POST.get("then") == "publish":
                return redirect("knowledge:publish", row.pk)
            messages.success(request, _("Draft saved."))
            return redirect("knowledge:edit", row.pk)
        except Stale as error:
            stale = error
        except CommandError as error:
            form.refuse(error)
    context = editor_context(request, row, form)
    if stale is not None:
        context |= conflict_context(request, stale)
    return render(request, "knowledge/editor/page.html", context, status=409 if stale else 422)


@writer_page
@require_POST
def draft(request: PersonRequest, pk: int) -> HttpResponse:
    """What the editor sends while somebody types: keeps it and answers with the preview, as JSON."""
    row = visible_article(request, pk)
    form = _form(request, row)
    answer: dict[str, Any] = {"preview": _preview(request.POST.get("body", ""))}
    if form.is_valid():
        try:
            row = save_draft(request.actor, row, **form.cleaned_data)
            return JsonResponse({**answer, "rev": row.draft_rev})
        except Stale as error:
            found = render_to_string("knowledge/editor/_conflict.html", conflict_context(request, error), request)
            return JsonResponse({**answer, "conflict": found}, status=409)
        except CommandError as error:
            form.refuse(error)
    words = " ".join(str(message) for texts in form.errors.values() for message in texts)
    return JsonResponse({**answer, "error": words}, status=422)


def conflict_context(request: PersonRequest, error: Stale) -> dict[str, Any]:
    """Both texts side by side, and their difference."""
    mine = request.POST.get("body", "").replace("\r\n", "\n")
    theirs: Any = error.extra
    return {
        "conflict": theirs,
        "mine": mine,
        "lines": compare(theirs["body"], mine),
        "title_differs": theirs["title"] != request.POST.get("title", "").strip(),
    }


def _form(request: PersonRequest, row: Article) -> TextForm:
    text = written_text(row)
    given = request.POST.copy() if request.method == "POST" else None
    if given and given.get("overwrite"):  # the state whose text was shown beside one's own
        given["rev"] = str(given["overwrite"])
    return TextForm(
        given,
        actor=request.actor,
        chosen=text["category"].pk,
        initial={**text, "rev": row.draft_rev},
    )


def editor_context(request: PersonRequest, row: Article, form: TextForm) -> dict[str, Any]:
    other = counterpart(request.actor, row)
    return {
        "article": row,
        "form": form,
        "properties": PropertiesForm(article=row, initial=_properties(row)),
        "draft": row.current_draft,
        "preview": rendered(str(form["body"].value() or "")),
        "other": other,
        "other_text": rendered(written_text(other)["body"]) if other else None,
        "files": list(row.files.all()),
    }


def _properties(row: Article) -> dict[str, Any]:
    return {"public": row.public, "owner": row.owner_id, "review_on": row.review_on}


def _preview(body: str) -> str:
    return rendered(body).html


@writer_page
@require_POST
def properties(request: PersonRequest, pk: int) -> HttpResponse:
    """Public or not, owner, review: takes effect at once."""
    row = visible_article(request, pk)
    form = PropertiesForm(request.POST, article=row)
    if form.is_valid():
        try:
            row = change_article(request.actor, row, **form.cleaned_data)
            if not wants_fragment(request):
                messages.success(request, _("Settings saved."))
                return redirect("knowledge:edit", row.pk)
        except CommandError as error:
            form.refuse(error)
    if wants_fragment(request):
        context = {"article": row, "properties": form, "toast": "" if form.errors else _("Settings saved.")}
        return render(request, "knowledge/editor/_properties.html", context, status=422 if form.errors else 200)
    context = {**editor_context(request, row, _stored_form(request, row)), "properties": form}
    return render(request, "knowledge/editor/page.html", context, status=422)


def _stored_form(request: PersonRequest, row: Article) -> TextForm:
    text = written_text(row)
    return TextForm(actor=request.actor, chosen=text["category"].pk, initial={**text, "rev": row.draft_rev})


@writer_page
@require_POST
def discard(request: PersonRequest, pk: int) -> HttpResponse:
    row = visible_article(request, pk)
    rev = request.POST.get("rev", "")
    try:
        discard_draft(request.actor, row, rev=int(rev) if rev.isdigit() and len(rev) < 10 else 0)
        messages.success(request, _("The changes were discarded."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("knowledge:edit", row.pk)


@writer_page
@require_POST
def files(request: PersonRequest, pk: int) -> HttpResponse:
    """Keeps uploads at the article."""
    row, refusal = visible_article(request, pk), ""
    try:
        add_files(request.actor, row, files=request.FILES.getlist("files"))
    except CommandError as error:
        refusal = said(error)
    return _files(request, row, refusal)


@writer_page
@require_POST
def file_removal(request: PersonRequest, pk: int, key: str) -> HttpResponse:
    row = visible_article(request, pk)
    item = row.files.filter(key=key).first()
    if item is not None:
        remove_file(request.actor, item)
    return _files(request, row, "")


def _files(request: PersonRequest, row: Article, refusal: str) -> HttpResponse:
    if wants_fragment(request):
        row = readable(request.actor).get(pk=row.pk)
        context = {"article": row, "files": list(row.files.all()), "refusal": refusal}
        return render(request, "knowledge/editor/_files.html", context, status=422 if refusal else 200)
    if refusal:
        messages.error(request, refusal)
    return redirect("knowledge:edit", row.pk)
