"""Reads for pages, the API and the assistant."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from flowtic.core.actor import Actor
from flowtic.core.search import best_matches, filter_by_text
from flowtic.core.search.ranking import newest_first, ranked
from knowledge.models import Article, Category
from knowledge.models.category import below
from knowledge.search import KIND

# So many of the newest hits are ranked, and so many are shown.
RANKED, BEST = 300, 100
Match = tuple[Article, float, tuple[str, ...]]


def readable(actor: Actor) -> QuerySet[Article]:
    """The articles the actor may read, with what a row of a list shows."""
    return Article.objects.visible_to(actor).select_related("category", "owner", "original").prefetch_related("tags")


def matching_articles(actor: Actor, text: str, limit: int = 5, language: str = "") -> list[Match]:
    """Active articles that fit a whole text (a ticket's), best first, with score 0..1 and the words they share.

    `language`: only articles in it ("de", "en"), else both.
    """
    rows = Article.objects.visible_to(actor).active()
    if language:
        rows = rows.filter(language=language[:2])
    found = best_matches(rows, KIND, text, limit=limit)
    articles = readable(actor).in_bulk([row.object_id for row in found])
    return [(articles[row.object_id], row.score, row.words) for row in found if row.object_id in articles]


def article_text(article: Article) -> str:
    """Title and text as they are live, for a reader or a model."""
    return f"{article.title}\n\n{article.body}"


def search_articles(actor: Actor, text: str, *, rows: QuerySet[Article] | None = None) -> QuerySet[Article]:
    """The readable articles that hold every word."""
    return filter_by_text(readable(actor) if rows is None else rows, KIND, text, typing=True)


def best_first(found: QuerySet[Article], text: str, limit: int = BEST) -> list[Article]:
    """Of articles that hold every word those that fit best: words of the title count double, new ones a little more."""
    facts = {
        row[0]: row[1:]
        for row in found.order_by("-updated_at", "-pk").values_list("pk", "updated_at", "state")[:RANKED]
    }
    scores = ranked(Article.objects.all(), KIND, text, list(facts))
    ids = newest_first(scores, {pk: moment for pk, (moment, _state) in facts.items()})
    ids = sorted(ids, key=lambda pk: facts[pk][1] != Article.State.ACTIVE)[:limit]
    rows = found.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


@dataclass
class Branch:
    """A category in the tree with what it holds, its own and that of all below."""

    category: Category
    count: int = 0
    depth: int = 0
    children: list["Branch"] = field(default_factory=list)


def tree(actor: Actor, articles: QuerySet[Article], *, empty: bool = True) -> list[Branch]:
    """The categories the actor sees, with the number of `articles` in each; `empty`: also those without any."""
    counts = dict(articles.order_by().values_list("category").annotate(number=Count("pk", distinct=True)))
    rows = list(Category.objects.visible_to(actor))
    branches = {row.pk: Branch(row, counts.get(row.pk, 0)) for row in rows}
    tops: list[Branch] = []
    for row in rows:
        place = branches.get(row.parent_id) if row.parent_id else None
        (place.children if place else tops).append(branches[row.pk])
    for branch in tops:
        _settle(branch, 0, empty)
    return [branch for branch in tops if empty or branch.count]


def _settle(branch: Branch, depth: int, empty: bool) -> None:
    branch.depth = depth
    for child in branch.children:
        _settle(child, depth + 1, empty)
        branch.count += child.count
    branch.children = [child for child in branch.children if empty or child.count]


def flat(branches: Iterable[Branch]) -> list[Branch]:
    """The tree as a list, from top to bottom."""
    return [row for branch in branches for row in (branch, *flat(branch.children))]


def in_category(articles: QuerySet[Article], category: Category) -> QuerySet[Article]:
    """Those in the category and in all below it."""
    return articles.filter(category__in=below(Category.objects.all(), category))


def overdue_articles(actor: Actor, today: date) -> QuerySet[Article]:
    """What should have been looked at again, the oldest first."""
    return readable(actor).filter(pk__in=Article.objects.overdue(today).values("pk")).order_by("review_on", "pk")


def counterpart(actor: Actor, article: Article) -> Article | None:
    """The same article in the other language, if the actor may read it."""
    first = article.original_id or article.pk
    rows = Article.objects.visible_to(actor).select_related("category")
    return (
        rows.exclude(pk=article.pk).filter(pk=first).first()
        or rows.exclude(pk=article.pk).filter(original=first).order_by("pk").first()
    )


def uses_of(article: Article, limit: int = 20) -> list[str]:
    """Numbers of the tickets it was put into, newest first; whether somebody may see such a ticket is desk's affair."""
    return list(article.uses.order_by("-at", "-pk").values_list("ticket_number", flat=True)[:limit])


def used_in(ticket_number: str, actor: Actor) -> QuerySet[Article]:
    """The articles that were put into a ticket."""
    return readable(actor).filter(uses__ticket_number=ticket_number).order_by("-uses__at")


def with_uses(articles: QuerySet[Article], days: int = 30) -> QuerySet[Article]:
    """With `recent_uses`: in how many tickets each was used lately."""
    since = timezone.now() - timedelta(days=days)
    return articles.annotate(recent_uses=Count("uses", filter=Q(uses__at__gte=since), distinct=True))


def public_articles() -> QuerySet[Article]:
    """What the portal shows, the same to everybody, whatever the role."""
    rows = Article.objects.filter(pk__in=Article.objects.public().values("pk"))
    return rows.select_related("category")


def search_public(text: str, rows: QuerySet[Article]) -> QuerySet[Article]:
    """Of the public articles those that hold every word."""
    return filter_by_text(rows, KIND, text, typing=True)
