"""Articles in the search index: what is live. A draft of a published article is not in it."""

from collections.abc import Iterator

from flowtic.core import search
from knowledge.models import Article

KIND = "article"
Row = tuple[int, str, str, str]


def index_article(article: Article) -> None:
    """Writes the article's document anew, in the caller's transaction."""
    _pk, title, public, internal = _texts(article)
    search.index_document(
        KIND, article.pk, title=title, public=public, internal=internal, language=article.language or None
    )


def forget_article(article: Article) -> None:
    search.remove_document(KIND, article.pk)


def _texts(article: Article) -> Row:
    tags = " ".join(tag.name for tag in article.tags.all())
    return article.pk, f"{article.title} {tags}".strip(), article.body, ""


def rows(after_id: int, limit: int) -> Iterator[Row]:
    """Source for `manage.py rebuild_search`."""
    for article in Article.objects.filter(pk__gt=after_id).order_by("pk").prefetch_related("tags")[:limit]:
        yield _texts(article)


search.register_source(KIND, rows)
