"""Help in the portal: active public articles, and nothing else."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.gate import PersonRequest
from flowtic.core import ratelimit
from flowtic.core.actor import Actor
from flowtic.core.errors import NotFound
from knowledge.models import Article
from knowledge.queries import Branch, flat, public_articles, search_public, tree
from knowledge.rendering import render as rendered
from knowledge.views.article import opinion, rated

SHOWN = 200


@require_safe
@login_required
def help_list(request: PersonRequest) -> HttpResponse:
    """Articles in the reader's language (`?language=` for the other), by category, or those that hold the words."""
    q = request.GET.get("q", "").strip()[:300]
    language = _language(request)
    rows = public_articles().filter(language=language)
    if q:
        ratelimit.limit("search", f"u{request.user.pk}")
        rows = search_public(q, rows)
    articles = list(rows.order_by("title", "pk")[:SHOWN])
    context = {
        "q": q,
        "language": language,
        "other_language": "en" if language == "de" else "de",
        "articles": articles,
        "groups": [] if q else _groups(articles),
    }
    return render(request, "knowledge/portal/list.html", context)


def _groups(articles: list[Article]) -> list[tuple[Branch, list[Article]]]:
    """The articles below the names of their categories, in the order of the tree."""
    held: dict[int, list[Article]] = {}
    for row in articles:
        held.setdefault(row.category_id, []).append(row)
    branches = flat(tree(Actor.system("portal"), Article.objects.none()))
    return [(branch, held[branch.category.pk]) for branch in branches if branch.category.pk in held]


def _language(request: PersonRequest) -> str:
    asked = request.GET.get("language", "")
    if asked in Article.Language.values:
        return asked
    return "de" if (get_language() or "en").startswith("de") else "en"


@require_safe
@login_required
def help_article(request: PersonRequest, slug: str) -> HttpResponse:
    row = _public(slug)
    first = row.original_id or row.pk
    others = public_articles().exclude(pk=row.pk)
    other = others.filter(pk=first).first() or others.filter(original=first).order_by("pk").first()
    context = {
        "article": row,
        "text": rendered(row.body),
        "other": other,
        "files": list(row.files.all()),
        "portal": True,
        **opinion(request, row),
    }
    return render(request, "knowledge/portal/article.html", context)


@require_POST
@login_required
def help_rate(request: PersonRequest, slug: str) -> HttpResponse:
    row = _public(slug)
    return rated(request, row, back=request.path.removesuffix("/rating"))


def _public(slug: str) -> Article:
    found = public_articles().filter(slug=slug).first()
    if found is None:
        raise NotFound(_("This article does not exist."))
    return found
