"""Reading an article."""

import re
from typing import Any

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core.errors import NotFound
from flowtic.core.http import wants_fragment
from flowtic.core.policy import allows
from flowtic.core.uploads import file_response
from knowledge.commands import rate_article
from knowledge.models import Article, ArticleFile
from knowledge.queries import counterpart, readable, uses_of
from knowledge.rendering import render as rendered
from knowledge.views.gate import knowledge_page, visible_article

log = structlog.get_logger("flowtic.knowledge")
_TICKET = re.compile(r"^[A-Za-z0-9-]{1,40}$")


@require_safe
@login_required
def article(request: PersonRequest, category: str, slug: str) -> HttpResponse:
    """The article; users are led to the portal where it is public. `?for=FT-…` offers to put it into that ticket."""
    if not request.actor.is_person:
        return redirect("accounts:pending")
    row = readable(request.actor).filter(slug=slug).first()
    if row is None:
        raise NotFound(_("This article does not exist."))
    if not request.actor.can_work:
        return redirect("knowledge:help_article", row.slug)
    if row.category.key != category:  # it was moved; old addresses stay good
        query = request.META.get("QUERY_STRING", "")
        return redirect(row.get_absolute_url() + (f"?{query}" if query else ""))
    return render(request, "knowledge/article/page.html", _context(request, row))


def _context(request: PersonRequest, row: Article) -> dict[str, Any]:
    other = counterpart(request.actor, row)
    return {
        "article": row,
        "text": rendered(row.body),
        "other": other,
        # The flag stands at the translation, whichever of the two is open.
        "outdated": row if row.is_outdated else other if other and other.is_outdated else None,
        "files": list(row.files.all()),
        "uses": [(number, ticket_url(number)) for number in uses_of(row)],
        "times_used": row.uses.count(),
        "writes": allows(request.actor, "article.write", row),
        "draft": row.current_draft if row.version and allows(request.actor, "article.write", row) else None,
        "is_overdue": row.is_overdue(timezone.localdate()),
        "ticket": ticket_asked(request),
        **opinion(request, row),
    }


def ticket_asked(request: PersonRequest) -> dict[str, str] | None:
    """The ticket that `?for=` names, when there is a page for tickets at all."""
    number = request.GET.get("for", "")
    url = ticket_url(number) if _TICKET.match(number) else ""
    return {"number": number, "url": url} if url else None


def ticket_url(number: str) -> str:
    """Where a ticket is shown. By the name of the address only: this app knows no tickets."""
    try:
        return reverse("desk:ticket", args=[number])
    except NoReverseMatch:
        return ""


def opinion(request: PersonRequest, row: Article) -> dict[str, Any]:
    given = row.feedback.filter(person=request.user).first()
    return {"given": given, "may_rate": allows(request.actor, "article.rate", row)}


@require_POST
@knowledge_page
def rate(request: PersonRequest, pk: int) -> HttpResponse:
    return rated(request, visible_article(request, pk), back="")


def rated(request: PersonRequest, row: Article, *, back: str) -> HttpResponse:
    """Keeps the opinion of a form with `helpful` (yes or no) and `note`."""
    helpful = request.POST.get("helpful") == "yes"
    row = rate_article(request.actor, row, helpful=helpful, note=request.POST.get("note", ""))
    if wants_fragment(request):
        context = {"article": row, "portal": bool(back), **opinion(request, row)}
        return render(request, "knowledge/article/_opinion.html", context)
    messages.success(request, _("Thank you, this helps us."))
    return redirect(back or row.get_absolute_url())


@require_safe
@login_required
def file(request: PersonRequest, key: str) -> FileResponse:
    """A file of an article for its readers; `?inline=1` shows pictures in the page."""
    item = get_object_or_404(ArticleFile.objects.visible_to(request.actor), key=key)
    try:
        return file_response(
            item.path, item.name, item.content_type, picture=item.is_image, inline=request.GET.get("inline") == "1"
        )
    except FileNotFoundError:
        log.error("article_file_missing", file=item.pk, path=item.path)
        raise Http404 from None
