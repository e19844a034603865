"""Finding articles: the tree at the left, filters above, rows."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.views.gate import PersonRequest
from flowtic.core import ratelimit
from flowtic.core.http import wants_fragment
from flowtic.core.paging import Page, Sort, page
from flowtic.core.policy import allows
from knowledge.actions import actions_for
from knowledge.commands import record_miss
from knowledge.models import Article, Category
from knowledge.queries import best_first, in_category, readable, search_articles, tree, with_uses
from knowledge.views.gate import knowledge_page

BY_CHANGE = Sort("updated", ("-updated_at",))
LONGEST_QUESTION = 300
SHOWS: dict[str, tuple[str | Promise, bool]] = {  # key: (label, only for who writes)
    "active": (pgettext_lazy("articles", "Active"), False),
    "draft": (pgettext_lazy("articles", "Being written"), True),
    "inactive": (pgettext_lazy("articles", "Inactive"), True),
    "due": (gettext_lazy("Review due"), True),
    "outdated": (gettext_lazy("Translation out of date"), True),
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, cleaned."""

    q: str
    show: str
    language: str
    category: Category | None

    def query(self, **changed: str | None) -> str:
        """The address's parameters with some changed, None: without."""
        given = {
            "q": self.q,
            "show": "" if self.show == "active" else self.show,
            "language": self.language,
            "category": self.category.key if self.category else "",
        }
        kept = {name: value for name, value in {**given, **changed}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"


@require_safe
@knowledge_page
def browse(request: PersonRequest) -> HttpResponse:
    """Articles by category, state and language, or those that hold the words of a question."""
    asked = _asked(request)
    if asked.q:
        ratelimit.limit("search", f"u{request.user.pk}")
    shown = _shown(request, asked)
    rows = in_category(shown, asked.category) if asked.category else shown
    found = _page(request, asked, with_uses(rows))
    fragment = wants_fragment(request)
    if not found.rows and found.first and _is_question(request, asked, fragment):
        record_miss(request.actor, text=asked.q, language=asked.language or get_language() or "en")
    if "noted" in request.GET:
        return HttpResponse(status=204)
    context = {
        "asked": asked,
        "page": found,
        "today": timezone.localdate(),
        "fragment": fragment,
        **_frame(request, asked, shown),
    }
    context["next"] = found.next and f"{asked.query()}&cursor={found.next}"
    listed = fragment and request.headers.get("HX-Target", "").endswith("article-list")
    return render(request, "knowledge/browse/_list.html" if listed else "knowledge/browse/page.html", context)


def _page(request: PersonRequest, asked: Asked, rows: QuerySet[Article]) -> Page[Article]:
    """Hits of a question in the order of how well they fit, everything else newest change first."""
    if asked.q:
        return Page(best_first(rows, asked.q), "", True)
    return page(rows, BY_CHANGE, cursor=request.GET.get("cursor", ""), limit=50)


def _is_question(request: PersonRequest, asked: Asked, fragment: bool) -> bool:
    """Whether somebody really asked: fragments come with every letter; an empty one asks again after a while."""
    everywhere = asked.category is None and asked.show == "active"
    return bool(asked.q) and everywhere and ("noted" in request.GET if fragment else "from" not in request.GET)


def _asked(request: PersonRequest) -> Asked:
    given = request.GET
    show = given.get("show", "active")
    writes = allows(request.actor, "article.write")
    known = show in SHOWS and (writes or not SHOWS[show][1])
    language = given.get("language", "")
    category = None
    if given.get("category"):
        category = get_object_or_404(Category.objects.visible_to(request.actor), key=given["category"])
    return Asked(
        q=given.get("q", "").strip()[:LONGEST_QUESTION],
        show=show if known else "active",
        language=language if language in Article.Language.values else "",
        category=category,
    )


def _shown(request: PersonRequest, asked: Asked) -> QuerySet[Article]:
    rows = readable(request.actor).filter(_condition(asked.show))
    if asked.language:
        rows = rows.filter(language=asked.language)
    return search_articles(request.actor, asked.q, rows=rows) if asked.q else rows


def _condition(show: str) -> Q:
    ids = {
        "due": Article.objects.overdue(timezone.localdate()).values("pk"),
        "outdated": Article.objects.outdated().values("pk"),
    }
    if show in ids:
        return Q(pk__in=ids[show])
    # What is being written: never published, or with changes that wait to be published.
    return Q(state="draft") | Q(draft__isnull=False) if show == "draft" else Q(state=show)


def _frame(request: PersonRequest, asked: Asked, shown: QuerySet[Article]) -> dict[str, Any]:
    writes = allows(request.actor, "article.write")
    tabs = []
    if writes:
        counted = {key: Count("pk", filter=_condition(key), distinct=True) for key in SHOWS}
        numbers = Article.objects.visible_to(request.actor).aggregate(**counted)
        tabs = [
            {"key": key, "label": label, "count": numbers[key], "url": asked.query(show=key, category=None)}
            for key, (label, _writers) in SHOWS.items()
        ]
    branches = tree(request.actor, shown, empty=writes and not asked.q)
    return {
        "tabs": tabs,
        "branches": branches,
        "total": sum(branch.count for branch in branches),
        "writes": writes,
        "everything": asked.query(category=None),
        "added": actions_for(request.actor),
        "languages": [("", gettext_lazy("Both languages"), asked.query(language=None))]
        + [(value, label, asked.query(language=value)) for value, label in Article.Language.choices],
    }
