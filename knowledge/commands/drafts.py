"""Writing: an article is created as a draft, and everything that is typed goes into the draft."""

import secrets
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from flowtic.core import clock
from flowtic.core.actor import Actor
from flowtic.core.command import command
from flowtic.core.errors import Conflict, Invalid, Stale
from flowtic.core.events import change, record
from flowtic.core.policy import require
from knowledge import events, search
from knowledge.commands.properties import translation_of
from knowledge.commands.texts import (
    clean_body,
    clean_tags,
    clean_title,
    free_slug,
    known_language,
    live_text,
    set_tags,
    usable_category,
    written_text,
)
from knowledge.models import Article, ArticleDraft, Category

TEXT = ("title", "body", "category", "tags")


@command
def create_article(
    actor: Actor,
    *,
    title: str,
    body: str,
    category: Category,
    language: str,
    tags: list[str],
    public: bool = False,
    owner: User | None = None,
    original: Article | None = None,
) -> Article:
    """A new article as a draft that only those who write can see; `original`: what it is a translation of."""
    require(actor, "article.write")
    text = _clean({"title": title, "body": body, "category": category, "tags": tags}, None)
    language = known_language(language)
    now = clock.now()
    article = Article(
        key=secrets.token_hex(8),
        category=category,
        language=language,
        title=text["title"],
        slug=free_slug(text["title"]),
        body=text["body"],
        public=public,
        owner=owner or actor.user,
        draft_rev=1,
        created_by=actor.user,
        created_at=now,
        updated_at=now,
    )
    if original is not None:
        article.original = translation_of(article, original)
        article.translated_from = article.original.version
    article.save(force_insert=True)
    set_tags(article, text["tags"])
    ArticleDraft.objects.create(article=article, rev=1, by=actor.user, at=now, **text)
    search.index_article(article)
    record(actor, events.CREATED, article, data={"title": article.title, "language": language})
    return article


@command
def save_draft(actor: Actor, article: Article, *, rev: int | None, **text: Any) -> Article:
    """Keeps what was typed (title, body, category, tags); what is published stays as it is.

    `rev`: the `draft_rev` that the writer knows. Raises Stale with the other text in `extra` when somebody else has
    written since; None overwrites whatever is there.
    """
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if unknown := set(text) - set(TEXT):
        raise Invalid(fields=dict.fromkeys(unknown, _("Unknown field.")))
    written = written_text(article)
    text = {**written, **_clean(text, article)}
    if text == written:
        return article
    refuse_stale(article, rev)
    fresh = article.current_draft is None
    other = fresh or article.draft.by_id != (actor.user.pk if actor.user else None)
    keep_draft(actor, article, text)
    if other:
        record(actor, events.DRAFTED, article, data={"title": article.title})
    return article


@command
def discard_draft(actor: Actor, article: Article, *, rev: int) -> Article:
    """Throws away what was written since the last publication."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if not article.version:
        raise Conflict(_("This article was never published. Delete it instead."))
    if article.current_draft is None:
        return article
    refuse_stale(article, rev)
    drop_draft(article)
    _touch(article, "draft_rev")
    record(actor, events.DISCARDED, article, data={"title": article.title})
    return article


@command
def remove_article(actor: Actor, article: Article) -> None:
    """Deletes an article that was never published; a published one can only be made inactive."""
    article = Article.objects.lock(article.pk)
    require(actor, "article.write", article)
    if article.version:
        raise Conflict(_("This article was published. Make it inactive instead."))
    record(actor, events.REMOVED, article, data={"title": article.title, "removed": article.pk})
    search.forget_article(article)
    # Its files go with the sweep of files without a row (knowledge/schedule.py).
    article.delete()


def refuse_stale(article: Article, rev: int | None) -> None:
    """Raises Stale with what somebody else has written, when `rev` is not the newest."""
    if rev is None or rev == article.draft_rev:
        return
    draft = article.current_draft
    text = written_text(article)
    raise Stale(
        _("Somebody else has changed this article in the meantime."),
        rev=article.draft_rev,
        by=str(draft.by) if draft and draft.by else "",
        title=text["title"],
        body=text["body"],
        category=text["category"].key,
        tags=text["tags"],
    )


def keep_draft(actor: Actor, article: Article, text: dict[str, Any]) -> None:
    """Writes clean text into the draft of a locked article; what was never published shows it in lists, too."""
    article.draft_rev += 1
    values = {**text, "rev": article.draft_rev, "by": actor.user, "at": clock.now()}
    article.draft = ArticleDraft.objects.update_or_create(article=article, defaults=values)[0]
    if article.version:
        _touch(article, "draft_rev")
        return
    if text["title"] != article.title:
        article.slug = free_slug(text["title"], article)
    article.title, article.body, article.category = text["title"], text["body"], text["category"]
    set_tags(article, text["tags"])
    _touch(article, "draft_rev", "title", "slug", "body", "category")
    search.index_article(article)


def drop_draft(article: Article) -> None:
    """Ends the draft of a locked article; the counter goes on, so that an open editor is refused."""
    ArticleDraft.objects.filter(article=article).delete()
    article._state.fields_cache.pop("draft", None)
    article.draft_rev += 1


def changes_of(article: Article) -> list[dict[str, Any]]:
    """What publishing the draft would change, as an event says it: never the body itself."""
    before, after = live_text(article), written_text(article)
    found = [change(name, before[name], after[name]) for name in ("title", "tags") if before[name] != after[name]]
    if before["category"] != after["category"]:
        found.append(change("category", before["category"].key, after["category"].key))
    return found


def _clean(text: dict[str, Any], article: Article | None) -> dict[str, Any]:
    found = dict(text)
    if "title" in found:
        found["title"] = clean_title(found["title"])
    if "body" in found:
        found["body"] = clean_body(found["body"])
    if "tags" in found:
        found["tags"] = clean_tags(found["tags"])
    if "category" in found:
        usable_category(found["category"], article.category_id if article else None)
    return found


def _touch(article: Article, *fields: str) -> None:
    article.revision += 1
    article.updated_at = clock.now()
    article.save(update_fields=["revision", "updated_at", *fields])
