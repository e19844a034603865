"""Articles as the API answers them, by who asks."""

from typing import Any

from flowtic.core.actor import Actor
from flowtic.core.api import stamp
from flowtic.core.policy import allows
from knowledge.models import Article, ArticleFile, ArticleVersion, Category

Plain = dict[str, Any]


def category_plain(row: Category) -> Plain:
    return {
        "key": row.key,
        "name": row.name,
        "name_de": row.name_de,
        "name_en": row.name_en,
        "parent": row.parent.key if row.parent else None,
        "position": row.position,
        "active": row.active,
    }


def article_row(row: Article) -> Plain:
    return {
        "id": row.pk,
        "title": row.title,
        "language": row.language,
        "category": row.category.key,
        "tags": sorted(tag.name for tag in row.tags.all()),
        "state": row.state,
        "public": row.public,
        "version": row.version,
        "url": row.get_absolute_url(),
        "updated_at": stamp(row.updated_at),
    }


def file_row(row: ArticleFile) -> Plain:
    return {
        "key": row.key,
        "name": row.name,
        "size": row.size,
        "content_type": row.content_type,
        "url": row.get_absolute_url(),
    }


def article_full(actor: Actor, row: Article) -> Plain:
    found = {
        **article_row(row),
        "body": row.body,
        "translations": _translations(actor, row),
        "files": [file_row(one) for one in row.files.all()],
        "helpful_yes": row.helpful_yes,
        "helpful_no": row.helpful_no,
        "created_at": stamp(row.created_at),
        "owner": None,
        "review_on": None,
        "uses": None,
        "draft": None,
    }
    if actor.can_work:
        found |= {
            "owner": row.owner.email if row.owner else None,
            "review_on": row.review_on.isoformat() if row.review_on else None,
            "uses": row.uses.count(),
        }
    if allows(actor, "article.write", row) or actor.is_support:
        found["draft"] = _draft(row)
    return found


def _translations(actor: Actor, row: Article) -> list[Plain]:
    """The linked articles that the reader may read; of the others not even their number."""
    first = row.original_id or row.pk
    rows = Article.objects.visible_to(actor).select_related("original").exclude(pk=row.pk)
    linked = [*rows.filter(pk=first), *rows.filter(original=first).order_by("pk")]
    return [
        {"id": one.pk, "language": one.language, "out_of_date": one.is_outdated or row.is_outdated} for one in linked
    ]


def _draft(row: Article) -> Plain | None:
    draft = row.current_draft
    if draft is None:
        return None
    return {
        "title": draft.title,
        "body": draft.body,
        "category": draft.category.key,
        "tags": list(draft.tags),
        "by": draft.by.name if draft.by else None,
        "at": stamp(draft.at),
    }


def version_row(row: ArticleVersion) -> Plain:
    return {
        "number": row.number,
        "title": row.title,
        "note": row.note,
        "author": row.author.name if row.author else None,
        "created_at": stamp(row.created_at),
    }


def version_full(row: ArticleVersion) -> Plain:
    return {**version_row(row), "body": row.body, "category": row.category.key, "tags": list(row.tags)}
