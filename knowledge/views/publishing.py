"""Publishing, versions, states, reviews, translations."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.errors import CommandError, NotFound
from flowtic.core.policy import allows
from knowledge.commands import (
    link_translation,
    mark_reviewed,
    publish_article,
    remove_article,
    restore_version,
    set_state,
)
from knowledge.commands.texts import live_text, written_text
from knowledge.differences import compare
from knowledge.forms import PublishForm, ReviewForm
from knowledge.models import Article
from knowledge.queries import overdue_articles, readable
from knowledge.rendering import render as rendered
from knowledge.views.gate import knowledge_page, said, visible_article, writer_page


@writer_page
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: PersonRequest, pk: int) -> HttpResponse:
    """What changes for readers, a note for the list of versions, and the button."""
    row = visible_article(request, pk)
    bound = request.POST if request.method == "POST" else None
    form = PublishForm(bound, initial={"rev": row.draft_rev, "translation_current": not row.version})
    status = 200
    if form.is_bound and form.is_valid():
        try:
            row = publish_article(request.actor, row, **form.cleaned_data)
            messages.success(request, _("Version %(number)s is published.") % {"number": row.version})
            return redirect(row)
        except CommandError as error:
            form.refuse(error)
            status = error.status
    elif form.is_bound:
        status = 422
    return render(request, "knowledge/versions/publish.html", _publish_context(row, form), status=status)


def _publish_context(row: Article, form: PublishForm) -> dict[str, Any]:
    before, after = live_text(row), written_text(row)
    return {
        "article": row,
        "form": form,
        "draft": row.current_draft,
        "lines": compare(before["body"] if row.version else "", after["body"]),
        "before": before if row.version else None,
        "after": after,
        "changed": [name for name in ("title", "category", "tags") if before[name] != after[name]],
    }


@require_safe
@knowledge_page
def versions(request: PersonRequest, pk: int, version: int | None = None) -> HttpResponse:
    """All versions; one of them as it was, compared with the one before (or `?with=` another)."""
    row = visible_article(request, pk)
    found = list(row.versions.select_related("author", "category").defer("body"))
    chosen = row.versions.select_related("author", "category").filter(number=version or row.version).first()
    if chosen is None and version is not None:
        raise NotFound(_("This version does not exist."))
    against = request.GET.get("with", "")
    other_number = int(against) if against.isdigit() and len(against) < 10 else (chosen.number - 1 if chosen else 0)
    other = row.versions.select_related("category").filter(number=other_number).first()
    context = {
        "article": row,
        "versions": found,
        "chosen": chosen,
        "against": other,
        "lines": compare(other.body, chosen.body) if chosen and other else [],
        "text": rendered(chosen.body) if chosen else None,
        "writes": allows(request.actor, "article.write", row),
        "draft": row.current_draft,
    }
    return render(request, "knowledge/versions/page.html", context)


@writer_page
@require_POST
def restore(request: PersonRequest, pk: int, version: int) -> HttpResponse:
    """Puts an old text into the draft and opens the editor."""
    row = visible_article(request, pk)
    rev = request.POST.get("rev", "")
    try:
        restore_version(
            request.actor, row, number=version, rev=int(rev) if rev.isdigit() and len(rev) < 10 else row.draft_rev
        )
    except NotFound:
        raise
    except CommandError as error:
        messages.error(request, error.message)
        return redirect("knowledge:versions", row.pk)
    messages.success(
        request, _("Version %(number)s is in the draft. Publish it to make it live.") % {"number": version}
    )
    return redirect("knowledge:edit", row.pk)


@writer_page
@require_POST
def state(request: PersonRequest, pk: int) -> HttpResponse:
    row = visible_article(request, pk)
    done = {"active": _("The article is active again."), "inactive": _("The article is inactive.")}
    try:
        row = set_state(request.actor, row, state=request.POST.get("state", ""))
        messages.success(request, done[row.state])
    except CommandError as error:
        messages.error(request, said(error))
    return redirect(row)


@writer_page
@require_POST
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    row = visible_article(request, pk)
    try:
        remove_article(request.actor, row)
    except CommandError as error:
        messages.error(request, error.message)
        return redirect("knowledge:edit", row.pk)
    messages.success(request, _("The draft was deleted."))
    return redirect("knowledge:browse")


@writer_page
@require_POST
def translation(request: PersonRequest, pk: int) -> HttpResponse:
    """Links with the article whose address or number is given, or (`original` empty) ends the link."""
    row = visible_article(request, pk)
    given = request.POST.get("original", "").strip()
    try:
        original = _article_named(request, given) if given else None
        link_translation(request.actor, row, original=original)
        messages.success(request, _("The translation is linked.") if original else _("The link was ended."))
    except CommandError as error:
        messages.error(request, error.message)
    return redirect("knowledge:edit", row.pk)


def _article_named(request: PersonRequest, given: str) -> Article:
    slug = given.rstrip("/").rpartition("/")[2].partition("?")[0]
    rows = readable(request.actor)
    found = rows.filter(pk=int(given)).first() if given.isdigit() and len(given) < 19 else None
    found = found or rows.filter(slug=slug).first()
    if found is None:
        raise NotFound(_("This article does not exist."))
    return found


@writer_page
@require_POST
def review(request: PersonRequest, pk: int) -> HttpResponse:
    """The text is right as it stands; look again on the day given, or never."""
    row = visible_article(request, pk)
    form = ReviewForm(request.POST)
    error = "" if form.is_valid() else str(form.errors["next_on"][0])
    if not error:
        try:
            mark_reviewed(request.actor, row, next_on=form.cleaned_data["next_on"])
        except CommandError as refusal:
            error = said(refusal)
    if error:
        messages.error(request, error)
    else:
        messages.success(request, _("Noted as reviewed."))
    return redirect("knowledge:reviews" if request.POST.get("back") == "list" else row.get_absolute_url())


@require_safe
@writer_page
def reviews(request: PersonRequest) -> HttpResponse:
    """Articles whose day of review has come."""
    today = timezone.localdate()
    soon = today.replace(year=today.year + 1) if (today.month, today.day) != (2, 29) else today.replace(day=28)
    rows = list(overdue_articles(request.actor, today)[:200])
    context = {"articles": rows, "today": today, "next_on": soon.isoformat()}
    return render(request, "knowledge/reports/reviews.html", context)
