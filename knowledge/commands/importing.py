"""An article out of a file; the same file is the same article at the next import."""

import hashlib
from typing import Any, Protocol

from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.policy import require
from knowledge.commands.drafts import create_article, save_draft
from knowledge.commands.properties import save_changed
from knowledge.commands.publishing import publish_article
from knowledge.models import Article, Category


class Readable(Protocol):
    """What a file says (knowledge.importing.reading.Page)."""

    title: str
    body: str
    language: str
    tags: list[str]
    public: bool
    draft: bool


@command
def import_article(actor: Actor, *, path: str, digest: str, page: Readable, category: Category) -> tuple[Article, str]:
    """Creates or updates the article of a file; answers it with "imported", "updated" or why it was left alone.

    An article that people have changed since the last import keeps their text.
    """
    require(actor, "article.write")
    key = hashlib.sha256(path.encode()).hexdigest()
    known = Article.objects.select_for_update().filter(import_key=key).first()
    text: dict[str, Any] = {"title": page.title, "body": page.body, "category": category, "tags": page.tags}
    if known is None:
        article = create_article(actor, **text, language=page.language, public=page.public)
        return _published(actor, article, key, path, digest, page), "imported"
    if known.import_hash == digest:
        return known, "unchanged"
    if reason := _touched_by_people(known):
        return known, reason
    article = save_draft(actor, known, rev=None, **text)
    return _published(actor, article, key, path, digest, page), "updated"


def _published(actor: Actor, article: Article, key: str, path: str, digest: str, page: Readable) -> Article:
    if article.current_draft is not None and not page.draft:
        article = publish_article(actor, article, note=_note(path))
    article.import_key, article.import_hash, article.imported_from = key, digest, path[:500]
    save_changed(article, "import_key", "import_hash", "imported_from")
    return article


def _touched_by_people(article: Article) -> str:
    if article.state == Article.State.INACTIVE:
        return "the article is inactive"
    draft = article.current_draft
    newest = article.versions.first()
    if (draft and draft.by_id) or (newest and newest.note != _note(article.imported_from)):
        return "the article was changed since the last import"
    return ""


def _note(path: str) -> str:
    return f"Import: {path}"[:300].strip()
